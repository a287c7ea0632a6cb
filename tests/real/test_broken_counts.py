# SPDX-License-Identifier: Apache-2.0
"""Counts that came to nothing: what containers still refer to is found, whether it is freed or static, and said with its holders."""
import heaps
import programs
import pytest
from heaps import address

pytest_generate_tests = programs.parametrize
program = programs.fixture("broken_counts", "counts.json")


def test_refaudit(heap, program):
    told, answer = program.account, heap.ask("refaudit")
    rows = {address(row["address"]): row for row in answer["rows"]}
    expected = {told["reused"]: ("freed block", 0, 20)}
    expected.update((one, ("freed block", 0, 2)) for one in told["free"])
    found = {a: (row["type"].split(",")[0], row["refcount"], row["found"]) for a, row in rows.items()}
    assert {a: found.get(a) for a in expected} == expected
    assert answer["summary"]["freed"] == 26
    static = {a: found.pop(a) for a in (told.get("ellipsis"), told.get("type")) if a}
    assert set(found) == set(expected), "nothing else"
    if static:
        kind, count, holders = static[told["ellipsis"]]
        assert kind in ("ellipsis", "types.EllipsisType") and count == -3 and holders >= 30
        assert static[told["type"]][:2] == ("type", 0)


def test_static_objects_are_objects(heap, program):
    if "type" not in program.account:
        pytest.skip("static objects have no count (3.12+), or this build ends at once")
    for name, count in (("ellipsis", -3), ("type", 0)):
        summary = heap.ask("object", "%#x" % program.account[name])["summary"]
        assert (address(summary["address"]), summary["refcount"]) == (program.account[name], count)
    listed = heap.ask("find", "--type", "ellipsis" if heap.ask("find", "--type", "ellipsis")["rows"] else "EllipsisType")
    assert [address(row["address"]) for row in listed["rows"]] == [program.account["ellipsis"]]


def test_edges(heap, program):
    """An edge to what was freed says so, and where its block belongs now"""
    [holder] = [row for row in heap.ask("find", "--type", "tuple")["rows"] if row["bytes"] >= 240 and is_kept(heap, program, row)]
    edges = {row["edge"]: row for row in heap.ask("refs", holder["address"])["rows"]}
    assert [edges["[%d]" % n]["type"].split(",")[0] for n in (0, 10, 20)] == ["freed block"] * 3
    assert edges["[1]"]["type"].endswith("Job")


def is_kept(heap, program, row):
    edges = heap.ask("refs", row["address"])["rows"]
    return len(edges) == 30 and address(edges[0]["address"]) == program.account["free"][0]


def test_screen(program, interpreter):
    where = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
    status, said, _ = heaps.run(["refaudit"] + program.words("live") + where)
    assert status == 3, "it found what it was asked to look for"
    assert "All reference counts are accounted for" not in said
    assert "20 x sys.modules['__main__'].routes[\u2026].limits (freed)" in said
    assert "3 x sys.modules['__main__'].kept[\u2026] (freed)" in said
