# SPDX-License-Identifier: Apache-2.0
"""The prompt: answers are those of the commands, from lines of a file and from keys on a terminal."""

import json
import os

import pytest
from sleepers import asleep
from terminal import Typing

PROGRAM = """
import time
class Kept:
    def __init__(self, number):
        self.number = number
kept = [Kept(i) for i in range(7)]
print(1, flush=True)
time.sleep(600)
"""
QUESTIONS = ("info", "types", "gc", "garbage", "cycles", "arenas", "threads", "freelists", "memory", "leaks", "retained", "refaudit",
             "find --type __main__.Kept", "why --type __main__.Kept", "verify")


@pytest.fixture(scope="module")
def has_prompt(py_heap, core):
    if "without libedit" in py_heap(core, input="").stderr:
        pytest.skip("built without libedit")


@pytest.fixture
def ask(py_heap, core, has_prompt, tmp_path):
    def run(*lines, words=()):
        return py_heap(core, *words, input="\n".join(lines) + "\n", cwd=tmp_path)

    return run


def test_answers(py_heap, core, ask):
    """One after the other of one heap: each as the command alone gives it"""
    answers = ask(*("%s -f json" % question for question in QUESTIONS)).stdout
    decoder, at = json.JSONDecoder(), 0
    for question in QUESTIONS:
        command, *words = question.split()
        answer, at = decoder.raw_decode(answers, at)
        at += len(answers) - at - len(answers[at:].lstrip())
        alone = json.loads(py_heap(command, core, *words, "-f", "json").stdout)
        assert answer == alone, question
    assert at == len(answers)


def test_rows_have_numbers(ask):
    found = json.loads(ask("find --type __main__.Kept -f json").stdout)["rows"]
    text = ask("find --type __main__.Kept", "object %3").stdout
    assert "\n3  %s  __main__.Kept" % found[2]["address"] in text
    assert "address             %s\n" % found[2]["address"] in text


def test_row_that_is_not_there(ask):
    for lines in (["object %1"], ["find --type __main__.Kept", "why %8"], ["types", "object %0"]):
        run = ask(*lines)
        assert run.returncode == 1 and "%s: the last answer has no object in that row" % lines[-1].split()[1] in run.stderr


@pytest.mark.parametrize("line, status, said", [
    ("tyqes", 2, "did you mean 'types'?"), ("types --wrong", 2, "unknown option '--wrong'"),
    ("find --value 'x", 2, "a quote is not closed"), ("types -p 1", 2, "-p"), ("fleet top", 2, "command of the shell"),
    ("capture --check", 2, "command of the shell"),
    ("types --layout table", 2, "--layout is an option of 'py-heap TARGET'"),
    ("object 0x10", 1, "0x10"),
])
def test_what_is_wrong_ends_nothing(ask, line, status, said):
    run = ask(line, "gc")
    assert run.returncode == status and said in run.stderr and "\n" not in run.stderr.strip()
    assert "GENERATION" in run.stdout


def test_words(ask):
    assert ask("# a comment", "", "find --type '__main__.Kept' -f csv", "quit", "types").stdout.startswith("address,")
    assert ask("py-heap gc").stdout == ask("gc").stdout
    listed = ask("help").stdout
    assert "retained" in listed and "fleet" not in listed
    assert "Usage: py-heap types [options]" in ask("help types").stdout == ask("types --help").stdout


def test_files(ask, tmp_path, core):
    assert ask("types -f json -o here.json").returncode == 0
    assert json.loads((tmp_path / "here.json").read_text())["command"] == "types"
    run = ask("types -o %s.txt" % core)
    assert os.path.exists(core + ".txt") or (run.returncode == 1 and "below the folder where it was started" in run.stderr)


def test_large_process(py_heap, has_prompt):
    """It is copied for all questions: 'info' alone would hold it while it reads"""
    with asleep("big = b'x' * (300 << 20)\n" + PROGRAM) as process:
        run = py_heap("-p", process.pid, input="info\nfind --type __main__.Kept -f csv\ninfo\n")
    assert run.returncode == 0 and not run.stderr and run.stdout.count("\n0x") == 7


def test_commands_come_first(py_heap, core, has_prompt):
    run = py_heap(core, "types")
    assert run.returncode == 2 and "the command comes first: py-heap types" in run.stderr
    assert py_heap("/nonexistent").returncode == 2


def test_keys(build, core, has_prompt, tmp_path):
    """Completion, ^C, history and ^D on a terminal"""
    # libedit does not free the names of functions that it is given (EL_ADDFN)
    environment = dict(PYHEAP_CACHE=str(tmp_path), DEBUGINFOD_URLS="", ASAN_OPTIONS="detect_leaks=0")
    with Typing([os.path.join(build, "corefile-tools", "py-heap"), core], **environment) as typing:
        typing.until("'quit' ends.")
        typing.until("(py-heap) ")
        typing.keys("tyqes\x03")
        typing.until("^C")
        typing.until("(py-heap) ")
        typing.keys("ref\t")
        typing.until("refaudit")
        typing.until("(py-heap) ref")
        typing.keys("s\x03")
        typing.until("(py-heap) ")
        typing.keys("find --ty\t__main__.Kept -n 2\r")
        typing.until("5 more rows")
        typing.until("(py-heap) ")
        typing.keys("why %2\r")
        typing.until("kept[")
        typing.until("(py-heap) ")
        typing.keys("\x10\x10\r")  # the line before the last
        typing.until("5 more rows")
        typing.until("(py-heap) ")
        typing.keys("\x04")
        assert typing.wait() == 0
    history = (tmp_path / "history").read_text()
    assert "__main__.Kept" in history and "tyqes" not in history
    assert (tmp_path / "history").stat().st_mode & 0o777 == 0o600
    with Typing([os.path.join(build, "corefile-tools", "py-heap"), core], **environment) as typing:
        typing.until("(py-heap) ")
        typing.keys("\x10\r")  # the last line of the session before
        typing.until("5 more rows")
        typing.until("(py-heap) ")
        typing.keys("\x04")
        assert typing.wait() == 0
