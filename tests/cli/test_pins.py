# SPDX-License-Identifier: Apache-2.0
"""pins: what is said of few objects that keep much memory, of one that is full, and of wrong words."""

import json
import os
import re

import pytest
from sleepers import asleep

# Burst: few of its strings stay, in all of its arenas.
SCRIPT = """
import gc, time
class Session:
    def __init__(self, name):
        self.name = name
active = {}
def burst():
    rows = []
    for i in range(400000):
        rows.append("value %d of the burst" % i)
        if i % 5000 == 0:
            active[rows[-1]] = Session(rows[-1])
burst()
gc.collect()
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def ask(py_heap):
    with asleep(SCRIPT) as process:
        def run(*words):
            return py_heap("pins", "-p", process.pid, *words)
        yield run


def words_of(text):
    return " ".join(text.split())


def test_the_answer_is_on_the_screen(ask):
    said = ask()
    assert said.returncode == 0 and not said.stderr
    summary = json.loads(ask("-f", "json").stdout)["summary"]
    assert re.match(r"[\d,]+ objects?( and [\d,]+ other blocks?)? hold %d.0 MB in %d arenas, \d.\d%% used\." % (
        summary["reclaimable"] >> 20, summary["arenas"]), said.stdout)
    assert "sys.modules['__main__'].active alone holds" in words_of(said.stdout) and "can go back." in said.stdout
    assert re.search(r"Next: .*why -p \d+ 0x[0-9a-f]+ ", words_of(said.stdout))


def test_views(ask):
    arenas, owners, blocks = (json.loads(ask("-f", "json", *words).stdout) for words in ([], ["--owners"], ["--blocks"]))
    assert arenas["summary"] == owners["summary"] == blocks["summary"] and arenas["complete"]
    assert max(owners["rows"], key=lambda row: row["alone"])["owner"] == "sys.modules['__main__'].active"
    assert len(blocks["rows"]) == sum(row["blocks"] for row in arenas["rows"])
    assert all(row["reclaimable"] == 1 << 20 for row in arenas["rows"])


def test_contents_can_be_hidden(ask):
    shown, hidden = (ask("--blocks", "-n", "0", word).stdout for word in ("--values", "--no-values"))
    assert "of the burst'" in shown and "of the burst'" not in hidden


def test_below(ask):
    """All arenas but empty ones; those below 50 % are more than those below 10 %"""
    answer = json.loads(ask("-f", "json", "--below", "100").stdout)
    assert answer["summary"]["arenas"] == answer["summary"]["arenas_all"] - answer["summary"]["arenas_empty"]
    for below in (1, 10, 50):
        rows = json.loads(ask("-f", "json", "--below", str(below)).stdout)["rows"]
        assert rows == [row for row in answer["rows"] if row["bytes_used"] * 100 < below * row["reclaimable"]]


def test_nothing_pinned(py_heap):
    with asleep() as process:
        said = py_heap("pins", "-p", process.pid, "--below", "1")
        rows = json.loads(py_heap("arenas", "-p", process.pid, "-f", "json").stdout)["rows"]
        if all(row["percent"] for row in rows):
            assert said.returncode == 0 and "No arena has less than 1% of its bytes used." in said.stdout


@pytest.mark.parametrize("words, message", [
    (["--below", "0"], "--below must be 1 to 100 percent"),
    (["--below", "101"], "--below must be 1 to 100 percent"),
    (["--below", "few"], "--below needs a number, not 'few'"),
    (["--owners", "--blocks"], "--owners and --blocks exclude each other"),
])
def test_wrong_words(ask, words, message):
    said = ask(*words)
    assert said.returncode == 2 and message in said.stderr and not said.stdout


def test_no_arenas(py_heap):
    """PYTHONMALLOC=malloc: an answer, and why there is nothing in it"""
    with asleep(environment=dict(os.environ, PYTHONMALLOC="malloc")) as process:
        said = py_heap("pins", "-p", process.pid)
        assert said.returncode == 0 and "pymalloc has no arenas: it is disabled" in words_of(said.stdout)
        assert json.loads(py_heap("pins", "-p", process.pid, "-f", "json").stdout)["complete"]
