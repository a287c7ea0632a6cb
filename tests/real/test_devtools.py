# SPDX-License-Identifier: Apache-2.0
"""Chrome DevTools' own engine, without a browser, reads export's heap snapshots: totals, classes, each object's size, what it retains and
what dominates it are the commands'. Five interpreters, a heap whose writer knows what is in it, and buffers beyond 4 GiB."""
import array
import collections
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess

import heaps
import interpreters
import node_packages
import programs
import pytest
import sleepers

VERSIONS = "2.7", "3.8", "3.11", "3.13", "3.15"
GROUPS = ["(modules and interpreter)", "(threads and frames)", "(native code)", "(unreachable)"]
FIRST = 1 + len(GROUPS)             # number of the first object's node
MOST = 2 ** 32 - 1                  # bytes of a node

# Memory that is never touched
BEYOND = """
import ctypes, time
make = ctypes.pythonapi.PyByteArray_FromStringAndSize
make.argtypes, make.restype = [ctypes.c_void_p, ctypes.c_ssize_t], ctypes.py_object
kept = {"bytes": bytes(5 << 30), "bytearray": make(None, (2 << 32) + 7), "fits": bytes(2 ** 32 - 1 - 33)}
Object = type("Object", (), {"__module__": "builtins"})
kept["named"] = Object()
print(1, flush=True)
time.sleep(600)
"""


def first_found(version):
    for one in interpreters.find():
        if "%d.%d" % one.version[:2] == version and not one.debug and not one.unsupported():
            return one
    return pytest.skip("no Python %s" % version)


@contextlib.contextmanager
def interpreters_own(version):
    interpreter = first_found(version)
    program = programs.start(interpreter, "export", "export.json")
    try:
        yield programs.dumped(program, "gcore"), interpreter.debug_dir
    finally:
        program.remove()


@contextlib.contextmanager
def synthetic(folder):
    writer = os.path.join(os.environ.get("PYHEAP_BUILD", ""), "tests", "bench", "synthetic-core")
    if not os.path.exists(writer):
        pytest.skip("PYHEAP_BUILD does not name a build folder with tests")
    subprocess.run([writer, "--python", "3.13.0", "--objects", "100000", folder + "/core"], check=True, timeout=60)
    yield [folder + "/core"], None
    os.unlink(folder + "/core")


@contextlib.contextmanager
def beyond():
    with sleepers.asleep(BEYOND) as process:
        yield ["-p", str(process.pid)], None


class Snapshot:
    """An export as DevTools reads it, and the SQLite export of the same heap"""

    def __init__(self, heap, engine, folder):
        self.heap, arrays = heap, folder + "/arrays"
        self.parts = self.export(folder + "/heap.heapsnapshot")
        self.engine = json.loads(node_packages.node("heapsnapshot.mjs", engine, folder + "/heap.heapsnapshot", arrays))
        numbers = array.array("d")
        with open(arrays, "rb") as stream:
            numbers.frombytes(stream.read())
        nodes = self.engine["nodes"]
        self.bytes, self.edges, self.retained, self.dominator, self.distance = (numbers[i * nodes:(i + 1) * nodes] for i in range(5))
        self.export(folder + "/heap.sqlite")
        self.database = sqlite3.connect(folder + "/heap.sqlite")
        self.rests = {number: (size - 1) // MOST for number, size in self.database.execute(
            "SELECT id, bytes FROM objects WHERE bytes > ?", (MOST,))}

    def export(self, path):
        answer = self.heap.ask("export", "-o", path)
        assert answer["complete"]
        return {row["part"]: row["count"] for row in answer["rows"]}

    def one(self, query):
        return self.database.execute(query).fetchone()


@pytest.fixture(scope="module", params=VERSIONS + ("synthetic", "beyond 4 GiB"))
def snapshot(request, tmp_path_factory):
    engine, folder = node_packages.path("devtools.mjs"), str(tmp_path_factory.mktemp("devtools"))
    others = {"synthetic": lambda: synthetic(folder), "beyond 4 GiB": beyond}
    with others.get(request.param, lambda: interpreters_own(request.param))() as (target, debug_dir):
        heap = heaps.open_heap(target, "auto", debug_dir)
        one = Snapshot(heap, engine, folder)
        yield one
        one.database.close()
        heap.close()
    shutil.rmtree(folder)


