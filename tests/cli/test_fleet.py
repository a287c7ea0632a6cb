# SPDX-License-Identifier: Apache-2.0
"""fleet: the same leak has the same signature in all dumps, whatever is asked of the database it keeps."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import stat

import pytest
from cores import make
from terminal import on_terminal

UPLOADS = """
import os, time
class Upload:
    def __init__(self, size):
        self.body = bytearray(size)
uploads = {os.urandom(8).hex(): Upload(COUNT) for n in range(40)}
print(1, flush=True)
time.sleep(600)
"""
CACHE = """
import functools, os, time
class Service:
    @functools.lru_cache(maxsize=None)
    def load(self, key):
        return os.urandom(20000)
service = Service()
for n in range(COUNT):
    service.load("customer %d" % n)
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def dumps(tmp_path_factory):
    """{name: path}: two programs, each run twice, with other counts and sizes"""
    folder = tmp_path_factory.mktemp("dumps")
    found = {}
    for name, script, count in (("uploads-1", UPLOADS, 100000), ("uploads-2", UPLOADS, 5000000 // 20), ("cache-1", CACHE, 300),
                                ("cache-2", CACHE, 1200)):
        found[name] = str(folder / name)
        os.rename(make(str(folder), script.replace("COUNT", str(count))), found[name])
    return found


@pytest.fixture
def fleet(py_heap, tmp_path):
    """fleet("top", ...) -> CompletedProcess, on a database of its own"""

    def run(*words, **more):
        return py_heap("fleet", *words, "--db", tmp_path / "fleet.db", **more)

    return run


def answer(run, status=0):
    assert run.returncode == status, run
    return json.loads(run.stdout)


def failure(run):
    assert run.returncode == 1 and run.stdout == "" and len(run.stderr.splitlines()) == 1, run
    return run.stderr


def test_signatures(fleet, dumps, tmp_path):
    """Two programs, two dumps each: two signatures, each of both dumps of its program, with their bytes"""
    added = answer(fleet("add", *dumps.values(), "-f", "json"))
    assert [row["state"] for row in added["rows"]] == ["added"] * 4 and added["summary"] == {"added": 4, "known": 0, "failed": 0}
    top = answer(fleet("top", "-f", "json"))
    assert top["target"] is None and top["summary"] == {"dumps": 4, "leaks": 2} and len(top["rows"]) == 2
    assert {row["dumps"] for row in top["rows"]} == {2} and {row["percent"] for row in top["rows"]} == {50}
    assert {row["shape"] for row in top["rows"]} == {"sys.modules['__main__'].uploads",
                                                     "sys.modules['__main__'].Service.__dict__['load'].<cache>"}
    for row in top["rows"]:
        name = "uploads" if row["shape"].endswith("uploads") else "cache"
        assert row["type"] == ("__main__.Upload" if name == "uploads" else "bytes")
        show = answer(fleet("show", row["signature"][:12], "-f", "json"))
        assert show["summary"]["signature"] == row["signature"]
        assert {found["file"] for found in show["rows"]} == {dumps[name + "-1"], dumps[name + "-2"]}
        sizes = [found["bytes"] for found in show["rows"]]
        assert sizes == sorted(sizes, reverse=True) and (row["median"], row["most"]) == (sizes[1], sizes[0])
        for found in show["rows"]:
            (suspect,) = [added for added in added["rows"] if added["file"] == found["file"]]
            assert found["bytes"] == suspect["bytes"]


def test_bytes_are_those_of_leaks(fleet, py_heap, dumps):
    path = dumps["cache-1"]
    fleet("add", path)
    (leak,) = answer(py_heap("leaks", path, "--no-values", "-f", "json"))["rows"]
    (row,) = answer(fleet("top", "-f", "json"))["rows"]
    (found,) = answer(fleet("show", row["signature"], "-f", "json"))["rows"]
    assert (found["bytes"], found["objects"], row["kind"]) == (leak["bytes"], leak["objects"], leak["kind"])
    name, rest = leak["next"].split(" ", 1)
    assert found["next"] == "%s %s %s" % (name, path, rest)
    assert py_heap(*found["next"].split()).returncode == 0


def test_a_dump_counts_once(fleet, dumps, tmp_path):
    """Again, under another name, compressed"""
    copy, packed = tmp_path / "copy", tmp_path / "packed"
    shutil.copy(dumps["cache-1"], str(copy))
    with open(dumps["cache-1"], "rb") as core, gzip.open(str(packed), "wb", compresslevel=1) as out:
        shutil.copyfileobj(core, out)
    states = [row["state"] for row in answer(fleet("add", dumps["cache-1"], dumps["cache-1"], copy, packed, "-f", "json"))["rows"]]
    assert states == ["added", "known", "known", "known"]
    assert answer(fleet("add", dumps["cache-1"], "-f", "json"))["summary"] == {"added": 0, "known": 1, "failed": 0}
    (row,) = answer(fleet("top", "-f", "json"))["rows"]
    assert row["dumps"] == 1


def test_what_cannot_be_read_is_told(fleet, dumps, tmp_path):
    """The others are added, and the exit status is 1"""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "README").write_text("no core\n")
    with open(dumps["cache-2"], "rb") as core:
        head = core.read(200)
    (folder / "a-cut").write_bytes(head)
    os.symlink(dumps["cache-1"], str(folder / "core"))
    run = fleet("add", tmp_path / "nothing", folder, "-f", "json")
    added = answer(run, 1)
    assert [(row["state"], os.path.basename(row["file"])) for row in added["rows"]] == [
        ("failed", "nothing"), ("failed", "a-cut"), ("added", "core")]
    assert added["summary"] == {"added": 1, "known": 0, "failed": 2} and not added["complete"]
    assert [warning["code"] for warning in added["warnings"]] == ["not-added"] * 2
    assert answer(fleet("top", "-f", "json"))["summary"] == {"dumps": 1, "leaks": 1}


