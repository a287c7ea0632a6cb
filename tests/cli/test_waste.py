# SPDX-License-Identifier: Apache-2.0
"""waste: its words, contents that are hidden, and what it says to do next."""

import json
import os

import pytest
from sleepers import asleep

SCRIPT = """
import time
kept = ["".join(["a secret", " of the house"]) for i in range(1000)]
room = []
for i in range(100000):
    room.append(None)
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def ask(py_heap):
    with asleep(SCRIPT) as process:
        yield lambda *words, **more: py_heap("waste", "-p", process.pid, *words, **more).stdout


def test_text(ask):
    lines = ask().splitlines()
    assert lines[0].startswith("would be saved")
    assert next(line.split() for line in lines if line.startswith("KIND"))[:4] == ["KIND", "TYPE", "COUNT", "SAVED"]
    assert any("waste --duplicates" in line or "waste -p" in line for line in lines) and any(" why " in line for line in lines)


def test_rows(ask):
    rows = {(row["kind"], row["type"]): row for row in json.loads(ask("-f", "json", "--limit", "0"))["rows"]}
    assert rows["duplicates", "str"]["count"] >= 999
    assert rows["over-allocated", "list"]["bytes"] > 1000
    assert rows["empty", "dict"]["count"] and rows["empty", "dict"]["attributes"] is None


def test_duplicates(ask):
    first = json.loads(ask("-f", "json", "--duplicates"))["rows"][0]
    assert [first["type"], first["count"], first["preview"]] == ["str", 1000, "'a secret of the house'"]


def test_hidden(ask):
    """A dump holds secrets"""
    hidden = ask("--duplicates", "--limit", "0", env=dict(os.environ, PYHEAP_VALUES="off"))
    assert "secret" not in hidden and "<str of 21>" in hidden
