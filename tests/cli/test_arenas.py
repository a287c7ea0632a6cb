# SPDX-License-Identifier: Apache-2.0
"""arenas: the picture of all pools, and the pools of one arena."""

import json
import re

import pytest
from sleepers import asleep
from terminal import on_terminal

POOLS = 64
SHADES = " \u00b7\u2591\u2592\u2593\u2588"


@pytest.fixture(scope="module")
def pid():
    with asleep() as process:
        yield process.pid


@pytest.fixture(scope="module")
def ask(py_heap, pid):
    def run(*words):
        return json.loads(py_heap("arenas", "-p", pid, "-f", "json", *words).stdout)
    return run


def test_map_and_pools_agree(ask):
    """A mark for each pool, which is what its blocks are"""
    arenas = {row["address"]: row for row in ask()["rows"]}
    for row in ask("--map")["rows"]:
        pools = ask(row["address"])["rows"]
        assert len(row["map"]) == POOLS and row["percent"] == arenas[row["address"]]["percent"]
        drawn = row["map"].rstrip()
        assert len(drawn) == len(pools) and "?" not in drawn
        for mark, pool in zip(drawn, pools):
            whole = pool["blocks_used"] + pool["blocks_free"]
            assert int(mark) == (max(1, pool["blocks_used"] * 8 // whole) if pool["blocks_used"] else 0)
        assert sum(pool["blocks_used"] for pool in pools) == arenas[row["address"]]["blocks_used"]
        assert sum(pool["blocks_used"] * (pool["block_size"] or 0) for pool in pools) == arenas[row["address"]]["bytes_used"]


def test_types(ask, py_heap, pid):
    """Each object of a pool is counted there"""
    row = ask()["rows"][-1]
    start = int(row["address"], 16)
    found = json.loads(py_heap("find", "-p", pid, "--min-bytes", "1", "-f", "json").stdout)["rows"]
    inside = sum(start <= int(one["address"], 16) < start + (1 << 20) for one in found)
    pools = ask(row["address"])["rows"]
    assert sum(pool["objects"] for pool in pools) == inside > 0
    for pool in pools:
        told = [int(re.search(r"\(([\d,]+)\)$", one).group(1).replace(",", "")) for one in pool["types"] or [] if one != "\u2026"]
        assert told == sorted(told, reverse=True) and sum(told) <= pool["objects"] <= pool["blocks_used"]


def test_picture(build, py_heap, pid):
    """One column per pool in plain text, two pools per column in colours; both within 80"""
    plain = py_heap("arenas", "-p", pid, "--map").stdout.splitlines()
    rows = [line for line in plain if line.startswith("0x")]
    assert rows and all(set(line[26:]) <= set(SHADES) and len(line) <= 26 + POOLS for line in rows)
    narrow = on_terminal(build, ["arenas", "-p", pid, "--map"], columns=80, NO_COLOR="1").replace("\r", "").splitlines()
    assert all(len(line) <= 80 for line in narrow if line.startswith("0x"))
    colored = on_terminal(build, ["arenas", "-p", pid, "--map"], columns=80).replace("\r", "").splitlines()
    rows = [line for line in colored if line.startswith("0x")]
    assert rows and all("\u2580" in line and len(re.sub(r"\x1b\[[\d;]*m", "", line)) <= 80 for line in rows)


@pytest.mark.parametrize("words, status, message", [
    (["0x10"], 1, "no arena of pymalloc has 0x10"),
    (["--map", "--classes"], 2, "exclude each other"),
    (["--map", "0x10"], 2, "exclude each other"),
    (["elsewhere"], 2, "elsewhere"),
])
def test_wrong_words(py_heap, pid, words, status, message):
    said = py_heap("arenas", "-p", pid, *words)
    assert said.returncode == status and message in said.stderr and not said.stdout
