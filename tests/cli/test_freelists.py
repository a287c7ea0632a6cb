# SPDX-License-Identifier: Apache-2.0
"""freelists: its words in text, and what it lists."""

import json

import pytest
from sleepers import asleep

SCRIPT = """
import time
kept = [0.5 * i for i in range(50)]
del kept
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def ask(py_heap):
    with asleep(SCRIPT) as process:
        yield lambda *words: py_heap("freelists", "-p", process.pid, *words).stdout


def test_text(ask):
    lines = ask().splitlines()
    assert lines[0].startswith("freelists  ") and lines[1].startswith("entries")
    header = next(line.split() for line in lines if line.startswith("KIND"))
    assert header == ["KIND", "ITEMS", "COUNT", "LIMIT", "BYTES", "LISTS", "EXAMPLE"]
    assert max(map(len, lines)) <= 80


def test_all(ask):
    """Empty lists are shown if asked for"""
    some, every = (json.loads(ask("-f", "json", *words)) for words in ([], ["--all"]))
    assert all(row["count"] for row in some["rows"]) and not all(row["count"] for row in every["rows"])
    assert some["rows"] == [row for row in every["rows"] if row["count"]]
    assert some["summary"] == every["summary"]
    assert len(every["rows"]) == every["summary"]["freelists"], "one interpreter has one list of each kind"
    assert {row["kind"]: row["count"] for row in some["rows"]}["float"] >= 50
