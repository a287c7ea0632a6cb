# SPDX-License-Identifier: Apache-2.0
"""Real interpreters: found, started, dumped once each, and asked through every way and layout."""
import os
import shutil
import sys
import tempfile

import pytest
import tolerances

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import heaps          # noqa: E402
import interpreters   # noqa: E402
import programs       # noqa: E402
import target         # noqa: E402

LAYOUTS = "dwarf", "table", "derived"
DEBUG_SHARE = 4                     # debug builds fill their heaps, and tell of them, as slowly as this
OFFSETS_SINCE = (3, 13)             # _Py_DebugOffsets


def pytest_configure(config):
    if not shutil.which(heaps.EXECUTABLE):
        raise pytest.UsageError("no py-heap at %r: build it and set PYHEAP to its path" % heaps.EXECUTABLE)


def ways(config):
    return ["gcore"] if config.getoption("--quick") else list(target.WAYS)


def chosen(config):
    found = interpreters.find()
    return interpreters.quick(found) if config.getoption("--quick") else found


def pytest_report_header(config):
    lines = ["py-heap: %s" % (shutil.which(heaps.EXECUTABLE) or heaps.EXECUTABLE)]
    for one in chosen(config):
        lines.append("python: %-18s %s%s" % (one.name, one.path, " (skipped: %s)" % one.unsupported() if one.unsupported() else ""))
    for way in ways(config):
        if target.why_not(way):
            lines.append("no %s dumps: %s" % (way, target.why_not(way)))
    return lines


def layouts(one, way="live"):
    """All of them on the live process; on its cores the same memory is read, so two are enough"""
    if one.allocator:
        return ("table",)
    if way != "live":
        return LAYOUTS[:2] if way == "gcore" else LAYOUTS[1:]
    return LAYOUTS + (("offsets",) if one.version[:2] >= OFFSETS_SINCE else ())


def pairs(one, module, config):
    """(way, layout) to the bytes of one program; a file with ONE_WAY asks what does not depend on them"""
    for way in [way for way in ways(config) if not one.allocator or way != "gcore"]:
        for layout in layouts(one, way):
            if not getattr(module, "ONE_WAY", False) or (way, layout) == ("kernel" if one.allocator else "gcore", "table"):
                yield way, layout


def pytest_generate_tests(metafunc):
    """Order matters: a program's live tests run before the kernel core that ends it"""
    if "place" not in metafunc.fixturenames:
        return
    places, ids = [], []
    for one in chosen(metafunc.config):
        for way, layout in pairs(one, metafunc.module, metafunc.config):
            reason = one.unsupported() or target.why_not(way)
            places.append(pytest.param((one, way, layout), marks=[pytest.mark.skip(reason=reason)] if reason else []))
            ids.append("%s-%s-%s" % (one.name, way, layout))
    metafunc.parametrize("place", places, ids=ids, indirect=True, scope="session")


class Keeper:
    """Holds one program and one open heap at a time: the tests come sorted, and disks are small"""

    def __init__(self, config):
        self.config, self.target, self.heap = config, None, None
        self.key = self.heap_key = None

    def folder(self, name):
        kept = self.config.getoption("--keep")
        if not kept:
            return tempfile.mkdtemp(prefix="py-heap-real-")
        path = os.path.join(os.path.abspath(kept), name)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def drop(self):
        if self.heap:
            self.heap.close()
        if self.target:
            (self.target.end if self.config.getoption("--keep") else self.target.remove)()
        self.target = self.heap = self.key = self.heap_key = None

    def open(self, interpreter, way, layout, words=()):
        if self.key != (interpreter.name, words):
            self.drop()
            folder = self.folder("-".join((interpreter.name,) + words))
            scale = self.config.getoption("--scale") // (DEBUG_SHARE if interpreter.debug else 1)
            self.target = target.Target(interpreter, folder, scale, *words)
            self.key = interpreter.name, words
        if self.heap_key != (way, layout):
            if self.heap:
                self.heap.close()
            self.heap = self.heap_key = None
            self.heap = heaps.open_heap(self.target.words(way), layout, interpreter.debug_dir)
            self.heap_key = way, layout
        return self.target.account, self.heap


@pytest.fixture(scope="session")
def keeper(pytestconfig):
    one = Keeper(pytestconfig)
    yield one
    one.drop()


class Place:
    """One interpreter, way and layout: the program's account and an open heap to compare it with"""

    def __init__(self, keeper, interpreter, way, layout):
        self.interpreter, self.way, self.layout = interpreter, way, layout
        self.account, self.heap = keeper.open(interpreter, way, layout)
        tolerances.about["version"] = interpreter.version
        self.target = keeper.target


@pytest.fixture(scope="session")
def place(request, keeper):
    return Place(keeper, *request.param)


@pytest.fixture(scope="module", params=["live", "gcore"])
def heap(request, program, interpreter):
    """Of the program that a test file starts, unless the file has a heap of its own"""
    one = heaps.open_heap(programs.dumped(program, request.param), "auto", interpreter.debug_dir)
    yield one
    one.close()
