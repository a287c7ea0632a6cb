# SPDX-License-Identifier: Apache-2.0
"""
refaudit: references that were planted are found, each with what is wrong of its count, and no others.

Every interpreter, the live process, gcore's core and the kernel's. On a clean heap of all kinds what is found is nothing, or a leak of
CPython's own that is known by name.
"""
import collections
import json
import os

import extensions
import heaps
import interpreters
import pytest
import target
from heaps import address

WAYS = [way for way in target.WAYS if not target.why_not(way)]      # the kernel's core ends the program, and comes last
PROGRAM = os.path.join(target.HERE, "targets", "refaudit_program.py")
LAYOUTS = "dwarf", "table", "derived"
SCALE = 300
EXACT = 40          # of 50: a pointer left in memory that is not known to be free hides one reference of an object
# How many of 50 pointers left in memory may hide altogether: malloc's chunks in use are longer than what is in them.
HIDDEN = {"malloc": 2}

# Leaks of CPython's own modules, made as they are imported and found on a clean heap: what, in which versions, why.
OWN = [
    ("<class 'str'>", (3, 6), (3, 9),
     "Modules/_sqlite/module.c: PyInit__sqlite3(), Py_INCREF() for OptimizedUnicode, and so does the dict"),
    ("<class 'select.poll'>", (3, 9), (3, 9), "Modules/selectmodule.c: PyInit_select(), Py_INCREF() of a new type that is in no module"),
    ("<class 'datetime.IsoCalendarDate'>", (3, 9), (3, 9), "Modules/_datetimemodule.c: PyInit__datetime(), Py_INCREF(), for nobody"),
    ("<decimal.Context ", (3, 11), (3, 11), "Modules/_decimal/_decimal.c: PyInit__decimal(), Py_INCREF() of ExtendedContext, and so does"
                                            " PyModule_AddObjectRef() (3.11.7)"),
]


DOUBTS = ("missing_bytes", "incomplete", "damaged", "unexamined", "pools_missing", "pools_damaged", "malloc_torn", "broken",
          "malloc_unknown", "collecting")


def pytest_generate_tests(metafunc):
    found = interpreters.find()
    if metafunc.config.getoption("--quick"):
        found = interpreters.quick(found)
    places = []
    for one in found:
        reason = one.unsupported()
        places.append(pytest.param(one, marks=[pytest.mark.skip(reason=reason)] if reason else [], id=one.name))
    metafunc.parametrize("interpreter", places, scope="function")


def allocator(interpreter):
    return {"PYTHONMALLOC": interpreter.allocator} if interpreter.allocator else {}


class Planted(target.Program):
    def __init__(self, interpreter, folder):
        extension = extensions.build(interpreter, "leaky", folder)
        self.has_extension = extension is not None
        words = [interpreter.path, PROGRAM, folder] + ([folder] if extension else [])
        target.Program.__init__(self, words, folder, allocator(interpreter))
        self.wait("told.json")
        self.told = json.loads(self.said("told.json"))


def audit(words, interpreter, *more, layout="auto"):
    heap = heaps.open_heap(words, layout, interpreter.debug_dir)
    try:
        return heap.ask("refaudit", *more)
    finally:
        heap.close()


def check_planted(program, interpreter, answer):
    found = {address(row["address"]): row["unexplained"] for row in answer["rows"]}
    expected = {"leaked": 7, "broken": -1, "interned": 3}
    if program.has_extension:
        expected.update(forgotten=1, borrowed=-1)
    planted = {}
    for name, unexplained in expected.items():
        planted.update(dict.fromkeys(program.told[name], unexplained))
    assert set(found) <= set(planted), "not planted: %s" % [row for row in answer["rows"] if address(row["address"]) not in planted]
    for name in ("broken", "borrowed"):
        if name in expected:
            assert [found.get(a) for a in program.told[name]] == [-1] * len(program.told[name]), name
    leaked = collections.Counter(found.get(a, 0) for a in program.told["leaked"])
    assert max(leaked) <= 7 and min(leaked) >= 0
    assert leaked[0] <= HIDDEN.get(interpreter.allocator, 0), leaked
    assert leaked[7] >= EXACT, leaked
    assert [found.get(a) for a in program.told["interned"]].count(3) >= len(program.told["interned"]) * 4 // 5
    if program.has_extension:
        missed = [a for a in program.told["forgotten"] if found.get(a) != 1]
        assert len(missed) <= 4, missed


