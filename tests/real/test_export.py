# SPDX-License-Identifier: Apache-2.0
"""export: totals are the commands', objects are as the interpreter describes them, dominators as another algorithm finds them, and
no file has contents."""
import json
import os
import re
import shutil
import sqlite3

import dominators
import heaps
import programs
import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

pytest_generate_tests = programs.parametrize
program = programs.fixture("export", "export.json")


@pytest.fixture(scope="module")
def heap(program, interpreter):
    one = heaps.open_heap(programs.dumped(program, "gcore"), "auto", interpreter.debug_dir)
    yield one
    one.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("export")
    yield path
    shutil.rmtree(str(path))


def export(heap, path, *words):
    """The parts that the answer counts"""
    answer = heap.ask("export", "-o", str(path), *words)
    assert answer["complete"] and answer["summary"]["bytes"] == os.path.getsize(str(path))
    return {row["part"]: row["count"] for row in answer["rows"]}


@pytest.fixture(scope="module")
def parts(heap, folder):
    return export(heap, folder / "heap.sqlite")


@pytest.fixture(scope="module")
def database(folder, parts):
    connection = sqlite3.connect(str(folder / "heap.sqlite"))
    yield connection
    connection.close()


def test_sqlite_is_sound(database, parts):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for part, count in parts.items():
        assert database.execute("SELECT count(*) FROM %s" % part).fetchone() == (count,), part
    assert database.execute("SELECT count(*) FROM objects WHERE type NOT IN (SELECT id FROM types)").fetchone() == (0,)
    for column in ("source", "target"):
        assert database.execute("SELECT count(*) FROM edges WHERE %s NOT IN (SELECT id FROM objects)" % column).fetchone() == (0,)
    assert database.execute("SELECT count(*) FROM edges WHERE name IS NULL").fetchone() == (0,)


def test_sqlite_totals(heap, database):
    """Those of the commands"""
    types = heap.ask("types")
    told = {(row["type"], int(row["type_address"], 16)): (row["count"], row["bytes"], row["tracked"]) for row in types["rows"]}
    assert {row[:2]: row[2:] for row in database.execute("SELECT name, address, objects, bytes, tracked FROM types")} == told
    summed = database.execute("SELECT type, count(*), sum(bytes), sum(tracked) FROM objects GROUP BY type ORDER BY type")
    assert summed.fetchall() == database.execute("SELECT id, objects, bytes, tracked FROM types ORDER BY id").fetchall()
    retained = heap.ask("retained")
    assert database.execute("SELECT count(*), sum(bytes) FROM objects WHERE retained IS NOT NULL").fetchone() == \
        (retained["summary"]["objects"], retained["summary"]["bytes"])
    rows = {int(row["address"], 16): (row["bytes"], row["retained"], row["dominated"]) for row in retained["rows"]}
    assert len(rows) > 1000
    found = {row[0]: row[1:] for row in database.execute("SELECT address, bytes, retained, dominated FROM objects")}
    assert {address: found[address] for address in rows} == rows
    memory = [(row["path"], row["bytes"], row["count"], int(row["leaf"])) for row in heap.ask("memory")["rows"]]
    assert sorted(memory) == database.execute("SELECT path, bytes, count, leaf FROM memory ORDER BY path").fetchall()
    arenas = [(int(row["address"], 16), row["pools"], row["blocks_used"], row["bytes_used"]) for row in heap.ask("arenas")["rows"]]
    assert sorted(arenas) == database.execute("SELECT address, pools, blocks_used, bytes_used FROM arenas ORDER BY 1").fetchall()


def test_sqlite_objects(database, program):
    """As the interpreter says"""
    for address, size, referents in program.account["objects"]:
        number, bytes_ = database.execute("SELECT id, bytes FROM objects WHERE address = ?", (address,)).fetchone()
        assert bytes_ == size
        found = database.execute("SELECT o.address FROM edges e JOIN objects o ON o.id = e.target WHERE e.source = ? AND e.visited "
                                 "ORDER BY 1", (number,))
        assert [row[0] for row in found] == referents
    sessions = database.execute("SELECT objects FROM types WHERE name = '__main__.Session'").fetchone()
    assert sessions == (program.account["sessions"],)


def test_sqlite_references(heap, database, program):
    """Those that the command refs gives, with their names; contents of keys apart"""
    for address, _, _ in program.account["objects"][::20] + program.account["objects"][-8:]:
        rows = heap.ask("refs", hex(address), "--no-values")["rows"]
        found = database.execute("SELECT e.name, o.address FROM edges e JOIN objects o ON o.id = e.target JOIN objects f "
                                 "ON f.id = e.source WHERE f.address = ?", (address,))
        assert sorted(found) == sorted((row["edge"], int(row["address"], 16)) for row in rows)


