# SPDX-License-Identifier: Apache-2.0
"""freelists: as many entries in each as sys._debugmallocstats() counts, in a process that does nothing after it."""
import re

import heaps
import programs
import pytest

NAMES = {"PyCFunctionObject": "builtin_function_or_method", "PyMethodObject": "method"}
MADE = {"float": 31, "dict": 23, "instancemethod": 19, "builtin_function_or_method": 13, "set": 6}      # in 2.7

pytest_generate_tests = programs.parametrize
program = programs.fixture("freelists", None)


@pytest.fixture(scope="module", params=["auto", "table", "derived"])
def answer(program, interpreter, request):
    heap = heaps.open_heap(program.words("live"), request.param, interpreter.debug_dir)
    told = heap.ask("freelists", "--all")
    heap.close()
    return told


def name_of(words):
    """('float', None) of PyFloatObject, ('tuple', 3) of 3-sized PyTupleObject"""
    sized = re.match(r"(\d+)-sized PyTupleObject", words)
    if sized:
        return "tuple", int(sized.group(1))
    return NAMES.get(words) or {"PyDictKeysObject": "dict keys"}.get(words) or words[2:-6].lower(), None


def counted(program):
    """kind, items -> entries, as the interpreter prints them: '12 free PyDictObjects * 48 bytes each = 576'"""
    lines = re.findall(r"^ *(\d+) free (.*?)s \* \d+ bytes each = ", program.said("mallocstats.txt"), re.M)
    return {name_of(words): int(count) for count, words in lines}


def known(answer):
    return not answer["summary"]["unknown"]


def test_counts(answer, program, interpreter):
    told = {(row["kind"], row["items"]): row["count"] for row in answer["rows"]}
    expected = counted(program)
    if interpreter.version < (3,):
        expected = {(kind, None): count for kind, count in MADE.items()}
    if not known(answer):
        assert "freelists-unknown" in [warning["code"] for warning in answer["warnings"]] and not answer["complete"]
        expected = {key: count for key, count in expected.items() if key in told}
    else:
        assert expected and sum(count for count in expected.values()) > 80
    assert {key: told.get(key) for key in expected} == expected


def test_sound(answer):
    """Each list has as many entries as its own count says, none is over its limit, and all of their blocks are known"""
    codes = [warning["code"] for warning in answer["warnings"]]
    assert not set(codes) & {"freelists-differ", "freelists-unsized"}, answer["warnings"]
    for row in answer["rows"]:
        assert not row["limit"] or row["count"] <= row["limit"] * row["lists"], row
        assert (row["count"] == 0) == (row["bytes"] == 0) == (row["example"] is None), row
    assert answer["summary"]["entries"] == sum(row["count"] for row in answer["rows"])
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
    assert answer["summary"]["freelists"] == sum(row["lists"] for row in answer["rows"])


def test_no_objects(program, interpreter, answer):
    """What is on a freelist is not an object for the other commands"""
    heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    kinds = {heap.ask("object", row["example"])["summary"]["kind"] for row in answer["rows"] if row["example"]}
    heap.close()
    assert "object" not in kinds
