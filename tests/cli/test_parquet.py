# SPDX-License-Identifier: Apache-2.0
"""Parquet by the documents' own words: DuckDB runs them, and what is in its files is what the commands say, cell by cell."""

import json
import os
import re
import shutil
import sqlite3
import subprocess

import cores
import csv_cells
import node_packages
import pytest

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")

# Names and texts that a reader of csv may take for something else: numbers, formulas, further lines and cells
PROGRAM = """
import gc, time
text = ["%d\\n%d" % (i, i) for i in range(50)]
text += ["=1+1", "-12", "0x10", "", " ", '","', "a\\r\\nb", "it's", '"', "\\\\", "NULL", "\\u00e9\\u4e2d"] * 9
class Session:
    def __init__(self, number):
        self.number, self.peer, self.body = number, None, bytearray(200)
numbers = [type("123", (), {"__module__": "builtins", "__slots__": ()})() for i in range(7)]
named = {"007": 1, "1e5": 2, "-3": 3, "null": 4, "a,b": 5, 'a"b': 6}
sessions = {i: Session(i) for i in range(COUNT)}
gc.collect()
gc.disable()
for i in range(20):
    lost = Session(i)
    lost.peer = lost
del lost
print(1, flush=True)
time.sleep(600)
"""


def section(name, title="Parquet"):
    """Its commands and blocks of SQL"""
    with open(os.path.join(DOCS, name), encoding="utf-8") as stream:
        text = re.split(r"^##+ ", stream.read().split("# %s\n" % title)[1], flags=re.M)[0]
    return re.findall(r"^    (.+)$", text.split("```")[0], flags=re.M), re.findall(r"^```sql\n(.*?)^```$", text, flags=re.M | re.S)


def duckdb(folder, sql):
    packages = node_packages.path("node_modules", "@duckdb", "node-api")
    said = node_packages.node("duckdb.cjs", os.path.dirname(os.path.dirname(packages)), text=sql, cwd=str(folder))
    return [json.loads(line) for line in said.splitlines()]


def declared(database, table):
    """{column: DuckDB's word for its type}"""
    types = {"INTEGER": "BIGINT", "REAL": "DOUBLE", "TEXT": "VARCHAR", "": "VARCHAR"}
    return {row[1]: types[row[2]] for row in database.execute("PRAGMA table_info(%s)" % table)}


def compare(folder, table, database, text_of=str):
    """Each row of TABLE.parquet with the database's, and the types of its columns"""
    found, = duckdb(folder, "FROM '%s.parquet'" % table)
    columns = declared(database, table)
    assert found["columns"] == columns
    kinds = {"BIGINT": str, "VARCHAR": text_of, "DOUBLE": lambda number: float("%.15g" % number)}    # as sqlite3 writes it
    told = [[None if cell is None else kinds[kind](cell) for cell, kind in zip(row, columns.values())]
            for row in database.execute("SELECT * FROM %s" % table)]
    assert len(told) > 0 and sorted(found["rows"], key=repr) == sorted(told, key=repr)


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return cores.make(tmp_path_factory.mktemp("core"), PROGRAM.replace("COUNT", "300"))


@pytest.fixture(params=[(), ("--values",)], ids=["redacted", "values"])
def heap(request, py_heap, core, tmp_path):
    """A folder with what the documents make, and the SQLite export of the same core"""
    recipe, _ = section("export.md")[1]
    for words in (["--to", "csv", "-o", tmp_path / "heap"], ["-o", tmp_path / "heap.sqlite"]):
        run = py_heap("export", core, *words, *request.param)
        assert (run.returncode, run.stderr) == (0, "")
    counts = [answer["rows"][0][0] for answer in duckdb(tmp_path / "heap", recipe)]
    assert len(counts) == len(list((tmp_path / "heap").glob("*.csv"))) == len(list((tmp_path / "heap").glob("*.parquet")))
    with sqlite3.connect(str(tmp_path / "heap.sqlite")) as database:
        yield tmp_path / "heap", database
    database.close()


def text_of_csv(value):
    """As csv has it; nothing is NULL"""
    return csv_cells.cell_of(str(value)) or None


def test_each_cell(heap):
    folder, database = heap
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert sorted(tables) == sorted(file.stem for file in folder.glob("*.parquet"))
    for table in tables:
        compare(folder, table, database, text_of_csv)


def test_sums_are_the_commands(heap, py_heap, core):
    types = json.loads(py_heap("types", core, "-n", 0, "-f", "json").stdout)
    retained = json.loads(py_heap("retained", core, "-n", 1, "-f", "json").stdout)["summary"]
    sums, reached, by_type = duckdb(heap[0], """
        SELECT count(*), sum(bytes), count(DISTINCT address) FROM 'objects.parquet';
        SELECT count(*), sum(bytes) FROM 'objects.parquet' WHERE retained IS NOT NULL;
        SELECT t.name, printf('0x%x', t.address), count(*), sum(o.bytes)
        FROM 'objects.parquet' o JOIN 'types.parquet' t ON t.id = o.type GROUP BY t.id, t.name, t.address""")
    objects, size = types["summary"]["objects"], types["summary"]["bytes"]
    assert list(map(int, sums["rows"][0])) == [objects, size, objects]
    assert list(map(int, reached["rows"][0])) == [retained["objects"], retained["bytes"]] and retained["objects"] <= objects - 20
    told = {(row["type"], row["type_address"]): (row["count"], row["bytes"]) for row in types["rows"]}
    assert {(row[0], row[1]): (int(row[2]), int(row[3])) for row in by_type["rows"]} == told
    assert [count for (name, _), (count, _) in told.items() if name == "123"] == [1] * 7


def test_many_heaps_are_one_table(heap, py_heap, core):
    """From the folder above their folders"""
    folder = heap[0]
    shutil.copytree(str(folder), str(folder.parent / "other"))
    found, = duckdb(folder.parent, section("export.md")[1][1])
    types = json.loads(py_heap("types", core, "-n", 10, "-f", "json").stdout)["rows"]
    assert [(row[0], int(row[1]), int(row[2]), int(row[3])) for row in found["rows"]] == [
        (row["type"], 2, 2 * row["count"], 2 * row["bytes"]) for row in types]


def test_fleet(py_heap, tmp_path):
    """All of its tables, by csv; builds like 2.10 stay texts"""
    (command,), (recipe, query) = section("fleet.md")
    if not shutil.which("sqlite3"):
        pytest.skip("no sqlite3 (package sqlite3)")
    for number, build in ((3000, "2.9"), (9000, "2.10")):
        folder = tmp_path / build
        folder.mkdir()
        path = cores.make(str(folder), PROGRAM.replace("COUNT", str(number)))
        run = py_heap("fleet", "add", path, "--build", build, "--db", tmp_path / "fleet.db")
        assert run.returncode == 0, run.stderr
    subprocess.run(["sh", "-c", command], cwd=str(tmp_path), check=True, timeout=60)
    assert len(duckdb(tmp_path, recipe)) == 3
    with sqlite3.connect(str(tmp_path / "fleet.db")) as database:
        for table in ("dumps", "signatures", "suspects"):
            compare(tmp_path, table, database)
        assert database.execute("SELECT count(*) FROM dumps WHERE host IS NULL").fetchone() == (2,)
    database.close()
    found, = duckdb(tmp_path, query)
    top = json.loads(py_heap("fleet", "top", "--db", tmp_path / "fleet.db", "-f", "json").stdout)["rows"]
    assert top and [(row[0], row[1], int(row[2]), int(row[3])) for row in found["rows"]] == [
        (row["signature"], row["shape"], row["dumps"], row["most"]) for row in top]
