# SPDX-License-Identifier: Apache-2.0
"""
References that imports took are told apart from leaks: by default refaudit lists what leaked as the program ran, be it one
reference an object, and with --all what imports took, too.
"""
import collections
import json
import os

import extensions
import heaps
import programs
import pytest
import target
from heaps import address

PROGRAM = os.path.join(target.HERE, "targets", "importing_program.py")
# A pointer left in memory that is not known to be free hides one reference of an object:
FEW = 5
ENOUGH = 140            # of 150 with one each

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def program(interpreter, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("importing"))
    if interpreter.version[0] == 2 or not extensions.build(interpreter, "importing", folder):
        pytest.skip("3.x, and its headers")
    one = target.Program([interpreter.path, PROGRAM, folder], folder)
    one.wait("told.json")
    one.account = json.loads(one.said("told.json"))
    yield one
    one.remove()


def test_leaks_are_listed(heap, program):
    told, answer = program.account, heap.ask("refaudit")
    rows = {address(row["address"]): row["unexplained"] for row in answer["rows"]}
    assert all(1000 - FEW <= rows.get(a, 0) <= 1001 for a in told["grown"]), [rows.get(a) for a in told["grown"]]
    assert len([a for a in told["leaked"] if rows.get(a) == 1]) >= ENOUGH
    others = [row for row in answer["rows"] if address(row["address"]) not in told["grown"] + told["leaked"]]
    assert collections.Counter(row["type"] for row in others) == {"tuple": len(others)}
    assert 1000 - FEW <= len(others) <= 1000, "as leak_pairs() made them"
    assert all((row["refcount"], row["found"], row["taken"]) == (1, 0, False) for row in others)


def test_imports_are_told(heap, program):
    told, answer = program.account, heap.ask("refaudit", "--all")
    shown = {address(row["address"]) for row in heap.ask("refaudit")["rows"]}
    rows = {address(row["address"]): row for row in answer["rows"]}
    taken = {a: row for a, row in rows.items() if row["taken"]}
    assert set(taken) == set(rows) - shown
    assert len(taken) == answer["summary"]["taken"]
    assert sum(row["unexplained"] for row in taken.values()) == answer["summary"]["taken_references"]
    documented = [taken[a]["unexplained"] for a in told["documented"] if a in taken]
    assert 20 - FEW <= len(documented) and set(documented) == {1}
    if rows.get(told["types"][0]):                      # 3.12+: it has no count
        assert taken[told["types"][0]]["unexplained"] == 2
    constants = [row for row in taken.values() if row["type"] == "tuple"]
    assert 20 - FEW <= len(constants) <= 20 and all(row["found"] == 0 for row in constants)


def test_screen(program, interpreter):
    where = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
    status, said, _ = heaps.run(["refaudit"] + program.words("live") + where)
    assert status == 3 and "likely took once, when its modules were imported" in said and "--all lists them" in said
