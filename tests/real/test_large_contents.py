# SPDX-License-Identifier: Apache-2.0
"""Contents of large objects of a process are not copied for questions that do not need them: the answers are those of a whole copy."""
import glob
import json
import os
import re

import heaps
import interpreters
import pytest
import programs
import target

BYTES = 256 << 20       # that it has at least: a smaller process is copied as it is
COMMANDS = ["types", "types --objects", "memory", "garbage", "leaks", "retained", "refaudit", "pins", "why --type bytearray", "why {bytes}",
            "referrers {bytearray}", "refs {bytearray}", "arenas", "cycles", "gc"]
COPIED = ["waste", "object {bytes}", "find --value zz", "leaks --since {before}"]


def pytest_generate_tests(metafunc):
    if "interpreter" in metafunc.fixturenames:
        found = [] if target.why_not("live") else [i for i in interpreters.find() if not i.unsupported() and i.has_pymalloc()]
        chosen = [i for version in [(2, 7), (3, 12)] for i in [i for i in found if i.version[:2] == version and not i.debug][:1]]
        metafunc.parametrize("interpreter", [pytest.param(i, id=i.name) for i in chosen], scope="module")


@pytest.fixture(scope="module")
def program(interpreter):
    one = programs.start(interpreter, "large", "account")
    yield one
    one.remove()


@pytest.fixture(scope="module")
def whole(program):
    """Of a copy of all, which the library makes"""
    if not heaps.BINDING:
        pytest.skip("the library cannot be loaded into this Python")
    heaps.open_heap(["-p", str(program.pid)], "auto").close()       # from now on pages of files are in memory that reading needs
    heap = heaps.open_heap(["-p", str(program.pid)], "auto")
    yield heap
    heap.close()


def alone(answer):
    """Without what is shared: other processes, which begin and end meanwhile, have the same files mapped"""
    if isinstance(answer, list):
        return [alone(value) for value in answer]
    if isinstance(answer, dict):
        return {key: alone(value) for key, value in answer.items() if key != "shared"}
    return answer


def ask(program, words):
    status, out, err = heaps.run([*words, "-p", str(program.pid), "-f", "json", "-n", "0", "-v"])
    assert status in (0, 3), err
    answer = json.loads(out)
    left = re.search(r"contents of \d+ large objects \(([0-9.]+) MB\) are not copied", err)
    return {key: answer[key] for key in ("summary", "rows", "warnings", "complete", "target")}, left and float(left.group(1))


@pytest.mark.parametrize("words", COMMANDS)
def test_answers_are_those_of_a_copy(program, whole, words):
    words = words.format(**program.account).split()
    answer, left = ask(program, words)
    assert left > 150
    assert alone(answer) == alone(whole.ask(*words))


def test_a_report_is_that_of_a_copy(program, whole, tmp_path):
    words = ["report", "-o", str(tmp_path / "heap.json")]
    assert ask(program, words)[1] > 150
    report = alone(json.loads((tmp_path / "heap.json").read_text()))
    whole.ask(*words)
    assert report == alone(json.loads((tmp_path / "heap.json").read_text()))


def test_all_that_need_none_are_asked():
    found = set()
    for path in glob.glob(os.path.join(target.HERE, "..", "..", "libheap", "commands", "cmd_*.c")):
        with open(path) as source:
            if ".reads_no_contents" in source.read():
                found.add(os.path.basename(path)[len("cmd_"):-len(".c")])
    assert found == {words.split()[0] for words in COMMANDS} | {"report"}


@pytest.mark.parametrize("words", COPIED)
def test_contents_are_copied_for_those_that_need_them(program, words, tmp_path):
    before = str(tmp_path / "before")
    if "before" in words:
        assert heaps.run(["snapshot", "-o", before, "-p", str(program.pid)])[0] == 0
    assert ask(program, words.format(before=before, **program.account).split())[1] is None
