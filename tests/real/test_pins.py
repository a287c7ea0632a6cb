# SPDX-License-Identifier: Apache-2.0
"""pins: arenas that few objects keep are named, and are gone once these are freed: by the interpreter's count, and the kernel's maps."""
import collections
import os
import re
import signal

import heaps
import programs
import pytest
from heaps import address

pytest_generate_tests = programs.parametrize
BELOW = "10"
OWNER = "sys.modules['__main__'].sessions"


def arenas(program, name):
    """How many sys._debugmallocstats() counts; None: this Python has none"""
    match = re.search(r"^# arenas allocated current += +([\d,]+)$", program.said(name), re.M)
    return int(match.group(1).replace(",", "")) if match else None


def is_mapped(program, start):
    with open("/proc/%d/maps" % program.pid, encoding="utf-8") as maps:
        ranges = (line.split()[0].split("-") for line in maps)
        return any(int(low, 16) <= start < int(high, 16) for low, high in ranges)


@pytest.fixture(scope="module")
def program(interpreter):
    one = programs.start(interpreter, "pins")
    yield one
    one.remove()


@pytest.fixture(scope="module")
def answers(program, interpreter):
    """Before anything is freed: of the live process, and of its core"""
    told = []
    for way in ("live", "gcore"):
        heap = heaps.open_heap(programs.dumped(program, way), "auto", interpreter.debug_dir)
        told.append({view: heap.ask("pins", "--below", BELOW, *words) for view, words in
                     (("arenas", []), ("owners", ["--owners"]), ("blocks", ["--blocks"]))})
        told[-1]["full"] = heap.ask("pins", "--below", "100", "--blocks")
        told[-1]["all"] = heap.ask("arenas")
        heap.close()
    return told


@pytest.fixture(scope="module")
def answer(answers):
    return answers[0]


@pytest.fixture(scope="module")
def gone(program, answer):
    """Arenas that were freed: asked for last, for it ends what the others ask about"""
    os.kill(program.pid, signal.SIGUSR1)
    program.wait("after.txt")
    return {address(row["arena"]) for row in answer["arenas"]["rows"] if not is_mapped(program, address(row["arena"]))}


def comparable(answer):
    """Without the target; and what malloc_trim(0) would give back, for gcore writes pages that were never touched, too"""
    summary = {key: value for key, value in answer["summary"].items() if key != "malloc_trim"}
    return dict(answer, target=None, summary=summary), answer["summary"].get("malloc_trim", 0)


def test_live_as_core(answers):
    for view in answers[0]:
        (live, of_live), (core, of_core) = comparable(answers[0][view]), comparable(answers[1][view])
        assert live == core and of_live <= of_core
        assert answers[0][view]["complete"]


def test_arenas(answer):
    """They are those that 'arenas' says are so empty, and all of their blocks are told"""
    size = answer["all"]["summary"]["arena_bytes"] // answer["all"]["summary"]["arenas"]
    empty = {row["address"]: (row["bytes_used"], row["blocks_used"], size) for row in answer["all"]["rows"]
             if 0 < row["bytes_used"] * 100 < size * int(BELOW)}
    rows = answer["arenas"]["rows"]
    assert {row["arena"]: (row["bytes_used"], row["blocks"], row["reclaimable"]) for row in rows} == empty
    summary = answer["arenas"]["summary"]
    assert len(rows) == summary["arenas"] > 5
    assert summary["reclaimable"] == size * len(rows) and summary["bytes_used"] == sum(row["bytes_used"] for row in rows)
    assert summary["arenas_all"] == answer["all"]["summary"]["arenas"]


def test_blocks(answer):
    """Each belongs to a row, and sessions are what they are: name, buffer, items, storage of both"""
    rows, summary = answer["blocks"]["rows"], answer["blocks"]["summary"]
    by_arena = {}
    for row in rows:
        by_arena.setdefault(row["arena"], []).append(row["size"])
    assert {row["arena"]: (row["blocks"], row["bytes_used"]) for row in answer["arenas"]["rows"]} == \
        {arena: (len(sizes), sum(sizes)) for arena, sizes in by_arena.items()}
    kinds = [row["kind"] for row in rows]
    assert [kinds.count(kind) for kind in ("object", "storage", "freed", "unknown")] == \
        [summary[key] for key in ("objects", "storage", "freed", "unknown")]
    types = {row["type"] for row in rows if row["owner"] == OWNER}
    assert "str" in types <= {"__main__.Session", "__main__.Items", "str", "bytearray", "bytes"}
    assert {row["kind"] for row in rows if row["owner"] == OWNER} <= {"object", "storage"}


def test_storage(answer, interpreter):
    """Of all arenas: each list has its items, each bytearray its buffer"""
    if interpreter.version < (3, 6):
        pytest.skip("these ask malloc")
    kinds = collections.Counter((row["type"], row["kind"]) for row in answer["full"]["rows"])
    count = kinds["__main__.Session", "object"]
    assert count == kinds["__main__.Items", "object"] == kinds["__main__.Items", "storage"] > 10000
    buffer = ("bytes", "object") if interpreter.version >= (3, 15) else ("bytearray", "storage")
    assert kinds["bytearray", "object"] >= count and kinds[buffer] >= count


def test_owner(answer):
    """All that the sessions lead to has one owner"""
    rows = {row["owner"]: row for row in answer["owners"]["rows"]}
    assert rows[OWNER]["arenas"] == answer["arenas"]["summary"]["arenas"]
    assert rows[OWNER]["blocks"] == sum(row["owner"] == OWNER for row in answer["blocks"]["rows"])
    alone = {row["arena"] for row in answer["blocks"]["rows"]} - {row["arena"] for row in answer["blocks"]["rows"] if row["owner"] != OWNER}
    assert rows[OWNER]["alone"] == len(alone)
    assert sum(row["owner"] == OWNER for row in answer["arenas"]["rows"]) >= len(alone) > 3


def test_freed(program, answer, gone):
    """Those that the owner alone holds are freed; pymalloc may keep one of them"""
    others = {row["arena"] for row in answer["blocks"]["rows"] if row["owner"] != OWNER}
    foretold = {address(row["arena"]) for row in answer["arenas"]["rows"] if row["arena"] not in others}
    kept = answer["arenas"]["summary"]["arenas_kept"]
    assert gone <= foretold and len(gone) == len(foretold) - kept
    before, after = arenas(program, "before.txt"), arenas(program, "after.txt")
    if before is not None:
        assert before == answer["all"]["summary"]["arenas"] and before - after == len(gone)
