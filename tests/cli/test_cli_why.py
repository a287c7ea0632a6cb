# SPDX-License-Identifier: Apache-2.0
"""why: who keeps an object alive, in Python's words."""

import json

import pytest
from sleepers import asleep

SCRIPT = """
import gc, threading, time
gc.disable()
class Session:
    pass
class Slots:
    __slots__ = "held"
CACHE = {"k": [0, Session()]}
class Store:
    table = {}
Store.table["x"] = (1, Session())
def closure():
    inside = Session()
    return lambda: inside
FUNCTION = closure()
SLOTS = Slots()
SLOTS.held = Session()
def handler(request):
    local = Session()
    ready.set()
    time.sleep(600)
garbage = Session()
garbage.me = garbage
del garbage
ready = threading.Event()
thread = threading.Thread(target=handler, args=(1,), daemon=True)
thread.start()
ready.wait()
print(1, flush=True)
time.sleep(600)
"""
PATHS = {
    "sys.modules['__main__'].CACHE['k'][1]",
    "sys.modules['__main__'].Store.__dict__['table']['x'][1]",
    "sys.modules['__main__'].FUNCTION.__closure__[0].cell_contents",
    "sys.modules['__main__'].SLOTS.held",
    "<frame handler>.f_locals['local']",
}


@pytest.fixture(scope="module")
def sleeper():
    with asleep(SCRIPT) as process:
        yield process


@pytest.fixture(scope="module")
def answers(py_heap, sleeper):
    found = json.loads(py_heap("find", "-p", sleeper.pid, "--type", "__main__.Session", "-f", "json").stdout)
    return [json.loads(py_heap("why", "-p", sleeper.pid, row["address"], "-f", "json").stdout) for row in found["rows"]]


def test_paths(answers):
    assert {row["path"] for answer in answers for row in answer["rows"][:1]} == PATHS
    for answer in answers:
        assert answer["summary"]["type"] == "__main__.Session"
        assert answer["summary"]["paths"] == len(answer["rows"])
        for row in answer["rows"]:
            assert row["addresses"][-1] == answer["summary"]["address"] and len(row["addresses"]) == row["length"]


def test_garbage_has_no_path(py_heap, sleeper, answers):
    lonely = [answer["summary"]["address"] for answer in answers if not answer["rows"]]
    assert len(lonely) == 1
    said = py_heap("why", "-p", sleeper.pid, lonely[0]).stdout
    assert "garbage that no collection has found yet" in said and "referrers" in said


def test_shortest_first(py_heap, sleeper):
    """Everybody holds None"""
    found = json.loads(py_heap("find", "-p", sleeper.pid, "--type", "NoneType", "-f", "json").stdout)["rows"][0]
    rows = json.loads(py_heap("why", "-p", sleeper.pid, found["address"], "-f", "json").stdout)["rows"]
    lengths = [row["length"] for row in rows if row["root"] == "sys.modules"]
    assert len(rows) > 100 and lengths == sorted(lengths)
