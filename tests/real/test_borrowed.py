# SPDX-License-Identifier: Apache-2.0
"""Borrowed pointers of an extension's objects: what is garbage is what the interpreter's own collection finds, without a warning."""
import json
import os

import extensions
import heaps
import programs
import pytest
import target
from heaps import address

PROGRAM = os.path.join(target.HERE, "targets", "borrowing_program.py")

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def program(interpreter, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("borrowing"))
    if not extensions.build(interpreter, "borrowing", folder):
        pytest.skip("no headers here")
    one = target.Program([interpreter.path, PROGRAM, folder], folder)
    one.wait("ready")
    one.account = json.loads(one.said("borrowing.json"))
    yield one
    one.remove()


def place(program):
    """Where a node's pointer to itself lies: behind the head of objects, which debug builds made longer up to 3.12"""
    return program.account["head"]


def test_garbage(heap, program):
    answer = heap.ask("garbage")
    assert program.account["collected"] == 1200
    assert answer["summary"]["objects"] == 1200 and answer["warnings"] == []
    assert {row["type"]: row["count"] for row in answer["rows"] if row["count"]} == {"borrowing.Node": 600, "list": 600}
    assert answer["summary"]["freed_objects"] == 1200, "what they borrow stays"
    # Each knows itself and an error, 200 of each kind a parent; what is doubted says where it lies.
    assert answer["summary"]["doubted"] >= 800


def test_what_is_doubted(program, interpreter):
    where = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
    status, said, _ = heaps.run(["garbage"] + program.words("live") + where)
    [note] = [line for line in said.splitlines() if "treated as borrowed" in line]
    assert status == 0 and "borrowing.Node <+%d> (600)" % place(program) in note
    assert "borrowing.Node <+%d> (200)" % (place(program) + 8) in note


def test_cycles(heap, program):
    """A pointer to itself that is not counted is no cycle"""
    rows = [row for row in heap.ask("cycles")["rows"] if row["shape"].startswith("Node.")]
    assert sum(row["count"] for row in rows if row["garbage"]) == 600
    assert [row for row in rows if not row["garbage"]] == []


def test_retained(heap, program):
    """What nobody holds is kept by none, though it knows itself and who is alive knows it"""
    answer = heap.ask("retained", "--by-type")
    assert answer["summary"]["unreachable"] == 1200 and answer["summary"]["doubted"] >= 800
    counts = {row["type"]: row["count"] for row in answer["rows"]}
    assert counts["borrowing.Node"] == 400


def test_kept(heap, program):
    for one in program.account["kept"][::50]:
        assert heap.ask("why", "%#x" % one)["summary"]["paths"] > 0
        assert address(heap.ask("object", "%#x" % one)["summary"]["address"]) == one


def test_refaudit(heap, program):
    """Nor are values of the extension's own dict, which the collector must not see, references that are not counted"""
    answer = heap.ask("refaudit")
    assert (answer["rows"], answer["summary"]["deficit"]) == ([], 0)
