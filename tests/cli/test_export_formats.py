# SPDX-License-Identifier: Apache-2.0
"""Each format of export, read by a reader of its own: totals, references and trees are those of the SQLite export, which tests/real
compares with everything else. No file has contents."""

import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

import csv_cells
import dominators
import protobuf
import pytest
import sleepers

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


@pytest.mark.parametrize("form", ["csv", "heapsnapshot", "ncdu", "dot", "pprof", "perfetto"])
def test_no_contents_and_the_same_bytes(export, form):
    path, parts = export(form)
    hidden = contents(path)
    assert SECRET.encode() not in hidden and b"9876543" not in hidden
    if path.is_dir():
        for file in files(path):
            file.unlink()
    assert export(form) == (path, parts) and contents(path) == hidden


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
        expected = [[csv_cells.cell_of(value) for value in row] for row in cursor]
        assert sorted(rows) == sorted(expected) and len(rows) == parts.get(table, len(rows)), table
    shown.close()


# ---- heapsnapshot ----

class Snapshot:
    """As V8 lays it out: numbers in rows whose fields the head names"""

    def __init__(self, path):
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        self.order = [text.index('"%s":' % key) for key in ("snapshot", "nodes", "edges", "strings")]
        document = json.loads(text)
        self.head, self.strings = document["snapshot"], document["strings"]
        meta = self.head["meta"]
        self.nodes = self.table(document["nodes"], meta["node_fields"], meta["node_types"][0])
        self.edges, at = [], 0
        rows = self.table(document["edges"], meta["edge_fields"], meta["edge_types"][0])
        for number, node in enumerate(self.nodes):
            node["name"] = self.strings[node["name"]]
            for edge in rows[at:at + node["edge_count"]]:
                assert edge["to_node"] % len(meta["node_fields"]) == 0
                edge.update(source=number, target=edge["to_node"] // len(meta["node_fields"]))
                if edge["type"] not in ("element", "hidden"):
                    edge["name"] = self.strings[edge["name_or_index"]]
                self.edges.append(edge)
            at += node["edge_count"]
        assert at == len(rows) == self.head["edge_count"] and len(self.nodes) == self.head["node_count"]

    @staticmethod
    def table(numbers, fields, types):
        width = len(fields)
        rows = [dict(zip(fields, numbers[i:i + width])) for i in range(0, len(numbers), width)]
        for row in rows:
            row["type"] = types[row["type"]]
        return rows

    def retained(self):
        """By node, by what DevTools takes for essential: weak edges keep nothing, nor does a node itself"""
        edges = [(edge["source"] + 1, edge["target"] + 1) for edge in self.edges
                 if edge["type"] != "weak" and edge["source"] != edge["target"]]
        made = dominators.retained([1], edges, {i + 1: node["self_size"] for i, node in enumerate(self.nodes)})
        return [made[i + 1][1] for i in range(len(self.nodes))]

    def objects(self):
        return [i for i, node in enumerate(self.nodes) if node["type"] != "synthetic"]


@pytest.fixture(scope="module")
def snapshot(export):
    path, parts = export("heapsnapshot")
    made = Snapshot(path)
    assert (len(made.nodes), len(made.edges), len(made.strings)) == (parts["nodes"], parts["edges"], parts["strings"])
    return made


def test_snapshot_is_in_order(snapshot):
    """Readers go through it once, and keep 32 bits of each number"""
    assert snapshot.order == sorted(snapshot.order)
    for node in snapshot.nodes:
        assert max(value for value in node.values() if isinstance(value, int)) < 2 ** 32
    assert len({node["id"] for node in snapshot.nodes}) == len(snapshot.nodes)


def test_snapshot_has_all_objects(snapshot, database):
    """Each with its type and bytes, and its references"""
    rows = database.execute("SELECT t.name, o.bytes FROM objects o JOIN types t ON t.id = o.type ORDER BY o.id").fetchall()
    assert [(snapshot.nodes[i]["name"], snapshot.nodes[i]["self_size"]) for i in snapshot.objects()] == rows
    first = snapshot.objects()[0]
    edges = sorted((edge["source"] - first + 1, edge["target"] - first + 1) for edge in snapshot.edges if edge["source"] >= first)
    assert edges == database.execute("SELECT source, target FROM edges ORDER BY 1, 2").fetchall()
    names = {(edge["source"] - first + 1, edge["target"] - first + 1, edge["name"]) for edge in snapshot.edges
             if edge["source"] >= first and edge["type"] == "property"}
    told = {(row[0], row[1], row[2][1:] if row[2][0] == "." else row[2]) for row in database.execute(
        "SELECT source, target, name FROM edges WHERE name LIKE '.%' OR name LIKE '[%'") if not row[2].startswith(".<")}
    assert names <= told and len(names) > 1000


def test_snapshot_retains_as_much(snapshot, database):
    retained, first = snapshot.retained(), snapshot.objects()[0]
    rows = database.execute("SELECT id, retained FROM objects WHERE retained IS NOT NULL").fetchall()
    assert [(number, retained[first + number - 1]) for number, _ in rows] == rows
    assert retained[0] == sum(node["self_size"] for node in snapshot.nodes)


def test_snapshot_has_no_traps(snapshot):
    """A root that is no group makes bytes move; a shortcut from node 0 cuts off the rest; arrays give their bytes away; what no
    root leads to holds nothing else"""
    below = [edge for edge in snapshot.edges if edge["source"] == 0]
    assert {snapshot.nodes[edge["target"]]["type"] for edge in below} == {"synthetic"}
    assert {edge["type"] for edge in below} == {"element"} and not [edge for edge in snapshot.edges if edge["type"] == "shortcut"]
    assert {node["type"] for node in snapshot.nodes} == {"synthetic", "object"}
    group, = [i for i, node in enumerate(snapshot.nodes) if node["name"] == "(unreachable)"]
    lost = {edge["target"] for edge in snapshot.edges if edge["source"] == group}
    assert [snapshot.nodes[i]["name"] for i in lost].count("__main__.Session") == 40
    assert not [edge for edge in snapshot.edges if edge["source"] in lost and edge["target"] not in lost and edge["type"] != "weak"]


HUGE = """
import time
kept = [bytes(5 << 30), bytes((1 << 32) - 1 - 33), bytes((1 << 32) - 33), bytes((2 << 32) + 7 - 33)]
Object = type("Object", (), {"__module__": "builtins"})
kept.append(Object())
print(1, flush=True)
time.sleep(600)
"""


def test_sizes_that_do_not_fit(py_heap, tmp_path):
    """Sizes have 32 bits: the rest is in more nodes, which the object alone holds. And a type that DevTools would rename"""
    with sleepers.asleep(HUGE) as process:
        run = py_heap("export", "-p", process.pid, "-o", tmp_path / "huge.heapsnapshot", "-f", "json", timeout=120)
        assert (run.returncode, run.stderr) == (0, "")
    made = Snapshot(tmp_path / "huge.heapsnapshot")
    retained = made.retained()
    most = 2 ** 32 - 1
    assert sorted(retained[i] for i in made.objects() if made.nodes[i]["self_size"] == most and made.nodes[i]["name"] == "bytes") == [
        (1 << 32) - 1, 1 << 32, (5 << 30) + 33, (2 << 32) + 7]
    assert sorted(node["self_size"] for node in made.nodes if node["name"] == "(the rest of it)") == sorted(
        [1, (5 << 30) + 33 - most, 9, most])
    assert [node for node in made.nodes if node["name"] == "builtins.Object"]
    assert not [node for node in made.nodes if node["name"] == "Object"]


# ---- ncdu ----

def walk(item, depth=1):
    """(depth, name, bytes, bytes with all below) of each, a folder before what is in it"""
    first = item if isinstance(item, dict) else item[0]
    assert first.get("asize", 0) == first.get("dsize", 0)
    rows = [row for one in item[1:] for row in walk(one, depth + 1)] if isinstance(item, list) else []
    size = first.get("dsize", 0)
    return [(depth, first["name"], size, size + sum(row[2] for row in rows))] + rows


@pytest.fixture(scope="module")
def tree(export):
    path, parts = export("ncdu")
    with open(path, encoding="utf-8") as stream:
        major, minor, head, root = json.load(stream)
    assert (major, minor, head["progname"]) == (1, 0, "py-heap") and root[0] == {"name": "/heap"}
    rows = walk(root)
    assert len(rows) == parts["items"] + 1
    return rows


def test_ncdu_sums_are_exact(tree, database):
    """Pruned, and no byte is lost: the others and what is further down are items"""
    assert tree[0][3] == database.execute("SELECT sum(bytes) FROM objects").fetchone()[0]
    retained = dict(database.execute("SELECT printf('%s 0x%x', t.name, o.address), o.retained FROM objects o "
                                     "JOIN types t ON t.id = o.type"))
    named = [(row[3], retained[row[1]]) for row in tree if row[1] in retained]
    assert len(named) > 50 and [row for row in named if row[0] != row[1]] == []
    lost = database.execute("SELECT count(*), sum(bytes) FROM objects WHERE retained IS NULL").fetchone()
    assert ("%d unreachable" % lost[0], lost[1]) in [row[1:3] for row in tree]
    others = [row for row in tree if re.match(r"[\d,]+ others$", row[1])]
    assert others and not [row for row in others if row[2] == 0]


def test_ncdu_names(tree):
    names = [row[1] for row in tree]
    assert "sys.modules['__main__'].__dict__  dict" in names and "['sessions']  list" in names
    assert "[<str of 12>]  bytearray" in names


def test_ncdu_is_not_deep(tree):
    """ncdu reads by recursion: a chain of 3,000 lists ends in one item"""
    assert max(row[0] for row in tree) < 130
    assert [row for row in tree if row[1].endswith(" further down") and int(row[1].split()[0].replace(",", "")) > 2800]


def test_ncdu_loads_it(export, tmp_path):
    """And shows the largest first"""
    if not shutil.which("ncdu") or not shutil.which("tmux"):
        pytest.skip("no ncdu, or no tmux")
    path, _ = export("ncdu")
    tmux = ["tmux", "-L", "py-heap-%d" % os.getpid(), "-f", "/dev/null"]

    def screen():
        return subprocess.run(tmux + ["capture-pane", "-p"], capture_output=True, text=True, check=True).stdout

    def wait_for(text):
        deadline = time.monotonic() + 20
        while text not in screen() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert text in screen(), screen()

    try:
        subprocess.run(tmux + ["new-session", "-d", "-x", "100", "-y", "30", "ncdu -0 -f %s 2>%s/errors" % (path, tmp_path)], check=True)
        wait_for("/sys.modules['__main__'].__dict__  dict")
        subprocess.run(tmux + ["send-keys", "Enter"], check=True)
        wait_for("/['keep']  dict")
        subprocess.run(tmux + ["send-keys", "Down", "Enter"], check=True)  # the first line leads up
        wait_for("[<str of 12>]  bytearray")
    finally:
        subprocess.run(tmux + ["kill-server"], check=False, stderr=subprocess.DEVNULL)


# ---- dot ----

def test_dot_is_drawn(export, database, tmp_path):
    path, parts = export("dot")
    text = path.read_text(encoding="utf-8")
    total = database.execute("SELECT sum(bytes) FROM objects").fetchone()[0]
    assert 'n0 [label="heap, %.1f MB"' % (total / 1048576) in text and "sys.modules['__main__'].__dict__  dict" in text
    assert text.count(" -> ") == parts["nodes"] - 1 and parts["nodes"] < 200
    if not shutil.which("dot"):
        pytest.skip("no dot (package graphviz)")
    run = subprocess.run(["dot", "-Tsvg", str(path)], capture_output=True, text=True, check=True, timeout=60)
    assert run.stderr == "" and run.stdout.count('class="node"') == parts["nodes"]


# ---- pprof ----

@pytest.fixture(scope="module")
def profile(export):
    """(names of sample types, default type, [(names of the stack, leaf first, values)])"""
    path, parts = export("pprof")
    message = protobuf.fields(path.read_bytes())
    strings = [text.decode("utf-8") for text in protobuf.all_of(message, 6)]
    assert strings[0] == "" and len(strings) == len(set(strings)) == parts["strings"]
    functions = {}
    for each in map(protobuf.fields, protobuf.all_of(message, 5)):
        functions[protobuf.one_of(each, 1)] = strings[protobuf.one_of(each, 2)]
    locations = {}
    for each in map(protobuf.fields, protobuf.all_of(message, 4)):
        line, = map(protobuf.fields, protobuf.all_of(each, 4))
        locations[protobuf.one_of(each, 1)] = functions[protobuf.one_of(line, 1)]
    assert 0 not in locations and len(locations) == len(functions)
    samples = []
    for each in map(protobuf.fields, protobuf.all_of(message, 2)):
        stack = [locations[number] for number in protobuf.packed(protobuf.one_of(each, 1))]
        samples.append((stack, protobuf.packed(protobuf.one_of(each, 2))))
    assert len(samples) == parts["samples"]
    types = [[strings[protobuf.one_of(each, 1)], strings[protobuf.one_of(each, 2)]] for each in
             map(protobuf.fields, protobuf.all_of(message, 1))]
    return types, strings[protobuf.one_of(message, 14)], samples


def test_pprof_sums_are_exact(profile, database):
    types, default, samples = profile
    assert types == [["objects", "count"], ["retained", "bytes"]] and default == "retained"
    assert tuple(sum(values[i] for _, values in samples) for i in (0, 1)) == database.execute(
        "SELECT count(*), sum(bytes) FROM objects").fetchone()


def test_pprof_stacks_are_dominators(profile, py_heap, core):
    """What a label retains is the sum of the samples below it; the dict of the module is one object"""
    _, _, samples = profile
    rows = json.loads(py_heap("retained", core, "-f", "json").stdout)["rows"]
    retained, = [(row["retained"], row["dominated"]) for row in rows if row["path"] == "sys.modules['__main__'].__dict__"]
    mine = [values for stack, values in samples if "sys.modules['__main__'].__dict__  dict" in stack]
    assert (sum(values[1] for values in mine), sum(values[0] for values in mine) - 1) == retained
    assert ["[…]  __main__.Session", "['sessions']  list", "sys.modules['__main__'].__dict__  dict"] in [stack for stack, _ in samples]


def test_pprof_is_not_deep(profile):
    assert max(len(stack) for stack, _ in profile[2]) < 70


# ---- perfetto ----

class HeapGraph:
    """By the fields of heap_graph.proto"""

    def __init__(self, path):
        packets = [protobuf.fields(packet) for packet in protobuf.all_of(protobuf.fields(path.read_bytes()), 1)]
        graphs = [protobuf.fields(protobuf.one_of(packet, 56)) for packet in packets]
        assert len({protobuf.one_of(packet, 10) for packet in packets}) == 1 and all(protobuf.one_of(packet, 8) for packet in packets)
        self.index = [protobuf.one_of(graph, 6) for graph in graphs]
        self.continued = [protobuf.one_of(graph, 5) for graph in graphs]
        self.pids = {protobuf.one_of(graph, 1) for graph in graphs}
        self.objects, self.types, self.names, self.roots, self.heaps = {}, {}, {}, [], []
        for graph in graphs:
            for each in map(protobuf.fields, protobuf.all_of(graph, 9)):
                self.types[protobuf.one_of(each, 1)] = (protobuf.one_of(each, 3).decode("utf-8"), protobuf.one_of(each, 7))
            for each in map(protobuf.fields, protobuf.all_of(graph, 4)):
                self.names[protobuf.one_of(each, 1)] = protobuf.one_of(each, 2).decode("utf-8")
            for each in map(protobuf.fields, protobuf.all_of(graph, 7)):
                self.roots += [(number, protobuf.one_of(each, 2)) for number in protobuf.packed(protobuf.one_of(each, 1))]
            for each in map(protobuf.fields, protobuf.all_of(graph, 2)):
                self.heaps.append(protobuf.one_of(each, 9))
                self.objects[protobuf.one_of(each, 1)] = (protobuf.one_of(each, 2), protobuf.one_of(each, 3), [
                    protobuf.packed(protobuf.one_of(each, field, b"")) for field in (4, 5)])


@pytest.fixture(scope="module")
def heap_graph(export):
    path, parts = export("perfetto")
    made = HeapGraph(path)
    assert len(made.objects) == len(made.heaps) == parts["objects"] and len(made.types) == parts["types"]
    assert len(made.index) == parts["packets"] > 3 and sum(len(each[2][1]) for each in made.objects.values()) == parts["edges"]
    return made


def test_perfetto_packets(heap_graph):
    """In a row, the last one known; one process"""
    assert heap_graph.index == list(range(len(heap_graph.index)))
    assert heap_graph.continued == [1] * (len(heap_graph.index) - 1) + [0] and len(heap_graph.pids) == 1 and 0 not in heap_graph.pids


def test_perfetto_has_all_objects(heap_graph, database):
    rows = database.execute("SELECT o.id, t.name, o.bytes FROM objects o JOIN types t ON t.id = o.type ORDER BY 1").fetchall()
    assert [(number, heap_graph.types[each[0]][0], each[1]) for number, each in sorted(heap_graph.objects.items())] == rows
    edges = sorted((number, target) for number, each in heap_graph.objects.items() for target in each[2][1])
    assert edges == database.execute("SELECT source, target FROM edges ORDER BY 1, 2").fetchall()
    roots = {number for number, _ in heap_graph.roots}
    assert roots == {row[0] for row in database.execute("SELECT object FROM roots")}


def test_perfetto_has_no_traps(heap_graph):
    """A reference without a field takes the names of its type; other heaps than the app's are roots; weak kinds are not followed; a size
    of 0 is that of the class"""
    for _, size, (fields, references) in heap_graph.objects.values():
        assert len(fields) == len(references) and set(fields) <= set(heap_graph.names) and size > 0
    assert set(heap_graph.heaps) == {0, 1} and heap_graph.heaps[0] == 1
    assert {kind for _, kind in heap_graph.types.values()} == {1}
    assert {kind for _, kind in heap_graph.roots} <= {1, 3, 5, 8, 13} and {1, 5} <= {kind for _, kind in heap_graph.roots}


def test_perfetto_retains_as_much(heap_graph, database):
    edges = [(number, target) for number, each in heap_graph.objects.items() for target in each[2][1]]
    made = dominators.retained(sorted({number for number, _ in heap_graph.roots}), edges,
                               {number: each[1] for number, each in heap_graph.objects.items()})
    rows = dict(database.execute("SELECT id, retained FROM objects WHERE retained IS NOT NULL"))
    assert {number: row[1] for number, row in made.items()} == rows