def test_sqlite_dominators(database):
    """Roots and references are all there: another algorithm makes the same tree of them"""
    sizes = dict(database.execute("SELECT id, bytes FROM objects"))
    roots = [row[0] for row in database.execute("SELECT DISTINCT object FROM roots ORDER BY 1")]
    made = dominators.retained(roots, database.execute("SELECT source, target FROM edges").fetchall(), sizes)
    told = {row[0]: (row[1] or 0, row[2], row[3]) for row in database.execute(
        "SELECT id, dominator, retained, dominated FROM objects WHERE retained IS NOT NULL")}
    assert made == told


def raw(path):
    with open(str(path), "rb") as stream:
        return stream.read()


def test_no_contents(database, folder, program, heap):
    text, number = program.account["secret"].encode("ascii"), program.account["number"].encode("ascii")
    hidden = raw(folder / "heap.sqlite")
    assert text not in hidden and number not in hidden
    names = [row[0] for row in database.execute(
        "SELECT e.name FROM edges e JOIN objects o ON o.id = e.source WHERE o.address = ? AND e.name LIKE '[%'",
        (program.account["kept"],))]
    assert "['in_the_source']" in names and len(names) == 7 and len([name for name in names if re.match(r"\[<", name)]) == 6
    export(heap, folder / "shown.sqlite", "--values")
    shown = raw(folder / "shown.sqlite")
    assert text in shown and number in shown
    os.unlink(str(folder / "shown.sqlite"))


@pytest.fixture(scope="module")
def sql_md():
    """Its blocks of SQL: the schema first"""
    with open(os.path.join(ROOT, "docs", "sql.md")) as stream:
        return re.findall(r"^```sql\n(.*?)^```$", stream.read(), re.M | re.S)


def test_schema_is_documented(database, sql_md):
    made = database.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
    assert "".join(row[0] + ";\n" for row in made) == sql_md[0]


def test_documented_queries(database, folder, program, sql_md):
    assert len(sql_md) > 10
    address = program.account["objects"][0][0]
    for query in sql_md[1:]:
        query = query.replace("0x7f31c84d2a40", hex(address).rstrip("L")).replace("before.sqlite", str(folder / "heap.sqlite"))
        parts = [part for part in query.split(";\n") if part]
        for part in parts[:-1]:
            database.execute(part)
        cursor = database.execute(parts[-1])
        rows = cursor.fetchall()
        assert rows and len(rows[0]) == len(cursor.description) and None not in rows[0], query


def test_queries_are_right(database, heap, program, sql_md):
    """What some of them say is what commands say"""
    def rows(word):
        query, = [query for query in sql_md if word in query]
        return database.execute(query.replace("0x7f31c84d2a40", hex(program.account["kept"]).rstrip("L"))).fetchall()

    points = heap.ask("retained", "--points")["rows"][:10]
    assert [row[2] for row in rows("AS largest")] == [row["retained"] for row in points]
    holders = heap.ask("referrers", hex(program.account["kept"]), "--no-values")["rows"]
    assert sorted(rows("AS holder")) == sorted((row["address"], row["type"], row["edge"]) for row in holders)
    sizes = {row["type"]: row["bytes"] for row in heap.ask("types")["rows"]}
    attributes = {row[0].strip(".[]'"): row[1] for row in rows("AS attribute")}
    assert attributes["password"] == attributes["number"] == program.account["sessions"] and "__main__.Session" in sizes
    garbage = rows("o.retained IS NULL")
    assert ("__main__.Session", 100) in [row[:2] for row in garbage]
    memory = heap.ask("memory")["summary"]
    assert sum(row[1] for row in rows("AS owner")) == memory["writable"]


def test_report(heap, folder):
    """The answers of the commands"""
    answer = heap.ask("report", "-o", str(folder / "heap.json"))
    with open(str(folder / "heap.json")) as stream:
        document = json.load(stream)
    assert answer["complete"] == document["complete"] and len(document["sections"]) == 7
    for section in document["sections"]:
        words = {"memory": ["--depth", "2"], "retained": ["--points"]}.get(section["answer"]["command"], [])
        told = heap.ask(section["answer"]["command"], "--no-values", *words)
        assert section["answer"]["rows"] == told["rows"][:len(section["answer"]["rows"])], section["name"]
        assert section["answer"]["summary"] == told["summary"]
    assert heap.ask("report", "-o", str(folder / "heap.md"))["summary"]["bytes"] == os.path.getsize(str(folder / "heap.md"))


def test_same_bytes(heap, folder, parts):
    assert export(heap, folder / "again.sqlite") == parts
    assert raw(folder / "again.sqlite") == raw(folder / "heap.sqlite")
    os.unlink(str(folder / "again.sqlite"))
