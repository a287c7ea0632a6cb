# SPDX-License-Identifier: Apache-2.0
"""The verdict: the cause of each disease is the first suspect, and nothing stands out in a healthy program."""
import json
import os
import shutil
import tempfile

import heaps
import programs
import pytest
import sleepers
import target

DISEASES = "loggers", "cache", "cycles", "errors", "chain", "buffers", "interned", "pinned"


def pytest_generate_tests(metafunc):
    programs.parametrize(metafunc)


def ask(interpreter, disease):
    """(the answer, what the program says that it is)"""
    if disease in ("cache", "errors", "interned") and interpreter.version < (3,):
        pytest.skip("2.7 has no lru_cache, no traceback in an exception, no sys.intern()")
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


@pytest.mark.parametrize("disease", DISEASES)
def test_disease(interpreter, disease):
    answer, account = ask(interpreter, disease)
    first = answer["rows"][0]
    assert account["kind"] in (None, first["kind"]), first
    assert account["title"] in first["title"], first
    assert account["evidence"] in first["evidence"], first
    assert first["bytes"] > 1 << 20 and first["next"]
    assert answer["summary"]["suspects"] == len(answer["rows"])
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
    assert answer["complete"] is True and not answer["warnings"]


def test_healthy(interpreter):
    answer, _ = ask(interpreter, "healthy")
    assert answer["rows"] == [], answer["rows"]
    assert answer["summary"] == {"suspects": 0, "bytes": 0}
