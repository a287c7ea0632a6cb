# SPDX-License-Identifier: Apache-2.0
"""waste: as many bytes as the interpreter saves when it makes the change, counted by sys.getsizeof()."""
import programs
import pytest

KINDS = {"Dict": "sparse", "Names": "sparse", "Set": "sparse", "List": "over-allocated"}

pytest_generate_tests = programs.parametrize
program = programs.fixture("waste", "waste.json")


@pytest.fixture(scope="module")
def rows(heap):
    answer = heap.ask("waste")
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
    return {(row["kind"], row["type"]): row for row in answer["rows"]}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_containers(rows, program, name):
    """dict(d), l[:] and set(s) are that much smaller"""
    some, none = program.account[name]
    told = [[row["count"], row["bytes"]] for row in (rows[kind, "__main__." + name] for kind in (KINDS[name], "empty"))]
    assert told == [some, none] and some[0] > 20 and none[0] > 20


@pytest.mark.parametrize("name", ["Few", "Many", "Asked"])
def test_slots(rows, program, name):
    """An instance of a class with __slots__ of the same names is that much smaller"""
    row = rows["no __slots__", "__main__." + name]
    assert [row["count"], row["bytes"], row["attributes"]] == program.account["classes"][name]
    assert ("no __slots__", "__main__.%sInSlots" % name) not in rows


def test_duplicates(heap, program):
    answer = heap.ask("waste", "--duplicates")
    by_example = {int(row["example"], 16): row for row in answer["rows"]}
    for addresses, saved in program.account["equal"]:
        found = [by_example[address] for address in addresses if address in by_example]
        assert [(row["count"], row["bytes"]) for row in found] == [(len(addresses), saved)]
    assert not set(by_example) & set(program.account["unequal"])
    assert all(row["count"] > 1 and row["bytes"] > 0 for row in answer["rows"])


def test_sums_of_duplicates(heap, rows):
    """One row per type has what the contents have"""
    contents = heap.ask("waste", "--duplicates")["rows"]
    for type_ in set(row["type"] for row in contents):
        mine, all_ = [row for row in contents if row["type"] == type_], rows["duplicates", type_]
        assert [all_["count"], all_["bytes"]] == [sum(row["count"] - 1 for row in mine), sum(row["bytes"] for row in mine)]
