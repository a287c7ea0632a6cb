# SPDX-License-Identifier: Apache-2.0
"""retained: what would go with an object, as the interpreter finds by deleting it and following references anew."""
import programs
from heaps import address

pytest_generate_tests = programs.parametrize
program = programs.fixture("retained", "retained.json")


def test_what_would_go(heap, program):
    account = dict(program.account)
    held = account.pop("HELD")["address"]
    rows = {address(row["address"]): row for row in heap.ask("retained", "--under", hex(held))["rows"]}
    told = {name: (rows[said["address"]]["dominated"] + 1, rows[said["address"]]["retained"])
            for name, said in account.items()}
    assert told == {name: (said["objects"], said["bytes"]) for name, said in account.items()}


def test_sums(heap):
    answer = heap.ask("retained", "--by-type")
    rows, summary = answer["rows"], answer["summary"]
    types = heap.ask("types")["summary"]
    assert summary["objects"] + summary["unreachable"] == types["objects"]
    assert summary["bytes"] + summary["unreachable_bytes"] == types["bytes"]
    assert sum(row["count"] for row in rows) == summary["objects"]
    assert sum(row["bytes"] for row in rows) == summary["bytes"]
    assert all(row["bytes"] <= row["retained"] <= summary["bytes"] for row in rows)


def test_under(heap, program):
    said = program.account["dict"]
    rows = heap.ask("retained", "--under", hex(said["address"]))["rows"]
    assert {row["type"] for row in rows} == {"list", "str"} and len(rows) == 600
    own = heap.ask("object", hex(said["address"]))["summary"]["bytes"]
    assert sum(row["retained"] for row in rows) + own == said["bytes"]


def test_points(heap, program):
    rows = heap.ask("retained", "--points", "--under", hex(program.account["HELD"]["address"]))["rows"]
    assert program.account["list"]["address"] in {address(row["address"]) for row in rows}
    assert program.account["chain"]["address"] not in {address(row["address"]) for row in rows}
    assert all(2 * row["largest"] < row["retained"] for row in rows)
