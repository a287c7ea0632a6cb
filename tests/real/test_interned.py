# SPDX-License-Identifier: Apache-2.0
"""interned: names by prefix, immortal or not, as the program made them; the interpreter's dict of them is not garbage."""
import heaps
import programs
import pytest

IMMORTAL = (3, 12, 0), (3, 12, 6)       # there all interned strings are (Objects/unicodeobject.c)
COUNT = 3000

pytest_generate_tests = programs.parametrize
program = programs.fixture("interned", "interned.json")


@pytest.fixture(scope="module")
def heap(program, interpreter):
    one = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    yield one
    one.close()


@pytest.fixture(scope="module")
def answer(heap):
    return heap.ask("interned")


def all_immortal(interpreter):
    return IMMORTAL[0] <= interpreter.version[:3] <= IMMORTAL[1]


def test_families(answer, program, interpreter):
    rows = {row["prefix"]: row for row in answer["rows"]}
    assert [rows["column_"]["count"], rows["column_"]["bytes"]] == program.account["columns"]
    assert rows["user_"]["count"] >= program.account["users"][0] == COUNT
    assert not any(prefix and prefix.startswith("never") for prefix in rows) and not program.account["others"]
    forever = all_immortal(interpreter)
    assert rows["column_"]["immortal"] == (COUNT if forever else 0)
    passing = rows.get("passing_", {"count": 0})["count"]       # the cache of attribute look-ups keeps some
    assert passing == COUNT if forever else passing < COUNT


def test_sums(answer, interpreter):
    summary = answer["summary"]
    for total, key in (("strings", "count"), ("bytes", "bytes"), ("immortal", "immortal")):
        assert summary[total] == sum(row[key] for row in answer["rows"])
    if all_immortal(interpreter):
        assert summary["immortal"] == summary["strings"] and summary["immortal_bytes"] == summary["bytes"]


def test_object(heap, program):
    one, other = program.account["one"]
    assert heap.ask("object", "%#x" % one)["summary"]["interned"] is True
    assert heap.ask("object", "%#x" % other)["summary"]["interned"] is False


def test_why_dict(heap, program):
    """The largest dict: nobody but the interpreter holds it, and that is what is said"""
    largest = max((row for row in heap.ask("find", "--type", "dict", "--min-bytes", "100K")["rows"]), key=lambda row: row["bytes"])
    told = heap.ask("why", largest["address"])
    assert [row["root"] for row in told["rows"]] == ["interned strings, held by the interpreter"]
    assert told["summary"]["garbage"] is None


def test_why_is_immortal(heap, answer, interpreter):
    """Nobody holds a name that setattr() interned but its count that is none"""
    if not all_immortal(interpreter):
        pytest.skip("names go with those who hold them")
    example = [row["example"] for row in answer["rows"] if row["prefix"] == "passing_"][0]
    assert [row["root"] for row in heap.ask("why", example)["rows"]] == ["interned and immortal"]


def test_immortal(heap, program, interpreter):
    """Small ints are, as their counts say; of those in a file, the ones that something refers to are known"""
    answer = heap.ask("interned", "--immortal")
    rows = {row["type"]: row for row in answer["rows"]}
    for total, key in ("objects", "count"), ("bytes", "bytes"), ("static", "static"):
        assert answer["summary"][total] == sum(row[key] for row in answer["rows"])
    if interpreter.version < (3, 12):
        assert not rows
        return
    assert 100 < rows["int"]["count"] and rows["NoneType"]["count"] == 1
    assert all(heap.ask("object", hex(address))["summary"]["immortal"] for address in program.account["immortal"][::100])
    if all_immortal(interpreter):
        assert rows["str"]["count"] >= heap.ask("interned")["summary"]["strings"]
