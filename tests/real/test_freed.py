# SPDX-License-Identifier: Apache-2.0
"""garbage: what goes with it. By the list of what was made to go, and by the bytes that the allocator gets back in a child."""
import collections
import json

import heaps
import programs
import pytest

FREEZE = (3, 7)

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def program(interpreter):
    one = programs.start(interpreter, "freed", "freed.json")
    one.wait("traced.json")
    yield one
    one.remove()


def totals(pairs):
    count, size = collections.Counter(), collections.Counter()
    for name, n, bytes_ in pairs:
        count[name] += n
        size[name] += bytes_
    return {name: (count[name], size[name]) for name in count}


def test_freed(heap, program):
    answer = heap.ask("garbage")
    expected = totals((name, 1, size) for name, size in program.account)
    found = totals((row["type"], row["freed_objects"], row["freed_bytes"]) for row in answer["rows"])
    assert found == expected
    summary = answer["summary"]
    assert (summary["freed_objects"], summary["freed_bytes"]) == (len(program.account), sum(size for _, size in program.account))
    assert summary["objects"] == sum(row["count"] for row in answer["rows"]) < summary["freed_objects"]


def test_components(heap, program):
    """Each object goes with one of them"""
    rows = heap.ask("garbage", "--components")["rows"]
    assert sum(row["freed_objects"] for row in rows) == len(program.account)
    assert sum(row["freed_bytes"] for row in rows) == sum(size for _, size in program.account)
    assert all(row["freed_objects"] >= row["objects"] and row["freed_bytes"] >= row["bytes"] for row in rows)


def test_retained_agrees(heap, program):
    """No root leads to what goes, instances whose dict somebody asked for and whose values both have included"""
    assert heap.ask("retained")["summary"]["unreachable"] == len(program.account)


def test_allocator_agrees(program, interpreter):
    """tracemalloc in a forked child: what the allocator gets back in a collection"""
    if interpreter.version < FREEZE:
        pytest.skip("no gc.freeze() to tell what a collection gives back besides")
    pid, collected, frozen = (json.loads(program.said(name)) for name in ("traced.json", "collected", "frozen"))
    one = heaps.open_heap(["-p", str(pid)], "auto", interpreter.debug_dir)
    assert one.ask("garbage")["summary"]["freed_bytes"] == collected - frozen > 1 << 20
    one.close()
