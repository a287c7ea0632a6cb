# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own, which listens on a unix socket alone."""

import contextlib
import glob
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

import pytest

NOBODY = "nobody"       # the server refuses to run as root
OWNER, DATABASE = "heap", "heaps"
GUARDED, PASSWORD = "guarded", "sesame'\\ %@/:"
RULES = "local all %s scram-sha-256\nlocal all all trust\n" % GUARDED


def programs():
    """Folder of the newest server's programs; None: there is none"""
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres")
    return os.path.dirname(max(found, key=lambda path: int(path.split("/")[4]))) if found else None


class Server:
    def __init__(self, folder):
        self.folder, self.process = folder, None
        self.account = pwd.getpwnam(NOBODY) if os.geteuid() == 0 else None

    def words(self, program, *words):
        """As the user that the server runs as"""
        ids = ["--reuid=%d" % self.account.pw_uid, "--regid=%d" % self.account.pw_gid] if self.account else []
        return (["setpriv", "--clear-groups"] + ids if ids else []) + [os.path.join(programs(), program), *words]

    def start(self):
        data, log = os.path.join(self.folder, "data"), os.path.join(self.folder, "log")
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        made = subprocess.run(self.words("initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"),
                              capture_output=True, text=True, cwd="/", timeout=120, check=False)
        assert made.returncode == 0, made.stderr
        with open(os.path.join(data, "pg_hba.conf"), "w", encoding="ascii") as rules:
            rules.write(RULES)
        with open(log, "w", encoding="ascii") as out:
            words = self.words("postgres", "-D", data, "-c", "listen_addresses=", "-c", "unix_socket_directories=" + self.folder,
                               "-c", "fsync=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0")
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/")
        self.wait()
        self.ask("CREATE DATABASE %s" % DATABASE)
        self.ask("CREATE ROLE %s LOGIN PASSWORD '%s'" % (GUARDED, PASSWORD.replace("'", "''")))

    def wait(self):
        """Until it answers: it starts anew after one of its processes was killed"""
        deadline = time.monotonic() + 60
        while self.psql("postgres", "SELECT 1").returncode != 0:
            assert self.process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=60)

    def psql(self, database, *statements):
        words = [word for statement in statements for word in ("-c", statement)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", OWNER, *words, database],
                              capture_output=True, encoding="utf-8", timeout=120, check=False, env=clean)

    def ask(self, statement, database="postgres"):
        """Lines of the answer"""
        run = self.psql(database, statement)
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()

    def database(self):
        """Name of the one that there is, emptied"""
        schemas = self.ask("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'", DATABASE)
        self.ask("DROP SCHEMA %s CASCADE; CREATE SCHEMA public" % ", ".join(schemas), DATABASE)
        return DATABASE

    def rows(self, database, query):
        """(names of columns, rows), by way of JSON"""
        run = self.psql(database, "SELECT row_to_json(t) FROM (%s) t" % query)
        lines = [json.loads(line) for line in run.stdout.split("\n") if line]
        return list(lines[0]) if lines else [], [tuple(line.values()) for line in lines]

    def tables(self, database):
        return self.ask("SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1", database)

    def url(self, database, user=OWNER, password=None, **keys):
        login = user if password is None else "%s:%s" % (user, urllib.parse.quote(password, safe=""))
        words = ["%s=%s" % (key, urllib.parse.quote(value, safe="/")) for key, value in dict(host=self.folder, **keys).items()]
        return "postgresql://%s@/%s?%s" % (login, database, "&".join(words))


@contextlib.contextmanager
def running():
    """A Server; skips if there is none here"""
    if not programs() or not shutil.which("psql") or not shutil.which("setpriv"):
        pytest.skip("no PostgreSQL server (packages postgresql, util-linux)")
    folder = tempfile.mkdtemp(prefix="pg", dir="/tmp")      # others may not look into pytest's, and a socket's path is short
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
