# SPDX-License-Identifier: Apache-2.0
"""Memory that is not as it should be, or only looks so: the layout holds all the same."""
import contextlib
import json
import os
import struct

import heaps
import interpreters
import programs
import pytest
import target

TRIES = 200         # the heap is where it is wanted one time in five

pytest_generate_tests = programs.parametrize


@pytest.mark.parametrize("layout", ["auto", "table"])
def test_one_function_is_damaged(interpreter, layout):
    program = programs.start(interpreter, "damaged", "account")
    try:
        heap = heaps.open_heap(program.words("live"), layout, interpreter.debug_dir)
        told = [w for w in heap.ask("types")["warnings"] if w["code"] == "memory-damaged"]
        assert [int(w["address"], 16) for w in told] == [program.account]
        heap.close()
    finally:
        program.remove()


def test_what_looks_like_an_object(interpreter):
    """A guess has to lead to where malloc has a block; what a container refers to is an object wherever it is"""
    if interpreter.version < (3,):
        pytest.skip("2.7 has many floats in one block")
    program = programs.start(interpreter, "lookalike", "account")
    try:
        looks, there = map(set, program.account)
        assert len(looks) == 4 and len(there) == 8
        heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        floats = {int(row["address"], 16) for row in heap.ask("find", "--type", "float")["rows"]}
        assert not looks & floats and there <= floats
        heap.close()
    finally:
        program.remove()


def test_text_is_no_object(interpreter):
    """Nothing is larger than its block, and so nothing is at a block of 16 bytes that text is in"""
    program = programs.start(interpreter, "text", "account")
    try:
        heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        rows = heap.ask("types")["rows"]
        assert not [row for row in rows if row["bytes"] > 1 << 24]
        blocks = set(program.account)
        names = {"int", "float", "bytes", "str", "unicode", "long", "tuple", "complex", "list"} & {row["type"] for row in rows}
        assert len(names) >= 5
        for name in names:
            found = {int(row["address"], 16) for row in heap.ask("find", "--type", name)["rows"]}
            assert not found & blocks, name
        assert not heap.ask("refaudit")["rows"]
        heap.close()
    finally:
        program.remove()


@contextlib.contextmanager
def overwritten(program, addresses, word):
    """That word in the memory of the process, at all of the addresses, for as long as the context lasts"""
    with open("/proc/%d/mem" % program.process.pid, "r+b", buffering=0) as memory:
        before = []
        for at in addresses:
            memory.seek(at)
            before.append(memory.read(8))
            memory.seek(at)
            memory.write(struct.pack("<Q", word))
        try:
            yield
        finally:
            for at, data in zip(addresses, before):
                memory.seek(at)
                memory.write(data)


def audit(program, interpreter):
    heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    try:
        return heap.ask("refaudit")
    finally:
        heap.close()


# What is overwritten, the word from the object's end of the header, with what
OVERWRITTEN = {"length of large": ("large", 0, 1 << 32), "type of large": ("large", -8, 0x6161616161616161),
               "length of small": ("small", 0, 1 << 32), "length of small, of another block": ("small", 0, 300)}


def test_no_all_clear_for_what_was_overwritten(interpreter):
    """An object that nothing can read has no count to compare; what refers to it shows that it should be there"""
    program = programs.start(interpreter, "overwritten", "account")
    try:
        whole = audit(program, interpreter)
        assert whole["complete"] and not whole["warnings"] and not whole["rows"]
        for how, (which, offset, word) in OVERWRITTEN.items():
            addresses = program.account[which]
            with overwritten(program, [one + program.account["header"] + offset for one in addresses], word):
                answer = audit(program, interpreter)
            told = {w["code"]: w["text"] for w in answer["warnings"]}
            assert not answer["complete"] and not answer["rows"], how
            assert told["objects-damaged"].startswith("%d objects" % len(addresses)), how
            assert answer["summary"]["audited"] < whole["summary"]["audited"], how
        assert audit(program, interpreter) == whole
    finally:
        program.remove()


def test_storage_that_cannot_be_read(interpreter):
    """What lists hold is not known then, and each command that follows references says so"""
    program = programs.start(interpreter, "overwritten", "account")
    try:
        with overwritten(program, [one + program.account["header"] + 8 for one in program.account["lists"]], 0x10008):
            heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
            for command in "garbage", "cycles", "retained":
                told = {w["code"]: w["text"] for w in heap.ask(command)["warnings"]}
                assert "of %d containers" % len(program.account["lists"]) in told["storage-missing"], command
            heap.close()
    finally:
        program.remove()


def is_fixed(path):
    """ET_EXEC: not position-independent"""
    with open(os.path.realpath(path), "rb") as file:
        return file.read(18)[16] == 2


def of_static_counts():
    found = [i for i in interpreters.find() if i.version[:2] == (3, 11) and not i.allocator and is_fixed(i.path)]
    return [pytest.param(i, id=i.name) for i in found] or [pytest.param(None, marks=pytest.mark.skip("no 3.11 at a fixed address"))]


def low(interpreter, folder):
    source = os.path.join(target.HERE, "targets", "low_heap_program.py")
    for _ in range(TRIES):
        program = target.Program([interpreter.path, "-I", "-S", source, str(folder)], folder)
        try:
            program.wait("ready")
            return program
        except RuntimeError:
            assert program.process.returncode == 3, program.said("err")
    raise AssertionError("no heap near %d tries long" % TRIES)


@pytest.mark.parametrize("fixed", of_static_counts())
def test_counts_that_are_addresses(fixed, tmp_path):
    program = low(fixed, tmp_path)
    try:
        names = json.loads(program.said("account"))
        assert len(names) > 50
        heap = heaps.open_heap(program.words("live"), "table", fixed.debug_dir)
        for address in names:
            answer = heap.ask("object", "%#x" % address)["summary"]
            assert (answer["type"], answer["refcount"] > 900000000) == ("str", True)
        heap.close()
    finally:
        program.end()
