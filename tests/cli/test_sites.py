# SPDX-License-Identifier: Apache-2.0
"""sites: its words with tracemalloc on and off."""

import json
import subprocess
import sys

import pytest
from sleepers import wait_for_rest

SCRIPT = """
import time
kept = [float(i) for i in range(500)]
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", params=["on", "off"])
def ask(request, py_heap):
    words = ["-X", "tracemalloc=2"] if request.param == "on" else []
    with subprocess.Popen([sys.executable, *words, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)
        yield request.param == "on", lambda *more: py_heap("sites", "-p", process.pid, *more)
        process.kill()


def test_rows(ask):
    on, run = ask
    answer = json.loads(run("-f", "json", "--limit", "0").stdout)
    if "tracemalloc-unknown" in [warning["code"] for warning in answer["warnings"]]:
        pytest.skip("this Python has no symbols")
    rows = {(row["file"], row["line"]): row["count"] for row in answer["rows"]}
    assert rows["<string>", 3] >= 500 if on else not rows
    assert answer["complete"]


def test_words(ask):
    on, run = ask
    text = run().stdout
    assert text.startswith("traced blocks") and ("<string>" in text or not on)
    assert on or "tracemalloc has no traces" in text or "tracemalloc-unknown" in run("-f", "json").stdout
