# SPDX-License-Identifier: Apache-2.0
"""A bytearray's bytes are an object of its own since 3.15: it is held by the bytearray, and its bytes are counted once."""
import collections

import programs
import pytest
from heaps import address

pytest_generate_tests = programs.parametrize
program = programs.fixture("bytearray", "bytearray.json")


def with_buffers(program):
    rows = [row for row in program.account if row["buffer"]]
    return rows or pytest.skip("no object of its own before 3.15")


def test_sizes(heap, program):
    """Each says its own as sys.getsizeof() does"""
    said = {row["address"]: row["size"] for row in program.account}
    assert {a: heap.ask("object", hex(a))["summary"]["bytes"] for a in said} == said


def test_references(heap, program):
    """The collector visits none"""
    for row in program.account:
        found = heap.ask("refs", hex(row["address"]))["rows"]
        assert not [each for each in found if each["visited"] and each["type"] == "bytes"]
        assert [address(each["address"]) for each in found if each["type"] == "bytes"] == [row["buffer"]] * bool(row["buffer"])


def test_why(heap, program):
    """What is alive is held by its bytearray, and by nothing else"""
    for row in with_buffers(program):
        buffer = hex(row["buffer"])
        assert [address(each["address"]) for each in heap.ask("referrers", buffer)["rows"]] == [row["address"]]
        paths = heap.ask("why", buffer)["rows"]
        assert paths and all(each["path"].endswith(".<buffer>") for each in paths)


def test_bytes_once(heap, program):
    """What a bytearray keeps, its buffer included, is its size"""
    rows = {address(row["address"]): row for row in heap.ask("retained")["rows"]}
    for row in with_buffers(program):
        own = heap.ask("object", hex(row["buffer"]))["summary"]["bytes"]
        assert rows[row["buffer"]]["retained"] == rows[row["buffer"]]["bytes"] == own
        if row["type"] == "bytearray":
            assert rows[row["address"]]["retained"] == row["size"]
            assert rows[row["address"]]["bytes"] + rows[row["buffer"]]["bytes"] == row["size"]


def test_types(heap, program):
    """Sums are those of retained, less than twice the largest"""
    by_type = collections.Counter()
    for row in heap.ask("types")["rows"]:
        by_type[row["type"]] += row["bytes"]
    said = [row["size"] for row in program.account]
    assert sum(said) <= by_type["bytearray"] + by_type["bytes"] + by_type["__main__.Mine"] < 2 * max(said)
