# SPDX-License-Identifier: Apache-2.0
"""Rows that repeat are told once in text: a recursion's calls, tasks and threads at the same lines; JSON has all."""

import collections
import json
import re

import pauses
import pytest
from sleepers import asleep

SCRIPT = """
import asyncio, threading, time
def ping(n):
    return pong(n - 1)
def pong(n):
    if n:
        return ping(n)
    time.sleep(600)
def alone(n):
    if n:
        return alone(n - 1)
    time.sleep(600)
def idle():
    time.sleep(600)
async def wait(event):
    await event.wait()
async def main():
    event = asyncio.Event()
    tasks = [asyncio.create_task(wait(event)) for _ in range(700)] + [asyncio.create_task(asyncio.sleep(600)) for _ in range(2)]
    await asyncio.sleep(0.1)
    start(ping, 100), start(alone, 60)
    for _ in range(9):
        start(idle)
    time.sleep(0.2)
    print(1, flush=True)
    time.sleep(600)
def start(function, *args):
    threading.Thread(target=function, args=args, daemon=True).start()
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def pid():
    with asleep(SCRIPT) as process:
        yield process.pid


def rows_of(py_heap, pid, *words):
    return json.loads(py_heap("threads", "-p", pid, "-f", "json", *words).stdout)["rows"]


def folds(text):
    return [line for line in text.splitlines() if line.startswith("\u2026")]


def test_calls_and_threads(py_heap, pid):
    text = py_heap("threads", "-p", pid).stdout
    hint = " (--no-fold shows all)"
    told = folds(text)
    assert told[0].endswith(hint) and not any(hint in line for line in told[1:])
    # pong, then ping and pong of which there are 99 each more; alone, and 60 calls of it
    assert sorted(line.removesuffix(hint) for line in told) == [
        "\u2026 8 more threads at the same lines", "\u2026 the 2 lines above, 98 more times", "\u2026 the line above, 59 more times"]
    assert text.count(" ping ") == 2 and text.count(" alone ") == 2 and text.count(" idle ") == 1


def test_tasks(py_heap, pid):
    text = py_heap("threads", "-p", pid, "--tasks").stdout
    assert folds(text)[0] == "\u2026 699 more tasks at the same lines (--no-fold shows all)"
    assert folds(text)[1] == "\u2026 1 more task at the same lines"
    assert text.index("Event.wait") < text.index(" main "), "what stands for most comes first"
    assert len(re.findall(r"Task-\d+", text)) == 3


@pytest.mark.parametrize("words", [[], ["--tasks"], ["--locals"]])
def test_json_has_all(py_heap, pid, words):
    rows = rows_of(py_heap, pid, *words)
    block = "task" if "--tasks" in words else "thread_state"
    shown = [line for line in pauses.without(py_heap("threads", "-p", pid, *words).stdout).split("\n\n", 1)[1].splitlines() if line]
    assert sum(row["repeat"] for row in rows) == len(rows)
    assert sum(row["repeat"] > 0 for row in rows) == len(shown) - 1 - sum(line.startswith("\u2026") for line in shown)
    # each row that is left out is like one that is shown, of which as many are left out as it says
    names = ("state", "coroutine", "function", "file", "line", "name" if words == ["--locals"] else "")

    def key(row):
        return tuple(row.get(k) for k in names)

    told = collections.Counter()
    for row in rows:
        told[key(row)] += row["repeat"]
    assert told == collections.Counter(map(key, rows))
    for name in {row[block] for row in rows}:
        assert [row["frame"] for row in rows if row[block] == name] == sorted(row["frame"] for row in rows if row[block] == name)


def test_unfolded(py_heap, pid):
    count = len(rows_of(py_heap, pid))
    for words in (["--no-fold"], ["--sort", "function"]):
        text = pauses.without(py_heap("threads", "-p", pid, *words).stdout)
        assert not folds(text) and len(text.split("\n\n", 1)[1].splitlines()) == count + 1
