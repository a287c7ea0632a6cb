# SPDX-License-Identifier: Apache-2.0
"""Several interpreters in one process, the last with GIL and allocator of its own (3.12+): each one's own account of itself."""
import collections
import json
import os

import compare
import heaps
import pytest
import target
import tolerances
from conftest import chosen, layouts
from target import PERMANENT

SINCE = (3, 8)               # _xxsubinterpreters
GC_OF_EACH = (3, 9)          # before, all interpreters share one collector
BLOCKS_OF_ALL = (3, 12)      # sys.getallocatedblocks() is of all interpreters
COUNT = 3
GENERATIONS = 0, 1, 2, PERMANENT
EACH = range(COUNT)
PROGRAM = os.path.join(target.HERE, "targets", "interpreters_program.py")


def pytest_generate_tests(metafunc):
    """Order matters: an interpreter's live dumps come before the kernel's core, which ends it"""
    if "several" not in metafunc.fixturenames:
        return
    places, ids = [], []
    for one in chosen(metafunc.config):
        if one.version[:2] < SINCE or one.allocator or one.unsupported():
            continue
        for way, layout in [("live", layout) for layout in layouts(one)] + [("kernel", "table")]:
            reason = target.why_not(way)
            places.append(pytest.param((one, way, layout), marks=[pytest.mark.skip(reason=reason)] if reason else []))
            ids.append("%s-%s-%s" % (one.name, way, layout))
    metafunc.parametrize("several", places, ids=ids, indirect=True, scope="session")


class Several(target.Program):
    """The program, what each of its interpreters says, and a heap for each layout"""

    def __init__(self, interpreter, folder):
        target.Program.__init__(self, [interpreter.path, PROGRAM, str(folder)], folder)
        self.interpreter, self.heap = interpreter, None
        tolerances.about["version"] = interpreter.version
        self.wait(*["%d.%s" % (i, what) for i in EACH for what in ("json", "garbage")])
        self.accounts = [json.loads(self.said("%d.json" % i)) for i in EACH]
        self.collected = [json.loads(self.said("%d.garbage" % i)) for i in EACH]
        self.own = {a for account in self.accounts for a in account["own"]}

    def collectors(self):
        return EACH if self.interpreter.version[:2] >= GC_OF_EACH else range(1)

    def listed(self, which, generation):
        """address -> (name of its type, bytes); what taking the account made is left out"""
        objects = self.accounts[which]["objects"][generation]
        return {a: (name, tolerances.size(name, size)) for a, name, size in objects if a not in self.own}

    def open(self, way, layout):
        self.close()
        self.heap = heaps.open_heap(self.words(way), layout, self.interpreter.debug_dir)

    def close(self):
        if self.heap:
            self.heap.close()
        self.heap = None


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """One program at a time: programs(interpreter)"""
    running = []

    def get(interpreter):
        if not running or running[0].interpreter is not interpreter:
            end()
            running.append(Several(interpreter, tmp_path_factory.mktemp("several")))
        return running[0]

    def end():
        for one in running:
            one.close()
            one.remove()
        del running[:]
    yield get
    end()


@pytest.fixture(scope="session")
def several(request, programs):
    interpreter, way, layout = request.param
    one = programs(interpreter)
    one.open(way, layout)
    return one


def test_info(several):
    said = several.heap.ask("info")
    assert said["complete"] is True and not said["warnings"], said["warnings"]
    assert said["summary"]["interpreters"] == COUNT
    assert [row["id"] for row in said["rows"]] == list(EACH)
    assert [row["modules"] for row in said["rows"]] == [account["modules"] for account in several.accounts]
    assert said["rows"][0]["threads"] == 1


def test_threads(several):
    """Threads of each interpreter; the main one's is where the program waits"""
    threads, waits = collections.defaultdict(list), False
    for row in several.heap.ask("threads")["rows"]:
        if row["thread_state"] not in threads[row["interpreter"]]:
            threads[row["interpreter"]].append(row["thread_state"])
        waits |= row["interpreter"] == 0 and row["frame"] == 0 and row["file"] == PROGRAM
    said = {row["id"]: row["threads"] for row in several.heap.ask("info")["rows"]}
    assert {i: len(threads[i]) for i in said} == said and waits


