# SPDX-License-Identifier: Apache-2.0
"""threads: what the text looks like, which options go together, and frames with lines in why."""

import json
import re
import subprocess
import sys

import pauses
import pytest
from sleepers import wait_for_rest

SCRIPT = """
import threading, time
class Session:
    pass
class Later:
    pass
def handler(number, session):
    text = "caf\\u00e9 \\x1b[31m"
    ready.set()
    lock.acquire()
def outer():
    held = Later()
    def inner():
        time.sleep(600)
        return held
    inner()
lock, ready = threading.Lock(), threading.Event()
lock.acquire()
threading.Thread(target=handler, args=(5, Session()), name="wor\\x1bker", daemon=True).start()
ready.wait()
print(1, flush=True)
outer()
"""
BLOCKED = SCRIPT.split("\n").index("    lock.acquire()") + 1
ASLEEP = SCRIPT.split("\n").index("        time.sleep(600)") + 1
HEAD = "THREAD LWP NAME GIL # FUNCTION FILE LINE LOCALS LOCALS BYTES".split()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("threads") / "app.py"
    path.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)
        yield process.pid, str(path)
        process.kill()


def rows_of(py_heap, pid, *words):
    return json.loads(py_heap("threads", "-p", pid, "-f", "json", *words).stdout)["rows"]


def test_text(py_heap, program):
    pid, path = program
    lines = py_heap("threads", "-p", pid).stdout.split("\n")
    assert lines[0].split() == ["threads", "2"] and lines[1].split()[0] == "frames"
    assert set(lines[3].split()) <= set(HEAD)
    worker = next(i for i, line in enumerate(lines) if "handler" in line)
    assert re.match(r" *0x[0-9a-f]+ .* wor\\x1bker .* 0  handler  +%s +%d  +3  +\d+ B$" % (re.escape(path), BLOCKED), lines[worker])
    below = lines[worker + 1]
    assert re.match(r" +1  (Thread\.)?run ", below) and "0x" not in below, "what a thread is, is said once"
    main = next(line for line in lines if re.search(r"MainThread .* 0  (outer\.<locals>\.)?inner ", line))
    assert re.search(" %d +1 " % ASLEEP, main)


def test_json(py_heap, program):
    pid, path = program
    rows = rows_of(py_heap, pid)
    keys = "interpreter thread native_id name gil frame function file line locals locals_bytes address thread_state repeat".split()
    assert all(list(row) == keys for row in rows)
    assert rows[0]["name"] == "MainThread"
    worker = [row for row in rows if row["name"] == "wor\x1bker"]
    assert [row["frame"] for row in worker] == list(range(len(worker)))
    assert worker[0]["line"] == BLOCKED and worker[0]["locals"] == 3 and worker[0]["file"] == path
    assert worker[0]["interpreter"] == 0 and re.match("0x[0-9a-f]+$", worker[0]["thread"])


def test_locals(py_heap, program):
    pid, _ = program
    rows = [row for row in rows_of(py_heap, pid, "--locals") if row["function"] == "handler"]
    assert [(row["name"], row["type"]) for row in rows] == [("number", "int"), ("session", "__main__.Session"), ("text", "str")]
    assert rows[0]["preview"] == "5" and rows[2]["preview"] == "'caf\u00e9 \x1b[31m'"
    said = json.loads(py_heap("object", "-p", pid, rows[1]["address"], "-f", "json").stdout)["summary"]
    assert said["type"] == "__main__.Session" and said["bytes"] == rows[1]["bytes"]
    text = py_heap("threads", "-p", pid, "--locals").stdout
    assert "\x1b" not in text and "caf\u00e9 \\x1b[31m" in text


def test_all_rows_unless_limited(py_heap, program):
    pid, _ = program
    whole = len(rows_of(py_heap, pid))
    assert len(pauses.without(py_heap("threads", "-p", pid).stdout).strip().split("\n")) == 4 + whole
    assert "more row" in py_heap("threads", "-p", pid, "-n", "1").stdout
    assert len(rows_of(py_heap, pid, "-n", "1")) == 1


def test_no_tasks(py_heap, program):
    said = py_heap("threads", "-p", program[0], "--tasks")
    assert said.returncode == 0 and pauses.without(said.stdout).split() == ["tasks", "0"]


def test_options_that_do_not_go_together(py_heap, program):
    said = py_heap("threads", "-p", program[0], "--tasks", "--locals")
    assert said.returncode == 2 and "--tasks and --locals" in said.stderr


@pytest.mark.parametrize("words, column, status", [
    ((), "line", 0), ((), "preview", 2), (("--locals",), "preview", 0), (("--locals",), "gil", 2),
    (("--tasks",), "state", 0), (("--tasks",), "thread", 2)])
def test_sort(py_heap, program, words, column, status):
    assert py_heap("threads", "-p", program[0], *words, "--sort", column).returncode == status


def test_sorted_by_line(py_heap, program):
    lines = [row["line"] for row in rows_of(py_heap, program[0], "--sort", "line")]
    assert lines == sorted(lines)


@pytest.mark.parametrize("kind, function, line", [("Session", "handler", BLOCKED), ("Later", r"(?:outer\.<locals>\.)?inner", ASLEEP)])
def test_why_names_the_line(py_heap, program, kind, function, line):
    pid, path = program
    found = json.loads(py_heap("find", "-p", pid, "--type", kind, "-f", "json").stdout)["rows"]
    rows = json.loads(py_heap("why", "-p", pid, found[0]["address"], "-f", "json").stdout)["rows"]
    assert any(re.match(r"frame %s \(%s:%d\) of thread \d+$" % (function, re.escape(path), line), row["root"]) for row in rows), rows


def test_retained(py_heap, program):
    """The Later that only outer() and its inner function have: not shared with a module."""
    pid, _ = program
    rows = {(row["function"], row["name"]): row for row in rows_of(py_heap, pid, "--locals", "--retained")}
    whole = {row["address"]: row["retained"]
             for row in json.loads(py_heap("retained", "-p", pid, "-f", "json", "-n", "0").stdout)["rows"]}
    assert rows[("handler", "text")]["retained"] == rows[("handler", "text")]["bytes"]
    assert {key: row["retained"] for key, row in rows.items()} == {key: whole[row["address"]] for key, row in rows.items()}
    assert all(row["retained"] is None for row in rows_of(py_heap, pid, "--locals"))
    run = py_heap("threads", "-p", pid, "--retained")
    assert run.returncode == 2 and run.stderr == "py-heap: threads: --retained needs --locals or --tasks\n"
