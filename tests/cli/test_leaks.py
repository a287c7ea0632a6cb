# SPDX-License-Identifier: Apache-2.0
"""leaks: its words, what it looked at, and its exit status."""
import json
import os
import signal

import pauses
import pytest
from sleepers import asleep, wait_until_asleep

SCRIPT = """
import time
class Upload:
    def __init__(self):
        self.body = bytearray(100000)
uploads = [Upload() for n in range(40)]
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def ask(py_heap):
    with asleep(SCRIPT) as process:
        yield lambda *words: py_heap("leaks", "-p", process.pid, *words)


def test_text(ask):
    lines = ask().stdout.splitlines()
    at = next(i for i, line in enumerate(lines) if line.endswith("sys.modules['__main__'].uploads"))
    assert lines[at].split()[:2] == ["3.8", "MB"]
    assert lines[at + 1] == "        One list keeps it all alive. Most of it: 40 __main__.Upload -> 40 bytearray."
    assert lines[at + 2].startswith("        py-heap retained -p ") and " --under 0x" in lines[at + 2]
    assert any(line.startswith("References: the counts of ") for line in lines)
    assert any(line.startswith("Garbage: a collection would free ") for line in lines)


def test_gate(ask):
    """Exit status 3 if the suspects take more"""
    over, under = ask("--fail-over", "1M"), ask("--fail-over", "100M")
    assert (over.returncode, under.returncode) == (3, 0) and pauses.without(over.stdout) == pauses.without(under.stdout)


def test_json(ask):
    answer = json.loads(ask("-f", "json").stdout)
    (row,) = answer["rows"]
    assert list(row) == ["bytes", "percent", "objects", "kind", "title", "evidence", "next"]
    assert row["kind"] == "holders" and row["bytes"] == answer["summary"]["bytes"] > 3900000
    assert row["next"].startswith("retained --under 0x")


FORKED = """
import os, time
kept = [str(n) * 10 for n in range(200000)]
child = os.fork()
if not child:
    for text in kept[:50000]:
        held = text
    time.sleep(600)
print(1, flush=True)
os.waitpid(child, 0)
"""


def test_forked(py_heap):
    """A worker's answer says what it shares"""
    with asleep(FORKED) as process:
        with open("/proc/%d/task/%d/children" % (process.pid, process.pid)) as children:
            child = int(children.read())
        try:
            wait_until_asleep(child)
            lines = py_heap("leaks", "-p", child).stdout.splitlines()
        finally:
            os.kill(child, signal.SIGKILL)
    assert [line for line in lines if line.startswith("Forked: ") and "(memory --parent says why)" in line], lines
