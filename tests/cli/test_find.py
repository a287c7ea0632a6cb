# SPDX-License-Identifier: Apache-2.0
"""find: what is looked for is found, and nothing else."""

import json
import subprocess
import sys

import pytest
from sleepers import wait_for_rest

SCRIPT = """
import time
class Plain:
    def __init__(self, **words):
        self.__dict__.update(words)
class Slots:
    __slots__ = "left", "right"
kept = [Plain(user_id=i, name="n%d" % i) for i in range(7)] + [Plain(name="other")]
slots = [Slots() for _ in range(3)]
slots[0].left = 1
kept[0].__dict__
dicts = [{"session_id": i, i: i} for i in range(5)] + [{"session": 1}]
texts = ["caf\\u00e9 au lait", "\\u20ac 5", "x" * 50000, b"raw caf\\xc3\\xa9"]
numbers = [987654321, -987654321]
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def find(py_heap):
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)

        def run(*words):
            answer = py_heap("find", "-p", process.pid, "-f", "json", *words)
            return json.loads(answer.stdout) if answer.returncode == 0 else answer.stderr

        yield run
        process.kill()


def types(answer):
    return sorted(row["type"] for row in answer["rows"])


@pytest.mark.parametrize("wanted", ["__main__.Plain", "Plain", "__main__.P*", "*.Plai[n]"])
def test_type(find, wanted):
    answer = find("--type", wanted)
    assert types(answer) == ["__main__.Plain"] * 8
    assert answer["summary"]["objects"] == 8
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])


def test_attribute(find):
    assert types(find("--attr", "user_id")) == ["__main__.Plain"] * 7
    assert types(find("--attr", "left", "--type", "Slots")) == ["__main__.Slots"]
    assert types(find("--attr", "right", "--type", "Slots")) == [], "a slot that was never set"


def test_key(find):
    previews = [row["preview"] for row in find("--key", "session_id")["rows"]]
    assert previews.count("{2 items}") == 5 and len(previews) <= 6, "the interpreter's dict of interned strings may be one"


def test_value(find):
    assert [row["preview"] for row in find("--value", "caf\u00e9 au")["rows"]] == ["'caf\u00e9 au lait'"]
    assert [row["preview"] for row in find("--value", "\u20ac 5")["rows"]] == ["'\u20ac 5'"]
    assert types(find("--value", "caf\u00e9", "--type", "bytes")) == ["bytes"]
    assert [row["preview"] for row in find("--value", "-987654321", "--type", "int")["rows"]] == ["-987654321"]


def test_size(find):
    answer = find("--min-bytes", "40K", "--type", "str")
    assert len([row for row in answer["rows"] if row["preview"].startswith("'xxxx")]) == 1
    assert all(row["bytes"] >= 40 * 1024 for row in answer["rows"])


def test_nothing_asked(find):
    assert find().startswith("py-heap: find: no condition: give --type, --attr, --key, --value or --min-bytes")
