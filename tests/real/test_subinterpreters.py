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
NAMES = range(COUNT)
PROGRAM = os.path.join(target.HERE, "targets", "interpreters_program.py")


def pytest_generate_tests(metafunc):
    if "several" in metafunc.fixturenames:
        found = [i for i in chosen(metafunc.config) if i.version[:2] >= SINCE and not i.allocator and not i.unsupported()]
        metafunc.parametrize("several", found, ids=[i.name for i in found], indirect=True, scope="module")


class Several(target.Program):
    """The program, what each of its interpreters says, and a heap for each layout"""

    def __init__(self, interpreter, folder):
        target.Program.__init__(self, [interpreter.path, PROGRAM, str(folder)], folder)
        self.interpreter, self.opened = interpreter, {}
        tolerances.about["version"] = interpreter.version
        self.wait(*["%d.%s" % (i, what) for i in NAMES for what in ("json", "garbage")])
        self.accounts = [json.loads(self.said("%d.json" % i)) for i in NAMES]
        self.collected = [json.loads(self.said("%d.garbage" % i)) for i in NAMES]
        self.own = {a for account in self.accounts for a in account["own"]}

    def collectors(self):
        return NAMES if self.interpreter.version[:2] >= GC_OF_EACH else range(1)

    def listed(self, which, generation):
        """address -> (name of its type, bytes); what taking the account made is left out"""
        objects = self.accounts[which]["objects"][generation]
        return {a: (name, tolerances.size(name, size)) for a, name, size in objects if a not in self.own}

    def heaps(self):
        """(dump and layout, open heap), each once; the kernel's core ends the program"""
        for way, layout in [("live", layout) for layout in layouts(self.interpreter)] + [("kernel", "table")]:
            if target.why_not(way):
                continue
            if (way, layout) not in self.opened:
                self.opened[way, layout] = heaps.open_heap(self.words(way), layout, self.interpreter.debug_dir)
            yield "%s %s" % (way, layout), self.opened[way, layout]

    def remove(self):
        for heap in self.opened.values():
            heap.close()
        target.Program.remove(self)


@pytest.fixture(scope="module")
def several(request, tmp_path_factory):
    one = Several(request.param, tmp_path_factory.mktemp("several"))
    yield one
    one.remove()


def test_info(several):
    for where, heap in several.heaps():
        said = heap.ask("info")
        assert said["complete"] is True and not said["warnings"], (where, said["warnings"])
        assert said["summary"]["interpreters"] == COUNT, where
        assert [row["id"] for row in said["rows"]] == list(NAMES), where
        assert [row["modules"] for row in said["rows"]] == [account["modules"] for account in several.accounts], where
        assert said["rows"][0]["threads"] == 1, where


def test_gc(several):
    """Objects of each generation of each interpreter, thresholds and counts"""
    for where, heap in several.heaps():
        said, expected = heap.ask("gc"), {}
        rows = {(row["interpreter"], str(row["generation"])): row for row in said["rows"]}
        for i in several.collectors():
            for g in GENERATIONS:
                threshold = None if g == PERMANENT else several.accounts[i]["threshold"][g]
                expected[i, "permanent" if g == PERMANENT else str(g)] = len(several.listed(i, g)), threshold
        found = {key: (row["objects"], row["threshold"]) for key, row in rows.items()}
        compare.counts("objects, threshold by interpreter and generation: %s" % where, expected, found)
        assert said["complete"] is True, where
        for i in several.collectors():
            assert [rows[i, g]["count"] for g in "12"] == several.accounts[i]["count"][1:], where


def test_tracked_objects(several):
    """Address by address, of all interpreters"""
    expected = {}
    for i in several.collectors():
        for g in GENERATIONS:
            expected.update(several.listed(i, g))
    for where, heap in several.heaps():
        found = {}
        for row in heap.ask("types", "--tracked", "--objects")["rows"]:
            found[heaps.address(row["address"])] = row["type"], tolerances.size(row["type"], row["bytes"])
        compare.addresses("tracked objects: (type, bytes): %s" % where, expected, found)


def test_markers(several):
    """Classes of one name in each interpreter's __main__ are several types; what each holds is there"""
    for where, heap in several.heaps():
        found = collections.Counter()
        for row in heap.ask("types")["rows"]:
            found[row["type"]] += row["count"]
        for i in NAMES:
            assert found["__main__.Marker%d" % i] == 500 + 18 * i, where


def test_garbage(several):
    for where, heap in several.heaps():
        said = heap.ask("garbage")
        found = {row["type"]: row["count"] for row in said["rows"]}
        for i in several.collectors():        # one for all: the main interpreter was last, and collected the others' garbage
            assert found["__main__.Cycle%d" % i] == 2 * (30 + i + 10), where
        assert said["summary"]["objects"] == sum(several.collected[i] for i in several.collectors()), where


def test_arenas(several):
    for where, heap in several.heaps():
        said = heap.ask("arenas")
        assert said["complete"] is True and not said["warnings"], (where, said["warnings"])
        if several.interpreter.version[:2] >= BLOCKS_OF_ALL:
            assert said["summary"]["allocated_blocks"] == several.accounts[0]["allocated"], where


def test_owner(several):
    """An object's generation is that of its interpreter's collector"""
    for where, heap in several.heaps():
        for i in several.collectors():
            for g in range(3):
                for a in list(several.listed(i, g))[:3]:
                    assert str(heap.ask("object", "%#x" % a)["summary"]["generation"]) == str(g), where
