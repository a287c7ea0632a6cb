# SPDX-License-Identifier: Apache-2.0
"""memory: what the tree looks like, its options, and what programs read."""

import json
import re

import pytest
from sleepers import asleep
from terminal import on_terminal

SCRIPT = """
import time, threading
class Session: pass
kept = [Session() for _ in range(5000)]
text = [b"%d" % i * 200 for i in range(20000)]
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def pid():
    with asleep(SCRIPT) as process:
        yield process.pid


@pytest.fixture
def memory(py_heap, pid):
    return lambda *words: py_heap("memory", "-p", pid, *words)


def nodes(answer):
    return {row["path"]: row for row in json.loads(answer.stdout)["rows"]}


def test_text_is_a_tree(build, pid):
    text = on_terminal(build, ["memory", "-p", pid], columns=80, NO_COLOR="1", PYHEAP_CACHE="off", DEBUGINFOD_URLS="")
    lines = text.replace("\r", "").split("\n")
    table = lines[next(i for i, line in enumerate(lines) if line.startswith("MEMORY")):]
    assert re.match(r"MEMORY +BYTES +% +RESIDENT +NOTE$", table[0])
    assert any(re.match(r"  objects +[\d.]+ [KM]B +\d+% +[\d.]+ [KM]B", line) for line in table)
    assert any(re.match(r"    __main__.Session ", line) for line in table)
    assert all(len(line) <= 80 for line in lines)
    assert any("below the stack pointers" in line for line in table)
    assert not [line for line in table if "Left out" in line]
    assert "py-heap types -p" in "\n".join(lines)


def test_folded_lines_have_the_rest(memory):
    rows = json.loads(memory("-f", "json", "--limit", "2").stdout)["rows"]
    folded = [row for row in rows if re.search(r"\(\d+ more\)$", row["path"])]
    assert folded
    shown = {row["path"]: row["bytes"] for row in rows}
    for row in folded:
        parent = row["path"].rpartition("/")[0]
        below = [r["bytes"] for r in rows if r["path"].rpartition("/")[0] == parent]
        assert len(below) <= 3 and sum(below) == shown[parent], parent


def test_depth(memory):
    answer = nodes(memory("-f", "json", "--depth", "2"))
    assert max(path.count("/") for path in answer) == 1
    assert all(row["leaf"] for path, row in answer.items() if "/" in path)
    whole = nodes(memory("-f", "json"))
    assert {path: row["bytes"] for path, row in answer.items()} == \
        {path: row["bytes"] for path, row in whole.items() if path.count("/") < 2}


def test_sorted_rows_have_paths(memory):
    lines = memory("--sort", "bytes", "--limit", "5").stdout.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("MEMORY"))
    assert any(line.startswith(("malloc/", "python/")) for line in lines[start + 1:start + 6])


def test_json(memory):
    answer = json.loads(memory("-f", "json").stdout)
    assert set(answer["summary"]) >= {"mapped", "writable", "resident", "unexplained"}
    assert all(set(row) == {"path", "bytes", "percent", "resident", "private_dirty", "shared", "swapped", "count",
                            "leaf", "note"} for row in answer["rows"])
    assert sum(row["bytes"] for row in answer["rows"] if row["leaf"]) == answer["summary"]["writable"]
    rows = nodes(memory("-f", "json"))
    assert rows["python/objects/__main__.Session"]["count"] == 5000
    assert rows["malloc/python/bytes"]["count"] >= 19000


def test_malloc(memory):
    answer = json.loads(memory("--malloc", "-f", "json").stdout)
    assert answer["summary"]["arenas"] == len(answer["rows"]) >= 1
    assert answer["summary"]["system"] == sum(row["system"] for row in answer["rows"])
    assert "ARENA" in memory("--malloc").stdout


@pytest.mark.parametrize("words", [("--depth", "x"), ("--depth",), ("--malloc=1",), ("0x10",)])
def test_usage(memory, words):
    assert memory(*words).returncode == 2


def test_parent(py_heap, memory, pid):
    """That it is one is for the user to know, but another program is told from it"""
    with asleep("import time; x = [object() for _ in range(300000)]; print(1, flush=True); time.sleep(600)") as other:
        answer = memory("--parent", other.pid)
    assert answer.returncode == 0, answer.stderr
    assert "this one was not forked from it" in answer.stderr
    lines = answer.stdout.splitlines()
    assert re.match(r"shared +[\d.]+ [KM]?B$", lines[0]) and any(line.startswith("gc.freeze() saves up to ") for line in lines)
    assert any(re.match(r"TYPE +PRIVATE +COUNTS +GC HEADS +DATA +NEW$", line) for line in lines)
    assert json.loads(memory("--parent", pid, "-f", "json").stdout)["summary"]["new"] == 0


def test_no_parent(memory, tmp_path):
    text = tmp_path / "text"
    text.write_text("not a core")
    assert "no process has the id 4294967296" in memory("--parent", 1 << 32).stderr
    assert "not an ELF" in memory("--parent", text).stderr
    assert memory("--parent", tmp_path / "none").returncode == 1
    assert memory("--parent", "").returncode == 2
