# SPDX-License-Identifier: Apache-2.0
"""orphans: blocks that a C library has lost are all found, and none of those that something leads to; of a clean program none."""
import os
import subprocess

import heaps
import programs
import pytest
import target
from heaps import address

pytest_generate_tests = programs.parametrize
HALF = 1 << 32
SMALL = 1 << 26     # 32 bits of a number beside the upper half of an old address look like an address with such a lower half
HIDDEN = 1      # an old word on a stack, or a register, may still have the address of one, with what that leads to
LIST = slice(10, 15)    # of those that are lost, in their order: they lead to each other
HERE = os.path.join(target.HERE, "targets")


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("orphans") / "orphans.so")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", os.path.join(HERE, "orphans.c"), "-o", path, "-pthread"], check=True)
    return path


def ask(interpreter, folder, environment, *words):
    if subprocess.run([interpreter.path, "-c", "import ctypes"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no ctypes")
    os.makedirs(str(folder), exist_ok=True)
    program = target.Program([interpreter.path, os.path.join(HERE, "orphans_program.py"), str(folder)], folder, environment)
    try:
        try:
            program.wait("ready")
        except RuntimeError:
            if "GLIBC_" not in program.said("err"):
                raise
            pytest.skip("its C library is older than the compiler's")
        heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        answers = heap.ask("orphans"), heap.ask("orphans", "--blocks")
        heap.close()
        planted = {what: [] for what in ("lost", "kept")}
        for line in program.said("planted").splitlines():
            what, where = line.split()
            planted[what].append(int(where, 16))
        return answers + (planted,)
    finally:
        program.remove()


def test_planted(interpreter, library, tmp_path):
    planted = {"lost": [0]}
    while planted["lost"][0] % HALF < SMALL:
        groups, blocks, planted = ask(interpreter, tmp_path / "run", {"ORPHANS": library, "MALLOC_ARENA_MAX": "8"})
    lost, linked = set(planted["lost"]), set(planted["lost"][LIST])
    assert len(lost) == 17
    found = {address(row["address"]) for row in blocks["rows"]}
    assert found <= lost and len(lost - found - linked) + (not linked <= found) <= HIDDEN
    assert blocks["complete"] and groups["summary"]["orphans"] == sum(row["count"] for row in groups["rows"]) == len(found)
    assert groups["summary"]["bytes"] == sum(row["bytes"] for row in groups["rows"]) == sum(row["bytes"] for row in blocks["rows"])
    text = [row for row in groups["rows"] if "session that nobody" in row["looks"]]
    assert [row["size"] for row in text] == [200] and 10 - HIDDEN <= text[0]["count"] <= 10
    assert any(row["pointer"] == "an orphan" for row in blocks["rows"]) or not linked <= found


def test_clean(interpreter, tmp_path):
    groups, _, _ = ask(interpreter, tmp_path, {})
    assert not groups["rows"] and groups["summary"]["orphans"] == groups["summary"]["bytes"] == 0
