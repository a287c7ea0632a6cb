# SPDX-License-Identifier: Apache-2.0
"""--no-values, PYHEAP_VALUES=off: no command tells contents, in any format. Names of code stay. And hostile names."""

import csv
import json
import os
import subprocess
import sys

import pytest
from sleepers import wait_for_rest

SECRET = "hunter2"
NUMBER = 987654321987

PROGRAM = """
import asyncio, gc, threading, time

class Session(object):
    pass

class Slots(object):
    __slots__ = ("held",)

keep = Session()
keep.password = "%(secret)s-of-an-attribute"
keep.by_key = {"%(secret)s-as-a-key": [Session()], b"%(secret)s-bytes": [1], %(number)d: [2], %(number)d.5: Slots()}
keep.numbers = [%(number)d + i for i in range(3)]
keep.texts = ["%(secret)s-%%d" %% i for i in range(500)]
keep.odd = {("%(secret)s-in-a-tuple", 1): Session()}
keep.set = {"%(secret)s-member"}
keep.names = {"in_the_source": Slots(), "%(secret)s made".replace(" ", "_"): Slots()}
keep.me = keep

def wait():
    local = "%(secret)s-of-a-local"
    time.sleep(600)

threading.Thread(target=wait, name="%(secret)s-thread", daemon=True).start()

async def sit():
    await asyncio.sleep(600)

async def main():
    task = asyncio.create_task(sit())
    if hasattr(task, "set_name"):
        task.set_name("%(secret)s-task")
    await asyncio.sleep(0.2)
    gc.collect()
    gc.disable()
    lost = Session()
    lost.me, lost.text, lost.d = lost, "%(secret)s-garbage", {"%(secret)s-key": lost}
    del lost
    print(1, flush=True)
    await task

asyncio.run(main())
""" % {"secret": SECRET, "number": NUMBER}


@pytest.fixture(scope="module")
def invocations(py_heap, core, commands):
    """Words of each command, with the options that tell more."""
    rows = json.loads(py_heap("find", core, "--type", "*Session", "-f", "json").stdout)["rows"]
    assert len(rows) == 4
    texts = json.loads(py_heap("find", core, "--value", SECRET, "-f", "json").stdout)["rows"]
    addresses = [row["address"] for row in rows + texts[:3] + texts[-3:]]
    keeper = [["object"], ["refs"], ["referrers"], ["why"], ["refs", "--depth", "3"], ["referrers", "--depth", "3"],
              ["why", "--all-roots"]]
    made = [[words[0], core, address, *words[1:]] for words in keeper for address in addresses]
    more = {"threads": ["--locals", "--tasks"], "find": ["--type=str", "--type=bytes", "--type=int", "--type=float",
            "--attr=password", "--type=*Session"], "cycles": [], "garbage": ["--components"], "retained": ["--by-type"],
            "refaudit": ["--all", "--by-type"], "info": ["--layout-fields"], "why": ["--type=*Session", "--type=Slots"],
            "types": ["--tracked"], "diff": [core]}
    for name in commands:
        if name in ("object", "refs", "referrers"):
            continue
        made += [[name, core]] if name not in ("why", "diff") else []
        made += [[name, core, option] for option in more.get(name, [])]
    return made


def told(run):
    return run.stdout + run.stderr


def test_contents_are_shown(py_heap, core, invocations):
    shown = {words[0] for words in invocations if SECRET in told(py_heap(*words, "-n", "0"))}
    assert {"object", "refs", "referrers", "why", "find", "threads"} <= shown
    hidden = py_heap("find", core, "--type=str", "-n", "0", env={"PYHEAP_VALUES": "off"})
    assert SECRET not in told(hidden)
    assert SECRET in told(py_heap("find", core, "--type=str", "-n", "0", "--values", env={"PYHEAP_VALUES": "off"}))


def test_no_command_tells_contents(py_heap, invocations):
    ran = 0
    for words in invocations:
        for form in ("text", "json", "csv") if len(words) < 4 or ran % 5 == 0 else ("json",):
            run = py_heap(*words, "--no-values", "-n", "0", "-f", form)
            assert run.returncode in (0, 1, 2, 3), told(run)
            assert SECRET not in told(run) and str(NUMBER)[:8] not in told(run), (words, form)
            ran += run.returncode in (0, 3)
    assert ran > 60


def names_of(py_heap, core):
    """Address of the dict keep.names"""
    rows = json.loads(py_heap("find", core, "--key", "in_the_source", "-f", "json").stdout)["rows"]
    return min((row["bytes"], row["address"]) for row in rows if row["type"] == "dict")[1]  # interned strings are in a dict, too


def test_names_of_code_stay(py_heap, core):
    found = json.loads(py_heap("why", core, "--type", "Slots", "--no-values", "-f", "json").stdout)
    text = json.dumps(found["rows"])
    assert "by_key[<float>]" in text and "keep" in text
    paths = told(py_heap("refs", core, names_of(py_heap, core), "--no-values"))
    assert "['in_the_source']" in paths and "[<str of 12>]" in paths  # the other key has the form of a name, too
    names = told(py_heap("find", core, "--attr", "password", "--no-values"))
    assert "Session" in names
    assert "wait" in told(py_heap("threads", core, "--no-values"))


HOSTILE = """
import sys, time, types
names = ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1", "a\\x9b31mb", "c\\u202ed", "e\\u200bf\\u2028g", "h\\x1b[31mi", "j\\u2066k\\ufeffl"]
keep = [type(name, (), {"__module__": "builtins"})() for name in names]
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def hostile():
    with subprocess.Popen([sys.executable, "-c", HOSTILE.replace("\\\\", "\\")], stdout=subprocess.PIPE,
                          env=dict(os.environ, PYTHONIOENCODING="utf-8")) as process:
        wait_for_rest(process)
        yield process.pid
        process.kill()


def test_nothing_steers_a_terminal_or_a_spreadsheet(py_heap, hostile):
    for form in ("text", "json", "csv"):
        text = py_heap("types", "-p", hostile, "-n", "0", "-f", form).stdout
        steering = [c for c in text if c != "\n" and (ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or 0x200b <= ord(c) <= 0x200f
                                                      or 0x2028 <= ord(c) <= 0x202e or 0x2066 <= ord(c) <= 0x2069)]
        assert not steering, (form, steering)
    rows = json.loads(py_heap("types", "-p", hostile, "-n", "0", "-f", "json").stdout)["rows"]
    types = {row["type"] for row in rows}
    assert {"=cmd|' /C calc'!A0", "a\x9b31mb", "c\u202ed", "e\u200bf\u2028g"} <= types  # as they are
    table = list(csv.DictReader(py_heap("types", "-p", hostile, "-n", "0", "-f", "csv").stdout.splitlines()))
    assert {"'=cmd|' /C calc'!A0", "'@SUM(1+1)", "'+1", "'-1"} <= {row["type"] for row in table}
    assert not [row for row in table if row["type"][0] in "=+-@"]
