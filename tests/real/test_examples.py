# SPDX-License-Identifier: Apache-2.0
"""examples/: what its programs answer, in C and in Python, is what the interpreter says of itself."""
import collections
import glob
import json
import os
import re
import subprocess
import sys

import heaps
import interpreters
import programs
import pytest
import target

ROOT = os.path.join(target.HERE, "..", "..")
BUILT = os.path.join(os.environ.get("PYHEAP_BUILD", ""), "examples")
QUESTIONS = os.path.join(ROOT, "examples", "questions")
VERSIONS = (2, 7), (3, 6), (3, 9), (3, 11), (3, 12), (3, 14)
MOST_LINES = {".py": 20, ".c": 60}        # blank ones and comments apart


def pytest_generate_tests(metafunc):
    if "program" not in metafunc.fixturenames:
        return
    found, places = interpreters.find(), []
    if metafunc.config.getoption("--quick"):
        found = interpreters.quick(found)
    for version in VERSIONS:
        some = [one for one in found if one.version[:2] == version and not one.unsupported() and not one.allocator]
        places += [pytest.param(one, id=one.name) for one in some[:1]]
    metafunc.parametrize("program", places, scope="module", indirect=True)


@pytest.fixture(scope="module")
def program(request):
    if target.why_not("live"):
        pytest.skip(target.why_not("live"))
    if not os.path.exists(os.path.join(BUILT, "example-histogram")):
        pytest.skip("PYHEAP_BUILD does not name a build folder")
    one = programs.start(request.param, "questions", "account.json")
    one.interpreter = request.param
    yield one
    one.remove()


def run(words):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    assert done.returncode == 0 and not done.stderr, (words, done)
    return done.stdout.decode()


def example(program, name, *words):
    """Lines of words"""
    out = run([os.path.join(BUILT, "example-" + name), str(program.pid)] + [str(word) for word in words])
    return [line.split(None, 4) for line in out.splitlines()]


def question(program, name, *words):
    """The same of a program that is there in C and in Python: they agree in each byte"""
    words = [str(program.pid)] + [str(word) for word in words]
    said = run([os.path.join(BUILT, "example-" + name)] + words)
    if heaps.BINDING:
        pythons = run([sys.executable, os.path.join(QUESTIONS, name + ".py")] + words)
        assert re.sub(r"\bb'(.*)'$", r"\1", pythons, flags=re.M) == said        # str of 2.7 are bytes
    return [line.split(None, 4) for line in said.splitlines()]


def rows(program, command, *words):
    heap = heaps.open_heap(program.words("live"), "auto", program.interpreter.debug_dir)
    try:
        return heap.ask(command, *words)["rows"]
    finally:
        heap.close()


def test_histogram(program):
    said = {name: (int(count), int(size)) for size, count, name in example(program, "histogram")}
    for name, count in program.account["counts"].items():
        assert said[name][0] == count
    expected = collections.defaultdict(lambda: (0, 0))
    for row in rows(program, "types"):
        before = expected[row["type"]]
        expected[row["type"]] = before[0] + row["count"], before[1] + row["bytes"]
    told = collections.defaultdict(lambda: (0, 0))
    for size, count, name in example(program, "histogram"):
        told[name] = told[name][0] + int(count), told[name][1] + int(size)
    assert told == expected


def test_who_refers(program):
    marked, items, values = program.account["marked"]
    expected = sorted([[hex(items), "list", "[0]"], [hex(values), "dict", "['key']"]])
    assert sorted(example(program, "who-refers", hex(marked))) == expected


def test_largest_dicts(program):
    address, _, items, size = program.account["sparse"]
    said = example(program, "largest-dicts", 5)
    assert said[0] == [str(size), str(items), hex(address), "dict"]
    assert len(said) == 5 and sorted(said, key=lambda line: -int(line[0])) == said


