# SPDX-License-Identifier: Apache-2.0
"""Each format of export, read by a reader of its own: totals, references and trees are those of the SQLite export, which tests/real
compares with everything else. No file has contents."""

import csv
import json
import os
import sqlite3

import cores
import pytest

SECRET = "hunter2"

PROGRAM = """
import gc, time

class Session(object):
    def __init__(self, number):
        self.password, self.number, self.peer = "%(secret)s-%%d" %% number, 987654321987 + number, None

class Odd(object):
    __slots__ = ("held",)

sessions = [Session(i) for i in range(500)]
keep = {"in_the_source": sessions, "%(secret)s made": bytearray(300000), 987654321988: Odd(), ("%(secret)s", 1): [sessions[0], sessions[0]]}
keep["%(secret)s made".replace(" ", "_")] = type("quotes\\", <&>\\\\ \\u00e9", (), {"__slots__": ()})()
chain = None
for i in range(3000):
    chain = [chain]
gc.collect()
gc.disable()
for i in range(20):
    lost, other = Session(i), Session(-i)
    lost.peer, other.peer = other, lost
del lost, other
print(1, flush=True)
time.sleep(600)
""" % {"secret": SECRET}


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return cores.make(tmp_path_factory.mktemp("core"), PROGRAM)


@pytest.fixture(scope="module")
def export(py_heap, core, tmp_path_factory):
    """export("csv", "--values") -> (path, counts of parts)"""
    folder = tmp_path_factory.mktemp("made")

    def make(form, *words):
        path = folder / "-".join((form,) + words)
        run = py_heap("export", core, "--to", form, "-o", path, "-f", "json", *words)
        assert (run.returncode, run.stderr) == (0, ""), run.stderr
        answer = json.loads(run.stdout)
        assert answer["complete"]
        return path, {row["part"]: row["count"] for row in answer["rows"]}

    return make


@pytest.fixture(scope="module")
def database(export):
    connection = sqlite3.connect(str(export("sqlite")[0]))
    yield connection
    connection.close()


def files(path):
    return [path / name for name in sorted(os.listdir(path))] if path.is_dir() else [path]


def contents(path):
    return b"".join(file.read_bytes() for file in files(path))


@pytest.mark.parametrize("form", ["csv"])
def test_no_contents_and_the_same_bytes(export, form):
    path, parts = export(form)
    hidden = contents(path)
    assert SECRET.encode() not in hidden and b"9876543" not in hidden
    if path.is_dir():
        for file in files(path):
            file.unlink()
    assert export(form) == (path, parts) and contents(path) == hidden


def cell_of(value):
    """What spreadsheets would take for a formula has a ' before it"""
    if isinstance(value, str) and value[:1] in tuple("=+-@"):
        return "'" + value
    return "" if value is None else str(value)


def test_csv(export, database):
    """The rows of the database, cell by cell"""
    path, parts = export("csv", "--values")
    shown = sqlite3.connect(str(export("sqlite", "--values")[0]))
    assert SECRET.encode() in contents(path)
    for file in files(path):
        table = file.name[:-len(".csv")]
        with open(file, encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        cursor = shown.execute("SELECT * FROM %s" % table)
        assert rows.pop(0) == [column[0] for column in cursor.description]
        expected = [[cell_of(value) for value in row] for row in cursor]
        assert sorted(rows) == sorted(expected) and len(rows) == parts.get(table, len(rows)), table
    shown.close()
