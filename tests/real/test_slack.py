# SPDX-License-Identifier: Apache-2.0
"""
Slack: bytes of blocks beyond what was asked for. Of two runs of a program, one with COUNT objects more of each of some sizes, each class
differs by what those are: its block without what the interpreter says that they asked for. Some hundred ints are addresses (keys of
what is known by id()), which may be above 2**30 in one run alone: then each has 4 bytes more.
"""
import collections
import functools
import json
import math
import os

import heaps
import programs
import pytest
import target

pytest_generate_tests = programs.parametrize
COUNT = 10000
PADDING = 24        # of debug allocators
NOISE = 200         # objects of the runs themselves


def classes(interpreter, folder, count):
    os.makedirs(str(folder))
    script = os.path.join(target.HERE, "targets", "slack_program.py")
    program = target.Program([interpreter.path, script, str(folder), str(count)], folder)
    program.wait("ready")
    try:
        heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        rows = heap.ask("arenas", "--classes")["rows"]
        ints = sum(row["bytes"] for row in heap.ask("types")["rows"] if row["type"] in ("int", "long"))
        heap.close()
        return json.loads(program.said("account.json")), ints, {row["size"]: (row["objects"], row["slack"]) for row in rows}
    finally:
        program.end()


def test_slack(interpreter, tmp_path):
    if not interpreter.has_pymalloc():
        pytest.skip("no pools")
    _, ints_before, before = classes(interpreter, tmp_path / "without", 0)
    account, ints_after, after = classes(interpreter, tmp_path / "with", COUNT)
    padding = PADDING if interpreter.debug else 0
    step = functools.reduce(math.gcd, after)
    noise = NOISE * step + abs(ints_after - ints_before - COUNT * account["int"])
    told = collections.defaultdict(lambda: [0, 0])
    for size in account["sizes"]:
        block = -(-(size + padding) // step) * step
        told[block][0] += COUNT
        told[block][1] += COUNT * (block - padding - size)
    assert len(told) > 5
    for block, (objects, slack) in told.items():
        found = [with_them - without for with_them, without in zip(after[block], before.get(block, (0, 0)))]
        assert abs(found[0] - objects) <= NOISE and abs(found[1] - slack) <= noise, block
