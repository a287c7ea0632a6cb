# SPDX-License-Identifier: Apache-2.0
"""export: what it says, what it refuses, and that no file is half written."""

import json
import os
import sqlite3
import subprocess
import time

import pytest
import sleepers

# By suffix; csv is a folder.
FORMATS = {"sqlite": ".sqlite", "heapsnapshot": ".heapsnapshot", "ncdu": ".ncdu", "dot": ".dot", "pprof": ".pprof",
           "perfetto": ".perfetto"}


@pytest.fixture(scope="module")
def sleeper():
    with sleepers.asleep() as process:
        yield process.pid


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_answer(py_heap, sleeper, tmp_path):
    path = tmp_path / "heap.sqlite"
    run = py_heap("export", "-p", sleeper, "-o", path)
    assert run.returncode == 0 and run.stderr == ""
    assert run.stdout.splitlines()[0].split() == ["file", str(path)]
    assert "Open it with: sqlite3 %s" % path in run.stdout and "--values adds them" in run.stdout
    answer = json.loads(py_heap("export", "-p", sleeper, "-o", path, "-f", "json").stdout)
    assert answer["summary"] == {"file": str(path), "format": "sqlite", "bytes": path.stat().st_size, "values": False}
    assert [row["part"] for row in answer["rows"]] == ["objects", "types", "edges", "roots", "arenas", "memory"]
    assert "It has contents" in py_heap("export", "-p", sleeper, "-o", path, "--values").stdout
    assert names(tmp_path) == ["heap.sqlite"]


def test_format_is_the_suffixs_or_given(py_heap, sleeper, tmp_path):
    made = [str(tmp_path / ("heap" + suffix)) for suffix in FORMATS.values()]
    for path, form in zip(made, FORMATS):
        assert json.loads(py_heap("export", "-p", sleeper, "-o", path, "-f", "json").stdout)["summary"]["format"] == form
        assert py_heap("export", "-p", sleeper, "-o", tmp_path / "odd", "--to", form).returncode == 0
    assert names(tmp_path) == sorted([os.path.basename(path) for path in made] + ["odd"])


@pytest.mark.parametrize("words, message", [
    ([], "py-heap: export: no file: give -o FILE\n"),
    (["-o", "heap.txt"], "py-heap: export: the suffix of 'heap.txt' does not say which format is wanted: give --to FORMAT\n"),
    (["-o", "heap", "--to", "sqlit"], "py-heap: export: --to cannot be 'sqlit', did you mean 'sqlite'?\n")])
def test_usage(py_heap, words, message):
    run = py_heap("export", "no such core", *words)
    assert (run.returncode, run.stdout) == (2, "") and message in run.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_files_that_cannot_be_written(py_heap, sleeper, tmp_path, form):
    """One line, and nothing is left of it; an older file stays"""
    read_only, shared = tmp_path / "read-only", tmp_path / "shared"
    for path in (read_only, shared):
        path.write_text("old")
    read_only.chmod(0o400)
    (tmp_path / "other name").hardlink_to(shared)
    for path in (tmp_path / "no" / "such", read_only, shared, "/proc/nothing", tmp_path):
        run = py_heap("export", "-p", sleeper, "--to", form, "-o", path)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1), run
        assert run.stderr.startswith("py-heap: write %s: " % path)
    assert names(tmp_path) == ["other name", "read-only", "shared"]
    assert read_only.read_text() == shared.read_text() == "old"


@pytest.mark.parametrize("form", FORMATS)
def test_full_disk(build, sleeper, tmp_path, form):
    """As many bytes as a file may have: an error, not a signal; nothing is left"""
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" export -p %d --to %s -o %s/heap" % (sleeper, form, tmp_path),
                          program], capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1), run
    assert run.stderr.startswith("py-heap: write %s/heap: " % tmp_path) and names(tmp_path) == []


def test_pipes(py_heap, sleeper):
    run = py_heap("export", "-p", sleeper, "--to", "sqlite", "-o", "/dev/stdout")
    assert run.returncode == 1 and run.stderr == "py-heap: write /dev/stdout: a database needs a file, not a pipe or a device\n"


def test_interrupted(build, tmp_path):
    """Ctrl-C leaves nothing"""
    script = "import time; kept = [[] for _ in range(1000000)]; print(1, flush=True); time.sleep(600)"
    with sleepers.asleep(script) as process:
        with subprocess.Popen([os.path.join(build, "corefile-tools", "py-heap"), "export", "-p", str(process.pid), "-o",
                               str(tmp_path / "heap.sqlite")], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            deadline = time.monotonic() + 50
            while time.monotonic() < deadline and not any(path.stat().st_size > 1000000 for path in tmp_path.iterdir()):
                time.sleep(0.01)
            run.send_signal(2)
            run.communicate(timeout=50)
            assert run.returncode == 130
    assert names(tmp_path) == []


def test_folder(py_heap, sleeper, tmp_path):
    """There with all of its files, or not at all; one with files in it stays"""
    made, full, file = tmp_path / "made", tmp_path / "full", tmp_path / "file"
    made.mkdir()
    full.mkdir()
    (full / "mine").write_text("old")
    file.write_text("old")
    for path in (full, file, tmp_path / "no" / "such", "/proc/nothing"):
        run = py_heap("export", "-p", sleeper, "--to", "csv", "-o", path)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1), run
        assert run.stderr.startswith("py-heap: write %s: " % path)
    for path in (made, str(tmp_path / "new") + "/"):
        run = py_heap("export", "-p", sleeper, "--to", "csv", "-o", path, "-f", "json")
        size = sum(file.stat().st_size for file in (tmp_path / os.path.basename(str(path).rstrip("/"))).iterdir())
        assert run.returncode == 0 and json.loads(run.stdout)["summary"]["bytes"] == size
    assert names(tmp_path) == ["file", "full", "made", "new"]
    assert names(made) == names(tmp_path / "new") == [
        "arenas.csv", "edges.csv", "memory.csv", "meta.csv", "objects.csv", "roots.csv", "types.csv"]
    assert (full / "mine").read_text() == file.read_text() == "old"


def test_folder_on_a_full_disk(build, sleeper, tmp_path):
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" export -p %d --to csv -o %s/heap" % (sleeper, tmp_path),
                          program], capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (1, "py-heap: write %s/heap: File too large\n" % tmp_path) and names(tmp_path) == []


def test_replaced(py_heap, sleeper, tmp_path):
    """A file in its place is replaced by the whole new one: its mode and links to it stay"""
    path, link = tmp_path / "heap.sqlite", tmp_path / "link.sqlite"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    assert py_heap("export", "-p", sleeper, "-o", link).returncode == 0
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o600
    connection = sqlite3.connect(str(path))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