def test_nothing_is_wrong(snapshot):
    """For DevTools. And nothing is far away, as all that no "user root" leads to would be, if there were one"""
    assert snapshot.engine["problems"] == [] and max(snapshot.distance) < 1e6


def test_nodes_and_edges(snapshot):
    """Besides objects and references there are node 0 and its groups, what is below these, and nodes for what does not fit into 32 bits"""
    summary, rests = snapshot.heap.ask("types")["summary"], sum(snapshot.rests.values())
    assert snapshot.engine["nodes"] == snapshot.parts["nodes"] == FIRST + summary["objects"] + rests
    roots, references = snapshot.one("SELECT (SELECT count(*) FROM roots), (SELECT count(*) FROM edges)")
    unreachable = snapshot.heap.ask("retained")["summary"]["unreachable"]
    assert snapshot.engine["edges"] == snapshot.parts["edges"] == len(GROUPS) + roots + unreachable + references + rests
    told = dict(snapshot.database.execute("SELECT source, count(*) FROM edges GROUP BY source"))
    for number, count in snapshot.rests.items():
        told[number] = told.get(number, 0) + count
    assert {i: int(count) for i, count in enumerate(snapshot.edges[FIRST:], 1) if count} == told


def test_sizes(snapshot):
    """Of each object; in all, what `types` says"""
    summary = snapshot.heap.ask("types")["summary"]
    assert snapshot.engine["bytes"] == snapshot.engine["statistics"] == sum(snapshot.bytes) == summary["bytes"]
    sizes = [min(row[0], MOST) for row in snapshot.database.execute("SELECT bytes FROM objects ORDER BY id")]
    assert snapshot.bytes[FIRST:FIRST + len(sizes)].tolist() == sizes and sum(snapshot.bytes[:FIRST]) == 0


def test_summary(snapshot):
    """"Summary" is `types`, where types of one name are one; the rest of what does not fit is a class of its own"""
    told = collections.defaultdict(lambda: [0, 0])
    for row in snapshot.heap.ask("types")["rows"]:
        name = "builtins.Object" if row["type"] == "Object" else row["type"]
        told[name][0] += row["count"]
        told[name][1] += row["bytes"]
    for number, rests in snapshot.rests.items():
        name, size = snapshot.one("SELECT t.name, o.bytes FROM objects o JOIN types t ON t.id = o.type WHERE o.id = %d" % number)
        told[name][1] -= size - MOST
        told["(the rest of it)"][0] += rests
        told["(the rest of it)"][1] += size - MOST
    assert {row["name"]: [row["count"], row["bytes"]] for row in snapshot.engine["classes"]} == told


def test_what_objects_retain(snapshot):
    """Of each object that a root leads to, with what dominates it; no dominator here is a group or node 0 there. In all as many bytes as
    `retained` says, and what no root leads to is below its group"""
    rows = snapshot.database.execute("SELECT id, retained, dominator FROM objects WHERE retained IS NOT NULL").fetchall()
    assert [snapshot.retained[FIRST + number - 1] for number, _, _ in rows] == [row[1] for row in rows]
    assert [max(snapshot.dominator[FIRST + number - 1] - FIRST + 1, 0) for number, _, _ in rows] == [row[2] or 0 for row in rows]
    answer = snapshot.heap.ask("retained")
    assert snapshot.retained[0] == sum(snapshot.bytes)
    assert snapshot.retained[0] - snapshot.retained[GROUPS.index("(unreachable)") + 1] == answer["summary"]["bytes"]
    numbers = dict(snapshot.database.execute("SELECT address, id FROM objects"))
    found = {row["address"]: snapshot.retained[FIRST + numbers[int(row["address"], 16)] - 1] for row in answer["rows"]}
    assert found and found == {row["address"]: row["retained"] for row in answer["rows"]}


def test_what_a_class_retains(snapshot):
    """Where no object of that name is garbage, which retains something only in DevTools, and no two types have it"""
    garbage = {row[0] for row in snapshot.database.execute("SELECT DISTINCT t.name FROM objects o JOIN types t ON t.id = o.type "
                                                           "WHERE o.retained IS NULL")}
    names = collections.Counter(row["type"] for row in snapshot.heap.ask("types")["rows"])
    told = {row["type"]: row["retained"] for row in snapshot.heap.ask("retained", "--by-type")["rows"]
            if names[row["type"]] == 1 and row["type"] not in garbage and row["type"] != "Object"}
    assert told and told == {row["name"]: row["retained"] for row in snapshot.engine["classes"] if row["name"] in told}
