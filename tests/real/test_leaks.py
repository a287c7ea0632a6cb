# SPDX-License-Identifier: Apache-2.0
"""The verdict: the cause of each disease is the first suspect, and nothing stands out in a healthy program."""
import json
import os
import shutil
import tempfile

import heaps
import interpreters
import programs
import pytest
import sleepers
import target

# With the first version that can have it
DISEASES = {
    "loggers": (2, 7), "cache": (3,), "cycles": (2, 7), "errors": (3,), "chain": (2, 7), "buffers": (2, 7), "interned": (3,),
    "pinned": (2, 7), "registry": (2, 7), "instances": (2, 7), "weak_keys": (3,), "weak_values": (3,), "handlers": (2, 7),
    "generators": (2, 7), "unawaited": (3, 5), "threads": (2, 7), "streams": (3,), "stuck": (3, 7), "ring": (3, 7), "frozen": (3, 7),
    "native_cycles": (2, 7), "lost_references": (2, 7), "immortal": (3, 12), "native": (2, 7), "holes": (2, 7),
    "frames": (2, 7), "shared": (2, 7)}
EACH = 5            # each interpreter has one disease of so many, and each disease one interpreter of as many


def pytest_generate_tests(metafunc):
    programs.parametrize(metafunc)
    if "disease" in metafunc.fixturenames:
        metafunc.parametrize("disease", DISEASES)


def has(interpreter, disease):
    """Whether the pair is tried: together they cost minutes"""
    names = [one.name for one in interpreters.find() if not one.allocator]
    return (names.index(interpreter.name) + list(DISEASES).index(disease)) % EACH == 0


def ask(interpreter, disease):
    """(the answer, what the program says that it is)"""
    if interpreter.version < DISEASES.get(disease, ()):
        pytest.skip("%d.%d cannot have it" % interpreter.version[:2])
    if disease == "pinned" and not interpreter.has_pymalloc():
        pytest.skip("no pymalloc")
    folder = tempfile.mkdtemp(prefix="py-heap-leaks-")
    source = os.path.join(target.HERE, "targets", "leaks_program.py")
    program = target.Program([interpreter.path, source, folder, disease], folder)
    try:
        program.wait("ready", "account")
        sleepers.wait_until_asleep(program.pid)
        heap = heaps.open_heap(program.words("live"), "auto")
        answer = heap.ask("leaks")
        heap.close()
        return answer, json.loads(program.said("account"))
    finally:
        program.remove()
        shutil.rmtree(folder, ignore_errors=True)


def test_disease(interpreter, disease):
    if not has(interpreter, disease):
        pytest.skip("tried with other interpreters")
    answer, account = ask(interpreter, disease)
    first = answer["rows"][0]
    assert account["kind"] in (None, first["kind"]), first
    assert account["title"] in first["title"], first
    assert account["evidence"] in first["evidence"], first
    assert (first["bytes"] > 1 << 20 or account.get("small")) and first["next"]
    assert answer["summary"]["suspects"] == len(answer["rows"])
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
    assert answer["complete"] is True and not answer["warnings"]


def test_healthy(interpreter):
    answer, _ = ask(interpreter, "healthy")
    assert answer["rows"] == [], answer["rows"]
    assert answer["summary"] == {"suspects": 0, "bytes": 0, "growth": None}