def test_gc(several):
    """Objects of each generation of each interpreter, thresholds and counts"""
    said, expected = several.heap.ask("gc"), {}
    rows = {(row["interpreter"], str(row["generation"])): row for row in said["rows"]}
    for i in several.collectors():
        for g in GENERATIONS:
            threshold = None if g == PERMANENT else several.accounts[i]["threshold"][g]
            expected[i, "permanent" if g == PERMANENT else str(g)] = len(several.listed(i, g)), threshold
    found = {key: (row["objects"], row["threshold"]) for key, row in rows.items()}
    compare.counts("objects, threshold by interpreter and generation", expected, found)
    assert said["complete"] is True
    for i in several.collectors():
        assert [rows[i, g]["count"] for g in "12"] == several.accounts[i]["count"][1:]


def test_tracked_objects(several):
    """Address by address, of all interpreters"""
    expected = {}
    for i in several.collectors():
        for g in GENERATIONS:
            expected.update(several.listed(i, g))
    found = {}
    for row in several.heap.ask("types", "--tracked", "--objects")["rows"]:
        found[heaps.address(row["address"])] = row["type"], tolerances.size(row["type"], row["bytes"])
    compare.addresses("tracked objects: (type, bytes)", expected, found)


def test_markers(several):
    """Classes of one name in each interpreter's __main__ are several types; what each holds is there"""
    found = collections.Counter()
    for row in several.heap.ask("types")["rows"]:
        found[row["type"]] += row["count"]
    for i in EACH:
        assert found["__main__.Marker%d" % i] == 500 + 18 * i


def test_garbage(several):
    said = several.heap.ask("garbage")
    found = {row["type"]: row["count"] for row in said["rows"]}
    for i in several.collectors():        # one for all: the main interpreter was last, and collected the others' garbage
        assert found["__main__.Cycle%d" % i] == 2 * (30 + i + 10)
    assert said["summary"]["objects"] == sum(several.collected[i] for i in several.collectors())


def test_arenas(several):
    said = several.heap.ask("arenas")
    assert said["complete"] is True and not said["warnings"], said["warnings"]
    if several.interpreter.version[:2] >= BLOCKS_OF_ALL:
        assert said["summary"]["allocated_blocks"] == several.accounts[0]["allocated"]


def test_owner(several):
    """An object's generation is that of its interpreter's collector"""
    for i in several.collectors():
        for g in range(3):
            for a in list(several.listed(i, g))[:1]:
                assert str(several.heap.ask("object", "%#x" % a)["summary"]["generation"]) == str(g)


MANY = '''
import os, sys, time, _interpreters
for i in range(70):
    one = _interpreters.create("isolated")
    assert not _interpreters.run_string(one, "class Marker: pass\\nkept = [Marker() for i in range(50)]")
with open("blocks.part", "w", 1) as out:
    print(sys.getallocatedblocks(), file=out)
os.rename("blocks.part", "blocks")
time.sleep(600)
'''


def test_many(pytestconfig, tmp_path):
    """More interpreters with memory of their own than a small fixed number"""
    found = [i for i in chosen(pytestconfig) if i.version[:2] >= (3, 13) and not i.allocator and not i.debug and not i.unsupported()]
    if not found:
        pytest.skip("no interpreter has _interpreters (3.13+)")
    program = target.Program([found[0].path, "-c", MANY], tmp_path)
    try:
        program.wait("blocks")
        heap = heaps.open_heap(program.words("live"), "auto", found[0].debug_dir)
        assert heap.ask("info")["summary"]["interpreters"] == 71
        markers = [row for row in heap.ask("types")["rows"] if row["type"] == "__main__.Marker"]
        assert [row["count"] for row in markers] == [50] * 70
        blocks = heap.ask("arenas")["summary"]["allocated_blocks"]
        # Printing took and kept a few.
        assert abs(blocks - int(program.said("blocks"))) < 50
        heap.close()
    finally:
        program.remove()
