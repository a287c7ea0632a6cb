# SPDX-License-Identifier: Apache-2.0
"""Garbage that gc.freeze() hides from the collector: in garbage, cycles and why, as the program finds it with gc.unfreeze()."""
import collections
import json

import heaps
import programs
import pytest

FREEZE = (3, 7)
WAYS = "frozen", "forked", "unfrozen", "holding", "held"

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def program(interpreter):
    if interpreter.version < FREEZE:
        pytest.skip("no gc.freeze()")
    one = programs.start(interpreter, "frozen")
    yield one
    one.remove()


class Said:
    def __init__(self, program, way, interpreter):
        read = lambda suffix: json.loads(program.said("%s.%s" % (way, suffix)))     # noqa: E731
        self.found, self.frozen = read("found"), read("frozen")
        self.heap = heaps.open_heap(["-p", str(read("json")["pid"])], "auto", interpreter.debug_dir)


@pytest.fixture(scope="module", params=WAYS)
def said(request, program, interpreter):
    one = Said(program, request.param, interpreter)
    yield one
    one.heap.close()


def counts(rows, key):
    return {row["type"]: row[key] for row in rows if row[key]}


def test_garbage(said):
    answer = said.heap.ask("garbage")
    assert counts(answer["rows"], "count") == said.found
    assert answer["summary"]["frozen_garbage"] == sum(said.frozen.values())
    assert answer["summary"]["frozen_garbage_bytes"] >= 2000 * said.frozen.get("__main__.Session", 0)


def test_garbage_frozen(said):
    answer = said.heap.ask("garbage", "--frozen")
    assert counts(answer["rows"], "garbage") == said.frozen
    assert answer["summary"]["frozen_garbage"] == sum(said.frozen.values())
    sessions = sum(count for name, count in said.frozen.items() if name.startswith("__main__."))
    assert counts(answer["rows"], "freed_objects").get("bytearray", 0) == sessions


def test_cycles(said):
    rows = [row for row in said.heap.ask("cycles")["rows"] if row["shape"] in ("Session.me -> Session", "Late.me -> Late")]
    for name, expected in (("Session", said.frozen), ("Late", said.frozen), ("Session", said.found), ("Late", said.found)):
        frozen = expected is said.frozen
        found = sum(row["count"] for row in rows if row["shape"].startswith(name) and row["garbage"] and row["frozen"] is frozen)
        assert found == expected.get("__main__." + name, 0), (name, frozen)


def test_why(said):
    """Of all of a type, of what only they hold, and of the first of them"""
    both = collections.Counter(said.found) + collections.Counter(said.frozen)
    both = {name: count for name, count in both.items() if name in ("__main__.Session", "__main__.Late")}
    frozen = sum(said.frozen.get(name, 0) for name in both)
    for name, lost in both.items():
        summary = said.heap.ask("why", "--type", name)["summary"]
        assert (summary["lost"], summary["frozen"]) == (lost, said.frozen.get(name, 0))
        first = said.heap.ask("why", said.heap.ask("find", "--type", name)["rows"][0]["address"])["summary"]
        if said.frozen.get(name) == summary["objects"]:
            assert (first["paths"], first["garbage"]) == (0, "frozen")
        assert (first["garbage"] is None) is (first["paths"] > 0)
    summary = said.heap.ask("why", "--type", "bytearray")["summary"]
    assert (summary["lost"], summary["frozen"]) == (sum(both.values()), frozen)
