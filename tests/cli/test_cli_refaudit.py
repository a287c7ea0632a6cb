# SPDX-License-Identifier: Apache-2.0
"""refaudit: what is said of a clean process, of one with leaks, and of a core that lost a part."""

import csv
import json
import os
import shutil
import subprocess
import sys

import pytest
from sleepers import wait_for_rest

SCRIPT = """
import ctypes, sys, time
class Session:
    pass
kept = {"first": [Session() for _ in range(100)]}
for session in kept["first"][:3] if "leak" in sys.argv else []:
    for _ in range(5):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(session))
if "break" in sys.argv:
    twice = list(kept["first"])
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(kept["first"][50]))
session = None
print(1, flush=True)
time.sleep(600)
"""
KEYS = ["address", "type", "refcount", "found", "unexplained", "taken"]
GROUP_KEYS = ["type", "objects", "unexplained", "each", "example", "held_by"]


@pytest.fixture
def start():
    started = []

    def run(*words):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, *words], stdout=subprocess.PIPE, text=True)
        started.append(process)
        wait_for_rest(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def ask(py_heap, *words):
    run = py_heap("refaudit", *words, "-f", "json")
    assert run.returncode in (0, 3), run.stderr
    answer = json.loads(run.stdout)
    assert run.returncode == (3 if answer["summary"]["suspects"] else 0), "3: it found what it was asked to look for"
    return answer


def test_clean(py_heap, start):
    process = start()
    answer = ask(py_heap, "-p", process.pid)
    assert answer["summary"] == dict(answer["summary"], suspects=0, excess=0, deficit=0) and answer["rows"] == []
    assert answer["summary"]["audited"] > 10000 and answer["complete"] is True
    text = py_heap("refaudit", "-p", process.pid)
    assert text.returncode == 0 and "All reference counts are accounted for." in text.stdout
    assert "Next:" not in text.stdout


def test_leak(py_heap, start):
    process = start("leak")
    answer = ask(py_heap, "-p", process.pid)
    assert [row["type"] for row in answer["rows"]] == ["__main__.Session"] * 3
    assert all(list(row) == KEYS and row["refcount"] - row["found"] == row["unexplained"] for row in answer["rows"])
    assert 5 in [row["unexplained"] for row in answer["rows"]] and answer["summary"]["deficit"] == 0
    text = py_heap("refaudit", "-p", process.pid).stdout
    assert "native code took references and never released them" in text
    assert "object -p %d %s" % (process.pid, answer["rows"][0]["address"]) in text
    assert "referrers -p %d %s" % (process.pid, answer["rows"][0]["address"]) in text


def test_deficit(py_heap, start):
    process = start("break")
    answer = ask(py_heap, "-p", process.pid)
    assert [(row["type"], row["unexplained"]) for row in answer["rows"]] == [("__main__.Session", -1)]
    assert answer["summary"]["deficit"] == 1 and answer["summary"]["excess"] == 0
    assert "will be freed while in use" in py_heap("refaudit", "-p", process.pid).stdout


def test_by_type(py_heap, start):
    process = start("leak", "break")
    rows = ask(py_heap, "-p", process.pid, "--by-type")["rows"]
    assert all(list(row) == GROUP_KEYS for row in rows)
    leaked, broken = sorted(rows, key=lambda row: -row["unexplained"])
    assert (leaked["objects"], leaked["each"], broken["objects"], broken["each"]) == (3, 5, 1, -1)
    assert "list [i] x6" in leaked["held_by"] and broken["held_by"] == ["list [i] x2"]
    table = list(csv.DictReader(py_heap("refaudit", "-p", process.pid, "--by-type", "-f", "csv").stdout.splitlines()))
    assert list(table[0]) == GROUP_KEYS
    assert "HELD BY" in py_heap("refaudit", "-p", process.pid, "--by-type").stdout


@pytest.mark.skipif(not shutil.which("gcore"), reason="no gcore here")
def test_lost_memory_is_told(py_heap, start, tmp_path):
    process = start("leak")
    subprocess.run(["gcore", "-o", tmp_path / "core", str(process.pid)], check=True, capture_output=True)
    [core] = tmp_path.glob("core.*")
    assert ask(py_heap, core)["complete"] is True
    clean = start()
    subprocess.run(["gcore", "-o", tmp_path / "clean", str(clean.pid)], check=True, capture_output=True)
    [other] = tmp_path.glob("clean.*")
    os.truncate(other, other.stat().st_size - 300000)
    text = py_heap("refaudit", other).stdout
    assert "All reference counts are accounted for" not in text, "not all was looked at"
    os.truncate(core, core.stat().st_size - 300000)       # the stack, and what lies below it
    answer = ask(py_heap, core)
    assert answer["complete"] is False
    assert [w["text"] for w in answer["warnings"] if w["code"] == "holders-missing" and "excess is overstated" in w["text"]]
