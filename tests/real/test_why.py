# SPDX-License-Identifier: Apache-2.0
"""why: each path that is an expression is evaluated in a forked child of the program, and is the object."""
import collections
import tempfile

import heaps
import interpreters
import pytest
import target
from heaps import address

SCALE = 400
OBJECTS = 12            # of the program, whatever their types
KINDS = "list", "kinds_classes.Plain", "kinds_classes.Slots", "set", "function", "collections.deque", "str", "int"


def pytest_generate_tests(metafunc):
    found = interpreters.find()
    if metafunc.config.getoption("--quick"):
        found = interpreters.quick(found)
    places = []
    for one in found:
        reason = one.unsupported() or target.why_not("live")
        marks = [pytest.mark.skip(reason=reason)] if reason else []
        if not one.allocator:
            places.append(pytest.param(one, marks=marks, id=one.name))
    metafunc.parametrize("interpreter", places, scope="function")


def chosen(account):
    """Some objects of each kind, and some of whatever there is"""
    by_type = collections.defaultdict(list)
    for a in sorted(account.type_of):
        by_type[account.type_of[a]].append(a)
    some = [a for kind in KINDS for a in by_type[kind][::max(1, len(by_type[kind]) // 2)][:2]]
    every = sorted(account.type_of)
    return some + every[::max(1, len(every) // OBJECTS)][:OBJECTS]


def is_expression(path):
    return "<" not in path and "\u2026" not in path


@pytest.fixture
def program(interpreter):
    one = target.Target(interpreter, tempfile.mkdtemp(prefix="py-heap-real-"), SCALE)
    yield one
    one.remove()


def test_paths_are_what_they_say(program, interpreter):
    heap, expressions = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir), 0
    for wanted in chosen(program.account):
        answer = heap.ask("why", "%#x" % wanted)
        assert address(answer["summary"]["address"]) == wanted
        assert answer["summary"]["paths"] == len(answer["rows"])
        paths = [row for row in answer["rows"][:5] if is_expression(row["path"])]
        told = program.oracle.ask([row["path"] for row in paths])
        for row, found in zip(paths, told):
            assert found == wanted, "%s is %s, not %#x" % (row["path"], found if isinstance(found, str) else hex(found), wanted)
            assert address(row["addresses"][-1]) == wanted and len(row["addresses"]) == row["length"]
        expressions += len(paths)
    heap.close()
    assert expressions >= OBJECTS // 2, "hardly any path was an expression"
