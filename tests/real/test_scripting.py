# SPDX-License-Identifier: Apache-2.0
"""examples/scripting: each script that docs/scripting.md offers does what it says, of programs whose growth is known"""
import glob
import json
import os
import re
import signal
import subprocess
import sys

import heaps
import interpreters
import programs
import pytest
import target

ROOT = os.path.join(target.HERE, "..", "..")
SCRIPTS = os.path.join(ROOT, "examples", "scripting")
HUNGRY = """
import resource, sys
sys.path.insert(0, %r)
import dump_on_memory_error
class Row(object):
    def __init__(self, n):
        self.n = n
def load(rows):
    while True:
        rows.append(Row(len(rows)))
resource.setrlimit(resource.RLIMIT_AS, (96 << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
load([])
""" % SCRIPTS


@pytest.fixture(scope="module")
def python():
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug_dir]
    if not found or target.why_not("live"):
        pytest.skip(target.why_not("live") or "no interpreter")
    return found[-1]


@pytest.fixture
def growing(python):
    made = []

    def start():
        made.append(programs.start(python, "growth"))
        return made[-1]
    yield start
    for program in made:
        program.remove()


def environment(**more):
    """With py-heap and libheap where they are found"""
    path = os.path.dirname(os.path.abspath(heaps.EXECUTABLE)) + os.pathsep + os.environ["PATH"]
    return dict(os.environ, PATH=path, **more)


def run(name, *words, status=0):
    done = subprocess.run([os.path.join(SCRIPTS, name)] + [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120, env=environment())
    assert done.returncode == status, (words, done)
    return done.stdout.decode()


def grow(program):
    program.process.send_signal(signal.SIGUSR1)
    program.wait("cache")


def test_nightly_growth(growing, tmp_path):
    program = growing()
    assert run("nightly-growth", program.pid, tmp_path / "nights") == ""
    grow(program)
    rows = run("nightly-growth", program.pid, tmp_path / "nights").split("TYPE", 1)[1].splitlines()
    assert re.match(r"__main__.Session +\d+ +[\d,]+ +20,950 ", rows[1])
    assert sorted(os.listdir(tmp_path / "nights")) == ["last-night", "tonight"] and os.stat(tmp_path / "nights").st_mode & 0o77 == 0


def test_leak_gate(growing):
    program = growing()
    step = "kill -USR1 %d; while [ ! -e %s/cache ]; do sleep 0.1; done" % (program.pid, program.folder)
    assert run("leak-gate", program.pid, "1M", "true")
    assert ".CACHE grew by" in run("leak-gate", program.pid, "1M", "sh", "-c", step, status=3)


def test_fleet_table(growing, tmp_path):
    one, two = growing(), growing()
    grow(one)
    grow(two)
    said = run("fleet-table", tmp_path / "fleet", one.pid, two.pid)
    assert re.search(r"^[0-9a-f]{6,} +2 +100% .*$", said, re.M) and "CACHE" in said


def test_who_holds(growing):
    if not heaps.BINDING:
        pytest.skip("under sanitizers the library is not loaded into this Python")
    program = growing()
    said = subprocess.run([sys.executable, os.path.join(SCRIPTS, "who_holds.py"), str(program.pid), "Session"], stdout=subprocess.PIPE,
                          check=True).stdout.decode()
    assert re.match(r"100 objects, \d+ bytes: sys.modules\['__main__'\].CACHE\[.*\]\n    dict 0x", said)
    assert ".TEMPORARY[" in said


def test_dump_on_memory_error(python, tmp_path):
    """The rows that filled it are in the snapshot, with what held them"""
    if python.version < (3, 8):
        pytest.skip("threading.excepthook")
    done = subprocess.run([python.path, "-c", HUNGRY], stderr=subprocess.PIPE, timeout=120, env=environment(DUMP_FOLDER=str(tmp_path)))
    assert done.returncode == 1 and b"MemoryError" in done.stderr
    (dump,) = tmp_path.iterdir()
    status, out, err = heaps.run(["types", str(dump), "-f", "json"])
    assert status == 0, err
    rows = {row["type"]: row["count"] for row in json.loads(out)["rows"]}
    assert rows["__main__.Row"] > 50000
    status, out, err = heaps.run(["why", str(dump), "--type", "Row", "-f", "json"])
    assert status == 0 and "f_locals['rows'][" in json.loads(out)["rows"][0]["path"]


def test_all_are_documented():
    with open(os.path.join(ROOT, "docs", "scripting.md")) as source:
        text = source.read()
    names = [os.path.basename(path) for path in glob.glob(os.path.join(SCRIPTS, "*")) if not path.endswith("__pycache__")]
    assert len(names) == 5 and all("](../examples/scripting/%s)" % name in text for name in names)