def test_new(fleet, dumps):
    """Builds are in the order of their first dumps"""
    for at, (name, build) in enumerate([("cache-1", "1.0"), ("cache-2", "2.0"), ("uploads-1", "2.0"), ("uploads-2", "2.1")]):
        os.utime(dumps[name], (1700000000 + at * 86400, 1700000000 + at * 86400))
        assert fleet("add", dumps[name], "--build", build).returncode == 0

    def new(build):
        return [row["shape"].rsplit(".", 1)[-1] for row in answer(fleet("new", "--since", build, "-f", "json"))["rows"]]

    assert new("1.0") == ["uploads"] and new("2.0") == [] and new("2.1") == []
    assert "no build in " in failure(fleet("new", "--since", "3"))
    assert "more than one build begins with '2.'" in failure(fleet("new", "--since", "2."))
    (row,) = [row for row in answer(fleet("top", "-f", "json"))["rows"] if row["builds"] == 2 and row["type"] == "bytes"]
    assert (row["first"], row["last"]) == ("2023-11-14 22:13", "2023-11-15 22:13")
    # A label that was forgotten
    assert fleet("add", dumps["uploads-1"], "--build", "0.9").returncode == 0
    assert new("1.0") == new("2.0") == ["uploads"] and new("0.9") == []


def test_text(build, fleet, dumps, tmp_path):
    run = fleet("add", dumps["cache-1"], dumps["cache-2"])
    assert "Next: py-heap fleet top --db %s" % (tmp_path / "fleet.db") in run.stdout
    lines = on_terminal(build, ["fleet", "top"], 80, PYHEAP_FLEET=str(tmp_path / "fleet.db"), NO_COLOR="1").splitlines()
    assert max(map(len, lines)) <= 80
    at = next(i for i, line in enumerate(lines) if line.startswith("SIGNATURE"))
    assert lines[at].split()[:3] == ["SIGNATURE", "DUMPS", "SHARE"]
    assert lines[at + 1].split()[1:3] == ["2", "100%"]
    assert lines[at + 2].strip() == "sys.modules['__main__'].Service.__dict__['load'].<cache>"


def test_no_contents(fleet, dumps, tmp_path):
    """Keys and texts of the program are not in the file"""
    fleet("add", *dumps.values(), "--host", "web-3")
    content = (tmp_path / "fleet.db").read_bytes()
    assert b"uploads" in content and b"web-3" in content and b"customer" not in content
    assert stat.S_IMODE(os.stat(str(tmp_path / "fleet.db")).st_mode) == 0o600


NAMES = """
import time
class Row: pass
Row.__name__ = Row.__qualname__ = "x'); DROP TABLE dumps; --\\x1b[31m"
globals()["a'b\\"; DROP TABLE suspects"] = [Row() for n in range(30000)]
print(1, flush=True)
time.sleep(600)
"""