def check_answer(answer):
    summary, rows = answer["summary"], answer["rows"]
    assert answer["complete"] is True and not answer["warnings"]
    assert summary["suspects"] == len(rows)
    assert summary["excess"] == sum(max(0, row["unexplained"]) for row in rows)
    assert summary["deficit"] == sum(max(0, -row["unexplained"]) for row in rows)
    assert all(row["refcount"] - row["found"] == row["unexplained"] for row in rows)


def check_groups(groups, answer):
    by_type = collections.Counter(row["type"] for row in answer["rows"])
    assert {row["type"]: row["objects"] for row in groups["rows"]} == dict(by_type)
    [orders] = [row for row in groups["rows"] if row["type"].endswith("Order")]
    assert orders["each"] == 7 and "list [i] x%d" % orders["objects"] in orders["held_by"]


def check_typed(program, interpreter):
    """Suspects of the typed library are the command's, whichever is asked first"""
    heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    try:
        typed = heaps.typed(heap)
        suspects, answer = list(typed.refaudit), heap.ask("refaudit", "--all")
        answer["rows"].sort(key=lambda row: address(row["address"]))
        columns = "refcount", "found", "unexplained", "taken"
        assert [(s.address,) + tuple(getattr(s, name) for name in columns) for s in suspects] == \
            [(address(row["address"]),) + tuple(row[name] for name in columns) for row in answer["rows"]]
        assert all(s.type.name == row["type"] and s.holder is None for s, row in zip(suspects, answer["rows"]) if s.type)
        assert all(s.address in {r.target_address for r in s.holder.refs()} for s in suspects if s.type is None)
        summary = typed.refaudit.summary
        assert {name: summary[name] for name in answer["summary"]} == answer["summary"] and len(typed.refaudit) == len(suspects)
        assert not any(summary[name] for name in DOUBTS) and set(summary) == set(answer["summary"]) | set(DOUBTS)
        without = [s.address for s in suspects if not s.taken]
        assert sorted(address(row["address"]) for row in heap.ask("refaudit")["rows"]) == without
    finally:
        heap.close()


def check_running_frame(program, interpreter):
    """Up to 3.10 a frame object holds its locals, while it executes too"""
    if interpreter.version[:2] <= (3, 10):
        heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        rows = heap.ask("referrers", "%#x" % program.told["local"])["rows"]
        heap.close()
        assert [(row["type"], row["edge"]) for row in rows] == [("frame", "local kept")]


def check_layouts(program, interpreter):
    """The same whatever said where struct fields are"""
    for layout in LAYOUTS + (("offsets",) if interpreter.version[:2] >= (3, 13) else ()):
        check_planted(program, interpreter, audit(program.words("live"), interpreter, layout=layout))


def test_planted(interpreter, tmp_path):
    program = Planted(interpreter, str(tmp_path))
    try:
        check_running_frame(program, interpreter)
        if not interpreter.allocator:
            check_layouts(program, interpreter)
            if heaps.BINDING:
                check_typed(program, interpreter)
        for way in WAYS:
            answer = audit(program.words(way), interpreter)
            check_answer(answer)
            check_planted(program, interpreter, answer)
            check_groups(audit(program.words(way), interpreter, "--by-type"), answer)
    finally:
        program.remove()


def is_own(interpreter, row, name):
    version = tuple(interpreter.version[:2])
    return row["unexplained"] == 1 and any(name.startswith(what) and first <= version <= last for what, first, last, _ in OWN)


def test_clean(interpreter, tmp_path):
    program = target.Target(interpreter, str(tmp_path), SCALE)
    try:
        for way in WAYS:
            heap = heaps.open_heap(program.words(way), "auto", interpreter.debug_dir)
            assert heap.ask("refaudit")["rows"] == [], "what imports took is not listed"
            answer = heap.ask("refaudit", "--all")
            names = [heap.ask("object", row["address"], "--values")["summary"]["repr"] for row in answer["rows"]]
            heap.close()
            check_answer(answer)
            assert answer["summary"]["audited"] > 100000
            assert [row for row, name in zip(answer["rows"], names) if not is_own(interpreter, row, name)] == [], names
    finally:
        program.remove()
