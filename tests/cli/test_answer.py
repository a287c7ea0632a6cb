# SPDX-License-Identifier: Apache-2.0
"""Where answers go and how they look there, on a Python that sleeps."""

import csv
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time

import pauses
import pytest
from cores import make as make_core
from sleepers import wait_for_rest, wait_until_asleep
from terminal import on_terminal


def start(script):
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    wait_for_rest(process)
    return process


@pytest.fixture(scope="module")
def sleeper():
    process = start("import time; print(1, flush=True); time.sleep(600)")
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def big():
    process = start("import time; kept = [[] for _ in range(3000000)]; print(1, flush=True); time.sleep(600)")
    yield process.pid
    process.kill()
    process.wait()


def test_json_is_the_contract(py_heap, sleeper):
    document = json.loads(py_heap("types", "-p", sleeper, "-f", "json").stdout)
    assert list(document) == ["py_heap", "command", "target", "complete", "warnings", "summary", "row_count", "rows"]
    assert document["py_heap"] == 1 and document["command"] == "types"
    assert list(document["target"]) == ["kind", "path", "pid", "python", "debug", "free_threaded", "layout"]
    assert document["target"]["kind"] == "process" and document["target"]["pid"] == sleeper
    assert set(document["rows"][0]) == {"type", "count", "bytes", "native", "tracked", "percent", "own_sizeof", "type_address"}
    assert [row["percent"] for row in document["rows"]] == [row["bytes"] * 100 // document["summary"]["bytes"] for row in document["rows"]]


def test_csv_has_the_same_rows(py_heap, sleeper):
    rows = json.loads(py_heap("types", "-p", sleeper, "-f", "json").stdout)["rows"]
    table = list(csv.DictReader(py_heap("types", "-p", sleeper, "-f", "csv").stdout.splitlines()))
    said = {True: "true", False: "false"}
    assert table == [{key: said[value] if isinstance(value, bool) else str(value) for key, value in row.items()} for row in rows]


def test_same_bytes_every_time(py_heap, sleeper):
    one, other = (py_heap("types", "-p", sleeper).stdout for _ in range(2))
    assert pauses.without(one) == pauses.without(other) and 0 < pauses.seconds(one) < 60


def test_sort_and_limit(py_heap, sleeper):
    def counts(*words):
        rows = json.loads(py_heap("types", "-p", sleeper, "-f", "json", *words).stdout)["rows"]
        return [row["count"] for row in rows]

    down, up = counts("--sort", "count"), counts("--sort", "-count")
    assert down == sorted(down, reverse=True) and up == sorted(up)
    assert counts("--sort", "count", "-n", "3") == down[:3]
    assert len(py_heap("types", "-p", sleeper, "-f", "csv", "-n", "0").stdout.splitlines()) == len(down) + 1


def test_colour_and_width_on_a_terminal_only(build, py_heap, sleeper):
    assert "\033" not in py_heap("types", "-p", sleeper).stdout
    assert "\033[1m" in on_terminal(build, ["types", "-p", sleeper])
    plain = on_terminal(build, ["types", "-p", sleeper, "-n", "0"], NO_COLOR="1")
    assert "\033" not in plain
    table = plain.split("TYPE")[1]
    assert max(map(len, table.splitlines())) <= 60


def test_output_file(py_heap, sleeper, tmp_path):
    path = tmp_path / "out.json"
    run = py_heap("types", "-p", sleeper, "-f", "json", "-o", path)
    assert run.returncode == 0 and run.stdout == ""
    assert json.loads(path.read_text())["command"] == "types"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return make_core(tmp_path_factory.mktemp("core"))


def test_output_does_no_harm(py_heap, core, tmp_path):
    """What is read, or read-only, is not written; modes and links stay."""
    before = open(core, "rb").read()
    symlink, hard = tmp_path / "symlink", tmp_path / "hard"
    symlink.symlink_to(core)
    try:
        hard.hardlink_to(core)
    except OSError:
        hard = symlink
    for path in (core, symlink, hard):
        run = py_heap("types", core, "-o", path)
        assert run.returncode == 1 and "being read" in run.stderr and run.stdout == ""
    program = shutil.copy(os.path.realpath(sys.executable), tmp_path / "program")
    assert "being read" in py_heap("types", core, "--exe", program, "-o", program).stderr
    assert open(core, "rb").read() == before

    kept = tmp_path / "kept"
    kept.write_text("old")
    kept.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to(kept)
    for path in (kept, link):
        kept.write_text("old")
        assert py_heap("types", core, "-o", path).returncode == 0
        assert "TYPE" in kept.read_text() and link.is_symlink() and kept.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other name"
    other.hardlink_to(kept)
    kept.write_text("old")
    assert py_heap("types", core, "-o", kept).returncode == 0
    assert other.read_text() == kept.read_text() != "old"

    kept.chmod(0o400)
    text = kept.read_text()
    run = py_heap("gc", core, "-o", kept)
    assert run.returncode == 1 and run.stderr.startswith("py-heap: write %s: " % kept) and kept.read_text() == text
    nowhere = tmp_path / "nowhere"
    nowhere.symlink_to(tmp_path / "missing")
    run = py_heap("gc", core, "-o", nowhere)
    assert run.returncode == 1 and "link" in run.stderr and not (tmp_path / "missing").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        {"symlink", hard.name, "program", "kept", "link", "other name", "nowhere"})


