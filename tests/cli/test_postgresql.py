# SPDX-License-Identifier: Apache-2.0
"""Tables on a PostgreSQL server: those of the SQLite file, row by row; what many machines send; all or nothing, whatever goes wrong."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

import postgres
import pytest
import sleepers
from cores import make

NAME = "back\\slash\ttab\nline\rreturn \u202ebidi \\. \\N"
PROGRAM = """
import mmap, sys, tempfile, time
with tempfile.TemporaryDirectory() as folder:
    with open(folder.encode() + b"/" + %r.encode() + b"\\xff\\xfe", "wb+") as file:
        file.write(b"x" * 4096)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 4096, flags=mmap.MAP_PRIVATE)
        mapped[0] = 65
odd = type(%r, (), {})()
setattr(odd, %r, 1)
setattr(odd, "lone\\udcff\\ud800", 2)
CACHE = {"key %%d" %% i: [i, odd, bytes(1000 + i)] for i in range(4000)}
print(1, flush=True)
time.sleep(600)
""" % (NAME, NAME, NAME)
LARGE = "import time; kept = [[[], str(i)] for i in range(100000)]; print(1, flush=True); time.sleep(600)"
TABLES = ["arenas", "edges", "memory", "meta", "objects", "roots", "types"]
FLEET = ["dumps", "signatures", "suspects"]


@pytest.fixture(scope="module")
def server():
    with postgres.running() as made:
        yield made


@pytest.fixture
def database(server):
    server.wait()
    return server.database()


@pytest.fixture(scope="module")
def large():
    with sleepers.asleep(LARGE) as process:
        yield process.pid


def failure(run):
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1), run
    assert run.stderr.startswith("py-heap: write postgres"), run
    return run.stderr


def answer(run, status=0):
    assert (run.returncode, run.stderr) == (status, ""), run
    return json.loads(run.stdout)


# ---- export ----

def sqlite_rows(path, query):
    connection = sqlite3.connect(str(path))
    cursor = connection.execute(query)
    found = [column[0] for column in cursor.description], cursor.fetchall()
    connection.close()
    return found


@pytest.mark.parametrize("words", [[], ["--values"]])
def test_rows_are_those_of_sqlite(py_heap, server, database, core, tmp_path, words):
    """Every column of every row; what no other column has an exact type for is a text there"""
    path = tmp_path / "heap.sqlite"
    parts = answer(py_heap("export", core, "-o", path, "-f", "json", *words))["rows"]
    sent = answer(py_heap("export", core, "--to", server.url(database), "-f", "json", *words))
    assert sent["rows"] == parts and sent["complete"]
    assert server.tables(database) == TABLES
    for table in TABLES:
        query = "SELECT * FROM %s" % table
        names, expected = sqlite_rows(path, query)
        if table == "meta":
            expected = [(key, str(value)) for key, value in expected]
        found = server.rows(database, query)
        assert found[0] == names and len(expected) > 1
        assert sorted(found[1], key=repr) == sorted(expected, key=repr), table
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1"
    assert [name for (name,) in sqlite_rows(path, indexes)[1]] == server.ask(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey' ORDER BY 1", database)


def test_texts_arrive(py_heap, server, database, core):
    """Names with what COPY has a meaning for, and what is not UTF-8"""
    assert py_heap("export", core, "--to", server.url(database), "--values").returncode == 0

    def texts(query):
        return {row[0] for row in server.rows(database, query)[1]}

    assert "__main__." + NAME in texts("SELECT name FROM types")
    edges = texts("SELECT DISTINCT name FROM edges WHERE name LIKE '.%'")
    assert "." + NAME in edges and ".lone\ufffd\ufffd" in edges
    assert [path for path in texts("SELECT path FROM memory") if path.startswith("files/") and "\t" in path and "\ufffd\ufffd" in path]


def test_sums_are_those_of_types(py_heap, server, database, core):
    assert py_heap("export", core, "--to", server.url(database)).returncode == 0
    expected = {}
    for row in answer(py_heap("types", core, "-f", "json"))["rows"]:
        count, size = expected.get(row["type"], (0, 0))
        expected[row["type"]] = count + row["count"], size + row["bytes"]
    _, rows = server.rows(database, "SELECT t.name, count(*), sum(o.bytes) FROM objects o JOIN types t ON t.id = o.type GROUP BY t.name")
    assert {name: (count, size) for name, count, size in rows} == expected


def test_answer(py_heap, server, database, core):
    """What was sent and where, without the password, as psql takes it"""
    server.ask("GRANT ALL ON SCHEMA public TO %s" % postgres.GUARDED, database)
    run = py_heap("export", core, "--to", server.url(database, postgres.GUARDED, postgres.PASSWORD))
    shown = server.url(database, postgres.GUARDED)
    assert run.returncode == 0 and run.stderr == "" and "sesame" not in run.stdout
    assert run.stdout.splitlines()[0].split() == ["server", shown]
    assert "Open it with: psql '%s'" % shown in run.stdout
    assert server.tables(database) == TABLES


def test_schema_of_the_search_path(py_heap, server, database, core):
    """Tables that are there stay as they are, and the message says how to name another schema"""
    url = server.url(database)
    assert py_heap("export", core, "--to", url).returncode == 0
    before = server.rows(database, "SELECT * FROM objects")
    message = failure(py_heap("export", core, "--to", url))
    assert 'relation "meta" already exists' in message and "?options=-csearch_path%3DSCHEMA" in message
    assert "CREATE SCHEMA" in failure(py_heap("export", core, "--to", server.url(database, options="-csearch_path=again")))
    server.ask("CREATE SCHEMA again", database)
    assert py_heap("export", core, "--to", server.url(database, options="-csearch_path=again")).returncode == 0
    assert server.rows(database, "SELECT * FROM objects") == before == server.rows(database, "SELECT * FROM again.objects")
    server.ask("DROP TABLE meta; CREATE TABLE memory_of_others (id int); ALTER TABLE memory RENAME TO roots_of_others", database)
    tables = server.tables(database)
    assert 'relation "types" already exists' in failure(py_heap("export", core, "--to", url)) and server.tables(database) == tables


def test_no_server(py_heap, server, core, tmp_path):
    """None is there, or it refuses: one line that says why, without the password"""
    database = server.database()
    server.ask("GRANT USAGE ON SCHEMA public TO %s" % postgres.GUARDED, database)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        refused = "postgresql://me:sesame@127.0.0.1:%d/heaps" % closed.getsockname()[1]
        assert "Connection refused" in failure(py_heap("export", core, "--to", refused))
    for url, text in (
            ("postgresql://me:sesame@/heaps?host=%s" % tmp_path, "No such file or directory"),
            (server.url("nothing"), 'database "nothing" does not exist'),
            (server.url(database, postgres.GUARDED, "sesame!"), "password authentication failed"),
            (server.url(database, postgres.GUARDED, postgres.PASSWORD), "permission denied for schema public"),
            (server.url(database, "nobody_here"), 'role "nobody_here" does not exist'),
            ("postgresql://me:sesame%zz@/heaps", "the URL is wrong"),
            ("postgresql://me:ses@me@/heaps", "the URL is ambiguous"),
            ("postgresql://me:sesame/heaps", "the URL is ambiguous"),
            (server.url(database, sslmode="sesame"), "invalid sslmode value")):
        run = py_heap("export", core, "--to", url, env={"PGPASSFILE": str(tmp_path / "none")})
        assert text in failure(run)
        assert "sslmode" in url or "ses" not in run.stderr, run.stderr
    assert server.tables(database) == []


@pytest.mark.parametrize("word", ["mysql://me:sesame@host/db", "postgresq://me:sesame@host/db", "postgresql:me:sesame"])
def test_what_is_no_url(py_heap, word):
    for words in (["export", "core"], ["fleet", "add"]):
        run = py_heap(*words, "--to", word)
        assert run.returncode == 2 and run.stderr.count("\n") == 1 and "--to cannot be '" in run.stderr
        assert "://" not in word or "sesame" not in run.stderr


URL = "postgresql://me:sesame@host/db"


@pytest.mark.parametrize("line, text", [
    ("export core URL", "export: unexpected URL of a server: give --to URL"),
    ("export URL -o heap.sqlite", "export: unexpected URL of a server: give --to URL"),
    ("export core -o URL", "export: --output cannot be the URL of a server: give --to URL"),
    ("fleet add URL", "fleet: unexpected URL of a server: give --to URL"),
    ("fleet add core --db=URL", "fleet: --db cannot be the URL of a server: give --to URL"),
    ("types URL", "types: unexpected URL of a server"),
    ("types core --exe URL", "types: --exe cannot be the URL of a server"),
    ("export core --t=URL", "export: option '--t' could be '--to' or "),
    ("export core --too=URL", "export: unknown option '--too', did you mean '--to'?"),
    ("export core -f URL", "export: --format cannot be 'postgresql://'"),
    ("export core --to host=h,password=sesame", "export: --to cannot be 'host='"),
    ("--to URL export core", "the command comes first: py-heap export --to postgresql://... core"),
    ("--to=URL export core", "the command comes first: py-heap export --to=postgresql://... core"),
    ("URL", "there is no command 'postgresql://...'"),
])
def test_url_at_another_place(py_heap, line, text):
    """Forgotten --to, -o instead of it: the message says what is meant, and does not quote the password"""
    run = py_heap(*line.replace("URL", URL).split())
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1) and "sesame" not in run.stderr
    assert run.stderr.startswith("py-heap: " + text)


def test_a_file_and_a_server(py_heap):
    run = py_heap("export", "core", "--to", "postgresql:///heaps", "-o", "heap")
    assert (run.returncode, run.stderr) == (2, "py-heap: export: a file and a server: give -o FILE, or the URL alone\n")


def test_silent_server(build, py_heap, core):
    """It takes the connection and says nothing: the URL says how long to wait, and Ctrl-C ends it"""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        url = "postgresql://127.0.0.1:%d/heaps" % silent.getsockname()[1]
        assert "in time" in failure(py_heap("export", core, "--to", url + "?connect_timeout=1"))
        silent.accept()[0].close()
        with export(build, core, url) as run:
            connection = silent.accept()[0]
            connection.recv(1)
            run.send_signal(signal.SIGINT)
            run.communicate(timeout=30)
            connection.close()
            assert run.returncode == 130


def export(build, target, url):
    target = ["-p", str(target)] if isinstance(target, int) else [target]
    return subprocess.Popen([os.path.join(build, "corefile-tools", "py-heap"), "export", *target, "--to", url],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def copying(server, database, run, table="edges"):
    """The server's process that takes the rows of a table"""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and run.poll() is None:
        found = server.ask("SELECT pid FROM pg_stat_activity WHERE datname = '%s' AND query LIKE 'COPY %s %%'" % (database, table))
        if found:
            return int(found[0])
    raise AssertionError(run.communicate(timeout=60))