def test_hostile_names(fleet, tmp_path):
    """Names in a core are values, in the database and on the terminal"""
    path = make(str(tmp_path), NAMES)
    added = answer(fleet("add", path, "-f", "json"))
    assert added["summary"]["added"] == 1 and added["rows"][0]["suspects"] == 1
    (row,) = answer(fleet("top", "-f", "json"))["rows"]
    assert "DROP TABLE dumps" in row["type"]
    text = fleet("top").stdout + fleet("show", row["signature"]).stdout
    assert "\x1b" not in text and row["signature"] in text
    with sqlite3.connect(str(tmp_path / "fleet.db")) as database:
        assert database.execute("SELECT COUNT(*) FROM dumps JOIN suspects ON dump = id").fetchall() == [(1,)]


def test_broken_databases(fleet, dumps, tmp_path):
    """One line, exit status 1, and the file is as it was"""
    path = tmp_path / "fleet.db"
    assert "there is none yet" in failure(fleet("top")) and not path.exists()
    path.write_bytes(b"this is no database, but it is longer than a header of SQLite would be: " * 20)
    before = path.read_bytes()
    for words in (["top"], ["add", dumps["cache-1"]]):
        assert "file is not a database" in failure(fleet(*words)) and path.read_bytes() == before
    path.unlink()
    with sqlite3.connect(str(path)) as other:
        other.execute("CREATE TABLE dumps (id)")
    before = path.read_bytes()
    for words in (["top"], ["add", dumps["cache-1"]]):
        assert "of another program" in failure(fleet(*words)) and path.read_bytes() == before
    path.unlink()
    assert fleet("add", dumps["cache-1"]).returncode == 0
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert "malformed" in failure(fleet("top"))
    assert "malformed" in failure(fleet("add", dumps["cache-2"]))
    path.write_bytes(whole)
    with sqlite3.connect(str(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert "another version" in failure(fleet("top"))


def test_hostile_database(fleet, tmp_path):
    """What a file claims to be: rows without what they need, of wrong types, and of any size"""
    with sqlite3.connect(str(tmp_path / "fleet.db")) as database:
        database.execute("PRAGMA application_id = %d" % 0x70794866)
        database.execute("PRAGMA user_version = 1")
        database.execute("CREATE TABLE dumps (id, identity, file, host, pid, time, added, build, build_id, python, program, "
                         "writable, complete)")
        database.execute("CREATE TABLE signatures (signature, kind, shape, type)")
        database.execute("CREATE TABLE suspects (dump, signature, bytes, objects, places, next)")
        for at, odd in enumerate([None, b"\xff\0\x1b[31m", -2**63, 2**63 - 1, 1e308, float("inf"), "\x1b[31m\n" * 1000, ""]):
            database.execute("INSERT INTO dumps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [at] + [odd] * 12)
            database.execute("INSERT INTO signatures VALUES (?, ?, ?, ?)", [odd] * 4)
            database.execute("INSERT INTO suspects VALUES (?, ?, ?, ?, ?, ?)", [at] + [odd] * 5)
        database.execute("INSERT INTO signatures VALUES ('abc', NULL, NULL, NULL)")
        database.execute("INSERT INTO suspects VALUES (1, 'abc', 'many', -5, NULL, NULL)")
    for words in (["top"], ["top", "-f", "json"], ["new", "--since", ""], ["show", "abc"], ["show", "abc", "-f", "csv"], ["show", ""]):
        run = fleet(*words)
        assert run.returncode in (0, 1) and "\x1b" not in run.stdout + run.stderr, (words, run)
    (row,) = answer(fleet("show", "abc", "-f", "json"))["rows"]
    assert (row["bytes"], row["objects"], row["next"]) == (0, 0, None)


@pytest.mark.parametrize("change, has", [
    ("CREATE TRIGGER t AFTER INSERT ON dumps BEGIN DELETE FROM dumps; END", "triggers"),
    ("ALTER TABLE dumps RENAME TO d; CREATE VIEW dumps AS WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) "
     "SELECT d.* FROM d, x", "other tables")])
def test_changed_database(fleet, dumps, tmp_path, change, has):
    """What somebody put into it would change what is added, or never end"""
    assert fleet("add", dumps["cache-1"]).returncode == 0
    database = sqlite3.connect(str(tmp_path / "fleet.db"))
    database.executescript(change)
    database.close()
    for words in ("top",), ("add", dumps["cache-2"]):
        assert "somebody has changed it: it has " + has in failure(fleet(*words))


def test_incomplete(fleet, dumps, tmp_path):
    """A dump that was cut short may have other leaks: each answer says so"""
    cut = tmp_path / "cut"
    shutil.copy(dumps["cache-2"], str(cut))
    os.truncate(str(cut), os.path.getsize(str(cut)) - 300000)  # the stack, and what lies below it
    runs = [answer(fleet(*words, "-f", "json")) for words in (["add", dumps["cache-1"], cut], ["top"])]
    for run in runs + [answer(fleet("show", runs[1]["rows"][0]["signature"], "-f", "json"))]:
        assert not run["complete"] and [warning["code"] for warning in run["warnings"]] == ["dumps-incomplete"]
        assert run["warnings"][0]["text"].startswith("1 of the dumps lack memory")


def test_unwritable(py_heap, dumps, tmp_path):
    folder = tmp_path / "no folder"
    assert "No such file" in failure(py_heap("fleet", "add", dumps["cache-1"], "--db", folder / "fleet.db"))
    assert "it is not a file" in failure(py_heap("fleet", "top", "--db", tmp_path))
    assert "it is not a file" in failure(py_heap("fleet", "add", dumps["cache-1"], "--db", "/dev/full"))
    assert "Is a directory" in failure(py_heap("fleet", "add", dumps["cache-1"], "--db", tmp_path))


def test_what_others_lock(fleet, dumps, tmp_path):
    """A dump is added whole or not at all: what is there stays"""
    assert fleet("add", dumps["cache-1"]).returncode == 0
    with sqlite3.connect(str(tmp_path / "fleet.db"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert answer(fleet("top", "-f", "json"))["summary"]["dumps"] == 1  # who reads need not wait
        assert "another program is writing" in failure(fleet("add", dumps["cache-2"]))
        other.execute("ROLLBACK")
    assert answer(fleet("top", "-f", "json"))["summary"]["dumps"] == 1


def test_where_it_is(py_heap, dumps, tmp_path):
    home, data, named = tmp_path / "home", tmp_path / "data", tmp_path / "named"
    for variables, path in (({"HOME": str(home)}, home / ".local" / "share" / "py-heap" / "fleet.db"),
                            ({"XDG_DATA_HOME": str(data)}, data / "py-heap" / "fleet.db"),
                            ({"PYHEAP_FLEET": str(named)}, named)):
        env = dict({"XDG_DATA_HOME": "", "PYHEAP_FLEET": ""}, **variables)
        assert py_heap("fleet", "add", dumps["cache-1"], env=env).returncode == 0
        assert path.exists() and py_heap("fleet", "top", env=env).returncode == 0


def test_queries_of_the_document(fleet, dumps, tmp_path):
    """Each runs, by index or not, and says what it is about"""
    for name, path in dumps.items():
        fleet("add", path, "--host", name.split("-")[0], "--build", name)
    with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "fleet.md"), encoding="utf-8") as stream:
        document = stream.read()
    by_day, by_host, by_build = re.findall(r"^```sql\n(.*?)^```$", document.split("\n## Parquet\n")[0], flags=re.M | re.S)
    with sqlite3.connect(str(tmp_path / "fleet.db")) as database:
        database.execute("UPDATE signatures SET shape = shape || 'CACHE'")
        assert sum(dumps for _, dumps, _ in database.execute(by_day)) == 4
        assert {row[:3] for row in database.execute(by_host)} == {("cache", 2, 1), ("uploads", 2, 1)}
        assert {row[:3] for row in database.execute(by_build)} == {(name, 1, 1) for name in dumps}
        for table in ("dumps", "signatures", "suspects"):
            columns = [row[1] for row in database.execute("PRAGMA table_info(%s)" % table)]
            assert columns and [name for name in columns if "`%s`" % name not in document] == []


@pytest.mark.parametrize("words, text", [
    (["tpo"], "fleet: its first word cannot be 'tpo', did you mean 'top'?"),
    ([], "fleet: its first word is one of: add, top, new, show"),
    (["add"], "fleet add: no dumps: give core files, or folders of them"),
    (["show"], "fleet show: SIGNATURE is missing: 'fleet top' has them"),
    (["top", "x"], "fleet top: unexpected argument 'x'"),
    (["new"], "fleet new: no build: give --since BUILD"),
    (["top", "--build", "1"], "fleet top: --build is an option of 'fleet add'"),
    (["top", "--sort", "file"], "fleet: no column 'file' to sort by"),
    (["top", "--values"], "fleet: --values: the database has no contents"),
])
def test_wrong_words(py_heap, words, text):
    run = py_heap("fleet", *words)
    assert run.returncode == 2 and run.stderr.startswith("py-heap: " + text) and len(run.stderr.splitlines()) == 1