def test_output_that_cannot_be_written(py_heap, sleeper, tmp_path):
    run = py_heap("types", "-p", sleeper, "-o", tmp_path / "no" / "such")
    assert run.returncode == 1
    assert run.stderr.splitlines()[0] == "py-heap: write %s/no/such: No such file or directory" % tmp_path
    assert py_heap("types", "-p", sleeper, "-o", "/dev/full").returncode == 1


def test_quiet(py_heap, sleeper):
    assert py_heap("types", "-p", sleeper, "-q").stderr == ""


def test_interrupt(build, big):
    """^C at some moment of the work: a word, status 130, and the process runs on."""
    program = os.path.join(build, "corefile-tools", "py-heap")
    for wait in (0.02, 0.05, 0.1, 0.2, 0.4):
        with subprocess.Popen([program, "types", "-p", str(big)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as run:
            time.sleep(wait)
            run.send_signal(signal.SIGINT)
            stderr = run.communicate(timeout=60)[1]
        if run.returncode == 130:
            assert stderr == "py-heap: interrupted\n"
            break
    else:
        pytest.fail("never interrupted: last status %d, %s" % (run.returncode, stderr))
    assert wait_until_asleep(big), "it is not left stopped"


def test_progress(py_heap, big):
    assert "\r" not in py_heap("types", "-p", big).stderr
    assert "\r" not in py_heap("types", "-p", big, "--progress", "off").stderr


def run_on_terminal(words, halt_after):
    """What the program writes to a terminal on stderr; it is halted for longer than the progress line's patience."""
    terminal, stderr = pty.openpty()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=stderr) as run:
        os.close(stderr)
        time.sleep(halt_after)
        run.send_signal(signal.SIGSTOP)
        time.sleep(1.1)
        run.send_signal(signal.SIGCONT)
        text = b""
        try:
            while chunk := os.read(terminal, 4096):
                text += chunk
        except OSError:         # EIO: the other side is closed
            pass
        assert run.wait(timeout=60) == 0
    os.close(terminal)
    return text.decode()


def test_progress_on_a_terminal(build, big):
    """Work that takes more than a second shows how far it is, on one line, which is gone at the end."""
    program = [os.path.join(build, "corefile-tools", "py-heap"), "types", "-p", str(big)]
    for wait in (0.02, 0.05, 0.1, 0.2):
        text = run_on_terminal(program, wait)
        if text:
            break
    assert re.match(r"\r\x1b\[K[a-z ]+: [0-9]+%?\r", text), text
    assert text.endswith("\r\x1b[K") and "\n" not in text
    assert "\r" not in run_on_terminal(program + ["--quiet"], wait)


def test_python_that_is_mapped_to_be_read(py_heap, tmp_path):
    """A debugger or profiler maps the files of other programs; another libpython among them is not what runs here."""
    copy = tmp_path / "libpython9.9.so.1.0"
    copy.write_bytes(open(os.path.realpath(sys.executable), "rb").read())
    process = start("import mmap, time; f = open(%r, 'rb'); m = mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ);"
                    "print(1, flush=True); time.sleep(600)" % str(copy))
    try:
        summary = json.loads(py_heap("info", "-p", process.pid, "-f", "json").stdout)["summary"]
    finally:
        process.kill()
    assert summary["executable"] == os.path.realpath(sys.executable) and summary["interpreters"] == 1
