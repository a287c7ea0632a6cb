# SPDX-License-Identifier: Apache-2.0
"""
Objects of every size, 40 bytes to 50 MB, of every built-in kind, by every allocator: each is found, with its exact size, and what
was freed is not.

A Python of each C library that there is (glibc 2.31 to 2.43), as pymalloc and as malloc have them; and with jemalloc and mimalloc in
place of glibc's malloc.
"""
import collections
import functools
import glob
import json
import os

import heaps
import interpreters
import pytest
import target
from heaps import address

PROGRAM = os.path.join(target.HERE, "targets", "sizes_program.py")
PRELOADED = {"jemalloc": "libjemalloc.so.2", "mimalloc": "libmimalloc.so.2*"}       # Debian: libjemalloc2, libmimalloc2.0


def library(name):
    found = sorted(glob.glob("/usr/lib/*-linux-gnu/" + PRELOADED[name]))
    return found[-1] if found else None


def one_of_each_libc():
    """The newest release build of each place: a suite has one C library"""
    newest = {}
    for one in interpreters.find():
        if not one.debug and not one.allocator and not one.unsupported() and one.version >= (3, 6):
            newest[one.debug_dir or "host"] = one
    return list(newest.values())


@functools.lru_cache(maxsize=None)
def cases(quick):
    """[(interpreter, allocator, preloaded library)]: the same ones for all tests, so that each program is started once"""
    return list(all_cases(quick))


def all_cases(quick):
    found = one_of_each_libc()
    for one in found[-1:] if quick else found:
        for allocator in (None, "malloc"):
            yield one, allocator, None
    for one in [one for one in found if not one.debug_dir and not quick]:
        yield one, "debug", None
        for name in PRELOADED:
            for allocator in (None, "malloc"):
                yield one, allocator, name


def pytest_generate_tests(metafunc):
    places = []
    for case in cases(metafunc.config.getoption("--quick")):
        one, allocator, preloaded = case
        name = "+".join(filter(None, (one.name, allocator, preloaded)))
        reason = "no lib%s here" % preloaded if preloaded and not library(preloaded) else target.why_not("live")
        places.append(pytest.param(case, id=name, marks=[pytest.mark.skip(reason=reason)] if reason else []))
    metafunc.parametrize("sizes", places, indirect=True, scope="module")


class Sizes(target.Program):
    def __init__(self, interpreter, allocator, preloaded, folder):
        environ = {"PYTHONMALLOC": allocator} if allocator else {}
        if preloaded:
            environ["LD_PRELOAD"] = library(preloaded)
        target.Program.__init__(self, [interpreter.path, PROGRAM, folder], folder, environ)
        self.wait("ready")
        self.account = json.loads(self.said("sizes.json"))
        self.heap = heaps.open_heap(self.words("live"), "auto", interpreter.debug_dir)
        self.rows = {address(row["address"]): row for row in self.heap.ask("types", "--objects")["rows"]}


@pytest.fixture(scope="module")
def sizes(request, tmp_path_factory):
    program = Sizes(*request.param, folder=str(tmp_path_factory.mktemp("sizes")))
    yield program
    program.heap.close()
    program.remove()


def test_all_are_objects(sizes):
    said = {a: (type_name, size) for a, type_name, size, _ in sizes.account["objects"]}
    found = {a: (sizes.rows[a]["type"], sizes.rows[a]["bytes"]) for a in said if a in sizes.rows}
    names = {a: name for a, _, _, name in sizes.account["objects"]}
    wrong = ["%#x %s: %s, py-heap %s" % (a, names[a], said[a], found.get(a)) for a in said if found.get(a) != said[a]]
    assert not wrong, "%d of %d: %s" % (len(wrong), len(said), "; ".join(wrong[:8]))


def test_nothing_freed_is_an_object(sizes):
    alive = set(sizes.account["reachable"]) | {a for a, _, _, _ in sizes.account["objects"]}
    wrong = ["%#x %s" % (a, type_name) for a, type_name, size, _ in sizes.account["freed"]
             if a not in alive and a in sizes.rows and (sizes.rows[a]["type"], sizes.rows[a]["bytes"]) == (type_name, size)]
    assert not wrong, "%d of %d: %s" % (len(wrong), len(sizes.account["freed"]), "; ".join(wrong[:8]))


def buffers(sizes):
    """Bytes of objects that are bytearrays' buffers (3.15+): the bytearrays' sizes count them too"""
    refs = [row for a, one in sizes.rows.items() if one["type"] == "bytearray"
            for row in sizes.heap.ask("refs", hex(a))["rows"] if row["edge"] == ".<buffer>" and row["preview"] != "b''"]
    return sum(sizes.rows[address(row["address"])]["bytes"] for row in refs)


def test_sums(sizes):
    """types, find and the list of all objects say the same; sums have each byte once"""
    listed = collections.Counter()
    for row in sizes.rows.values():
        listed[row["type"]] += row["bytes"]
    by_type = collections.Counter()
    for row in sizes.heap.ask("types")["rows"]:
        by_type[row["type"]] += row["bytes"]
    listed["bytearray"] -= buffers(sizes)
    assert by_type == listed
    large = {a for a, _, size, _ in sizes.account["objects"] if size >= 100000}
    found = {address(row["address"]): row["bytes"] for row in sizes.heap.ask("find", "--min-bytes", "100000")["rows"]}
    assert large <= set(found)
    assert found == {a: row["bytes"] for a, row in sizes.rows.items() if row["bytes"] >= 100000}


def test_retained(sizes):
    """What no other holds keeps itself, and nothing else unless it is a container; those of one list are all of what it keeps"""
    rows = {address(row["address"]): row for row in sizes.heap.ask("retained")["rows"]}
    objects = {a: size for a, _, size, _ in sizes.account["objects"]}
    assert set(objects) <= set(rows)
    leaf = {a for a, type_name, _, _ in sizes.account["objects"] if type_name in ("bytes", "bytearray", "str", "int")}
    assert {a: rows[a]["retained"] for a in leaf} == {a: objects[a] for a in leaf}
    huge = sizes.account["huge"]
    together = [row for row in rows.values() if address(row["address"]) == huge]
    assert [row["retained"] for row in together] == [together[0]["bytes"] + sum(s for s in objects.values() if s >= 50 << 20)]