def test_pools(program):
    """A cell per pool, blank if it is free, an arena for each row of the command 'arenas'"""
    lines = run([os.path.join(BUILT, "example-pools"), str(program.pid)]).splitlines()
    pictures, head = {}, []
    for line in lines[1:]:
        head, cells = line[:line.index("|")].split() or head, line[line.index("|") + 1:-1]
        pictures[head[0]] = head[1], pictures.get(head[0], ("", ""))[1] + cells
    arenas = rows(program, "arenas")
    assert {at: (percent, len(cells), cells.count(" ")) for at, (percent, cells) in pictures.items()} == \
        {row["address"]: ("%d%%" % row["percent"], row["pools"], row["pools_free"]) for row in arenas} and arenas
    assert set("".join(cells for _, cells in pictures.values())) <= set(" .:-=+*%#") and "#" in "".join(lines)
    assert [int(word) for word in re.findall(r"\d+", lines[0])] == \
        [len(arenas)] + [sum(row[key] for row in arenas) for key in ("pools", "pools_free", "bytes_used")]


def test_interpreters(program):
    """Each one's objects, as the command gc counts them, and those that only one of them has"""
    if program.interpreter.version[:2] < (3, 9):
        pytest.skip("all interpreters have one collector")
    expected, said = collections.Counter(), {}
    for row in rows(program, "gc"):
        expected[row["interpreter"]] += row["objects"]
    for line in example(program, "interpreters"):
        if line[0] == "interpreter":
            now = int(line[1].rstrip(":"))
            said[now] = int(line[2])
        elif line[1] in program.account["counts"]:
            assert (now, int(line[0])) == (0, program.account["counts"][line[1]])
    assert said == expected and list(said) == sorted(said) and len(said) == program.account["interpreters"]


def test_unused_slots(program):
    address, unused, items, _ = program.account["sparse"]
    assert question(program, "unused-slots") == [[str(unused), str(items), hex(address)]]


def test_frequent_strings(program):
    expected = sorted([str(times), text.replace("|", "")] for text, times in program.account["texts"].items() if times > 1000)
    assert sorted(question(program, "frequent-strings")) == expected and len(expected) == 2


@pytest.mark.parametrize("name", ["Link", "Slotted"])
def test_longest_chain(program, name):
    length, firsts = program.account["chains"][name]
    (said, first), = question(program, "longest-chain", "__main__." + name, "next")
    assert int(said) == length and int(first, 16) in firsts


def test_bytes_by_module(program):
    said = {module: (int(size), int(count)) for size, count, module in question(program, "bytes-by-module")}
    assert said["shapes.round"] == tuple(program.account["shapes"])
    assert sum(count for _, count in said.values()) == sum(row["count"] for row in rows(program, "types"))
    assert {"builtins", "__main__"} <= set(said)


def test_shared_strings(program):
    """A string that both interpreters' lists hold is shared if it is one object for both, and else not"""
    if program.interpreter.version[:2] < (3, 9):
        pytest.skip("all interpreters have one collector")
    shared = {int(string, 16) for string, _, _, _, _ in question(program, "shared-strings")}
    ours = {string for _, string, _ in program.account["holders"]}
    theirs = {string for _, string, _ in json.loads(program.said("other.json"))}
    assert ours & theirs and ours & theirs <= shared
    assert ours ^ theirs and not (ours ^ theirs) & shared, "what one of them alone holds"


def lines_of_code(path):
    with open(path) as source:
        text = source.read()
    if path.endswith(".py"):
        text = text.split('"""', 2)[2]
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith(("/*", "* ", "#  "))]


def test_questions_are_short():
    paths = glob.glob(os.path.join(QUESTIONS, "*.py")) + glob.glob(os.path.join(QUESTIONS, "*.c"))
    assert len(paths) == 10
    for path in paths:
        count = len(lines_of_code(path))
        assert 5 < count < MOST_LINES[os.path.splitext(path)[1]], (path, count)