def end_session(server, pid):
    server.ask("SELECT pg_terminate_backend(%d)" % pid)


def kill_process(server, pid):
    os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("end", [end_session, kill_process])
def test_server_that_goes_away(build, server, database, large, end):
    """In the middle of it: one line, and nothing is left"""
    with export(build, large, server.url(database)) as run:
        end(server, copying(server, database, run))
        out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err.count("\n")) == (1, "", 1) and err.startswith("py-heap: write postgresql://"), err
    assert "terminat" in err or "closed the connection" in err, err
    server.wait()
    assert server.tables(database) == []


def test_server_that_refuses_in_the_middle(build, server, database, large):
    url = server.url(database, options="-cstatement_timeout=40")
    with export(build, large, url) as run:
        out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err.count("\n")) == (1, "", 1) and "statement timeout" in err, err
    assert server.tables(database) == []


@pytest.mark.parametrize("stalled", [False, True])
def test_interrupted(build, server, database, large, stalled):
    """Ctrl-C, also while the server takes nothing: nothing is left"""
    with export(build, large, server.url(database)) as run:
        pid = copying(server, database, run)
        if stalled:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(1)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=30)
        if stalled:
            os.kill(pid, signal.SIGCONT)
    assert run.returncode == 130
    deadline = time.monotonic() + 30
    while server.ask("SELECT 1 FROM pg_stat_activity WHERE pid = %d" % pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert server.tables(database) == []


# ---- fleet ----

@pytest.fixture(scope="module")
def dumps(tmp_path_factory, core):
    """Four: two with leaks, one of them under a name that COPY has a meaning for, and two without"""
    folder = tmp_path_factory.mktemp("dumps")
    odd = str(folder / NAME).encode() + b"\xff"
    shutil.move(make(str(folder), "import time; rows = [bytes(1000) for n in range(9000)]; print(1, flush=True); time.sleep(600)"), odd)
    return [core, os.fsdecode(odd)] + [make(str(folder)), make(str(folder), sleepers.SLEEP)]


DUMPS = "SELECT identity, file, host, pid, time, added, build, build_id, python, program, writable, complete FROM dumps"
SIGNATURES = "SELECT signature, kind, shape, type FROM signatures"
SUSPECTS = "SELECT d.identity, s.signature, s.bytes, s.objects, s.places, s.next FROM suspects s JOIN dumps d ON d.id = s.dump"


def of_server(server, database):
    return [sorted(server.rows(database, query)[1], key=repr) for query in (DUMPS, SIGNATURES, SUSPECTS)]


def of_files(*paths):
    """The union; a dump that is in several is as in the first"""
    found = [{}, {}, {}]
    for path in paths:
        known = set(row[0] for row in found[0].values())
        for all_rows, query in zip(found, (DUMPS, SIGNATURES, SUSPECTS)):
            for row in sqlite_rows(path, query)[1]:
                if query == SIGNATURES or row[0] not in known:
                    all_rows[row[:2] if query == SUSPECTS else row[0]] = row
    return [sorted(rows.values(), key=repr) for rows in found]


@pytest.fixture
def add(py_heap, server, database, tmp_path):
    """add("a.db", core...) -> JSON: a machine's database, sent to the server"""

    def run(name, *words):
        return answer(py_heap("fleet", "add", *words, "--db", tmp_path / name, "--to", server.url(database), "-f", "json"))

    return run


def sent(added):
    summary = added["summary"]
    return summary["sent"], summary["sent_leaks"], summary["sent_labels"]


def test_two_machines(add, py_heap, server, database, dumps, tmp_path):
    """All of what both have, each dump once; a dump's number is the server's"""
    first, second = tmp_path / "a.db", tmp_path / "b.db"
    assert py_heap("fleet", "add", dumps[3], "--db", first).returncode == 0
    one = add("a.db", dumps[0], dumps[1], "--host", "web-1\t\\N")
    leaks = sum(row["suspects"] for row in one["rows"])
    assert leaks >= 2 and sent(one) == (3, leaks, 0) and one["summary"]["added"] == 2
    assert of_server(server, database) == of_files(first) and server.tables(database) == FLEET
    assert sent(add("a.db")) == (0, 0, 0)
    two = add("b.db", dumps[1], dumps[2], "--host", "web-2")
    assert sent(two) == (1, two["rows"][1]["suspects"], 0)
    for name in ("a.db", "b.db", "a.db"):
        assert sent(add(name)) == (0, 0, 0) and of_server(server, database) == of_files(first, second)
    assert [len(rows) for rows in of_server(server, database)][0] == 4
    hosts = {row[2] for row in of_server(server, database)[0]}
    assert hosts == {None, "web-1\t\\N", "web-2"}
    assert [row for row in of_server(server, database)[0] if row[1].endswith(NAME + "\ufffd")]


def test_labels(add, py_heap, server, database, dumps, tmp_path):
    """One that changes, changes there; a dump without one takes away none"""
    add("a.db", dumps[3])
    assert add("b.db", dumps[3])["summary"]["added"] == 1

    def builds():
        return {row[6] for row in of_server(server, database)[0]}

    (unlabelled,) = builds()
    assert sent(add("a.db", dumps[3], "--build", "2.14")) == (0, 0, 1) and builds() == {"2.14"}
    assert sent(add("b.db")) == (0, 0, 0) and builds() == {"2.14"} != {unlabelled}
    assert py_heap("fleet", "add", dumps[3], "--build", "2.15", "--db", tmp_path / "a.db").returncode == 0
    assert sent(add("a.db")) == (0, 0, 1) and builds() == {"2.15"}


def test_what_it_says(py_heap, server, database, dumps, tmp_path):
    url = server.url(database)
    run = py_heap("fleet", "add", dumps[0], "--db", tmp_path / "a.db", "--to", url)
    assert run.returncode == 0 and "\n1 dump with 1 leak sent to %s.\n" % url in run.stdout
    run = py_heap("fleet", "add", "--db", tmp_path / "a.db", "--to", url)
    assert "\n0 dumps with 0 leaks sent to " in run.stdout and "no core" not in run.stdout
    run = py_heap("fleet", "add", dumps[0], "--build", "1", "--db", tmp_path / "a.db", "--to", url)
    assert "\nThe label of 1 dump that it had changed.\n" in run.stdout


def test_sending_fails(py_heap, server, database, dumps, tmp_path):
    """One line; what the server has stays, and dumps are not read in vain"""
    path = tmp_path / "a.db"

    def send(**keys):
        return py_heap("fleet", "add", "--db", path, "--to", server.url(database, **keys))

    none = "postgresql://u:sesame@/db?host=%s" % tmp_path
    assert "No such file" in failure(py_heap("fleet", "add", dumps[3], "--db", path, "--to", none))
    assert not path.exists()
    none = py_heap("fleet", "add", "--db", tmp_path / "none.db", "--to", server.url(database))
    assert none.returncode == 1 and "there is none yet" in none.stderr and not (tmp_path / "none.db").exists()
    assert py_heap("fleet", "add", dumps[0], "--db", path).returncode == 0
    server.ask("CREATE TABLE dumps (id int)", database)
    for comment in ("", "COMMENT ON TABLE dumps IS 'dumps of py-heap, schema 99'"):
        server.ask(comment or "SELECT 1", database)
        message = failure(send())
        assert "of another program" in message and "?options=-csearch_path%3DSCHEMA" in message and "kept here" not in message
    server.ask("DROP TABLE dumps; CREATE TABLE suspects (id int)", database)
    assert 'relation "suspects" already exists' in failure(send())
    assert server.tables(database) == ["suspects"]
    server.ask("CREATE SCHEMA fleet", database)
    assert send(options="-csearch_path=fleet").returncode == 0
    with sqlite3.connect(str(path)) as broken:
        broken.execute("UPDATE dumps SET identity = 'another', pid = 'x'")
    before = server.rows(database, "SELECT * FROM fleet.dumps")
    assert 'invalid input syntax for type bigint: "x"' in failure(send(options="-csearch_path=fleet"))
    assert server.rows(database, "SELECT * FROM fleet.dumps") == before


def test_connection_lost_meanwhile(py_heap, server, database, dumps, tmp_path):
    """While dumps are read: those are added here, and sent the next time"""
    path, url = tmp_path / "a.db", server.url(database, options="-cidle_session_timeout=1")
    message = failure(py_heap("fleet", "add", dumps[0], dumps[3], "--db", path, "--to", url))
    assert "idle-session timeout" in message or "closed the connection" in message
    assert message.endswith("; what was added is kept here: 'fleet add --to URL' sends it\n")
    assert server.tables(database) == [] and [len(rows) for rows in of_files(path)][0] == 2
    assert sent(answer(py_heap("fleet", "add", "--db", path, "--to", server.url(database), "-f", "json")))[0] == 2
    assert of_server(server, database) == of_files(path)
    assert "py-heap: write" in failure(py_heap("export", dumps[0], "--to", url)) and server.tables(database) == FLEET


def test_rights(py_heap, server, database, dumps, tmp_path):
    """Those that the document names are enough, once the tables are there"""
    path = tmp_path / "a.db"
    assert py_heap("fleet", "add", dumps[0], "--db", path, "--to", server.url(database)).returncode == 0
    url = server.url(database, postgres.GUARDED, postgres.PASSWORD)
    server.ask("GRANT USAGE ON SCHEMA public TO %s" % postgres.GUARDED, database)
    assert "permission denied for table dumps" in failure(py_heap("fleet", "add", dumps[2], "--db", path, "--to", url))
    server.ask("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO %s" % postgres.GUARDED, database)
    assert "with" in py_heap("fleet", "add", "--db", path, "--to", url).stdout
    assert of_server(server, database) == of_files(path) and len(of_files(path)[0]) == 2


def test_many_machines_at_once(build, server, database, dumps, tmp_path):
    """They make the tables, and send the same dumps: each is there once"""
    program = os.path.join(build, "corefile-tools", "py-heap")
    paths = [tmp_path / ("%d.db" % n) for n in range(6)]
    subprocess.run([program, "fleet", "add", *dumps, "--db", paths[0]], stdout=subprocess.DEVNULL, check=True, timeout=120)
    for path in paths[1:]:
        shutil.copy(paths[0], path)
    runs = [subprocess.Popen([program, "fleet", "add", "--db", path, "--to", server.url(database), "-f", "json"], stdout=subprocess.PIPE)
            for path in paths]
    counts = sorted(sent(json.loads(run.communicate(timeout=60)[0])) for run in runs)
    assert [run.returncode for run in runs] == [0] * 6 and counts[:5] == [(0, 0, 0)] * 5 and counts[5][0] == 4
    assert of_server(server, database) == of_files(paths[0])


def test_only_add_sends(py_heap):
    run = py_heap("fleet", "top", "--to", "postgresql:///db")
    assert (run.returncode, run.stderr) == (2, "py-heap: fleet top: --to is an option of 'fleet add'\n")


def test_queries_of_the_documents(py_heap, server, database, core, tmp_path):
    """They run there, in PostgreSQL's words"""
    root = os.path.join(os.path.dirname(__file__), "..", "..", "docs")
    assert py_heap("export", core, "--to", server.url(database)).returncode == 0
    assert py_heap("fleet", "add", core, "--db", tmp_path / "a.db", "--to", server.url(database)).returncode == 0
    for name in ("sql.md", "fleet.md"):
        with open(os.path.join(root, name), encoding="utf-8") as stream:
            section = stream.read().split("## On a server\n", 1)[1].split("\n## ", 1)[0]
        queries = section.split("```postgresql\n")[1:]
        assert queries
        for query in queries:
            assert server.ask(query.split("```", 1)[0], database)
