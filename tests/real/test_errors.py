# SPDX-License-Identifier: Apache-2.0
"""
What can be wrong with a target: each a one-line message that says what was tried and what to do, and exit status 1.

A truncated core may still be answered in part: then `complete` is false and a warning says what is missing.
"""
import json
import os
import re
import shutil
import struct
import subprocess
import time

import heaps
import interpreters
import pytest
import sleepers
import target

COMMANDS = "info", "types", "gc", "garbage", "arenas"
SANITIZER = re.compile(r"Sanitizer|runtime error:")


def refused(*words, status=1, **more):
    """py-heap gives one line and the status; returns the line"""
    code, out, err = heaps.run(list(words), **more)
    assert not SANITIZER.search(err), err
    assert code == status, "exit status %s: %s%s" % (code, out[:500], err)
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 1 and len(lines[0]) > 20, err
    assert lines[0].startswith("py-heap: "), err
    return lines[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory, pytestconfig):
    """A small program's gcore core: the newest interpreter that the system has"""
    if target.why_not("gcore"):
        pytest.skip(target.why_not("gcore"))
    found = [i for i in interpreters.find() if not i.unsupported()]
    if not found:
        pytest.skip("no interpreter")
    system = [i for i in found if i.path.startswith("/usr/")]
    one = target.Target((system or found)[0], tmp_path_factory.mktemp("small"), 200)
    yield one
    one.remove()


@pytest.fixture(scope="module")
def core(small):
    return small.words("gcore")[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_such_file(command, tmp_path):
    said = refused(command, str(tmp_path / "absent"))
    assert "absent" in said and "No such file" in said


def test_empty_file(tmp_path):
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert "empty" in refused("types", str(path))


def test_directory(tmp_path):
    assert str(tmp_path) in refused("types", str(tmp_path))


def test_text_file(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("this is no core\n" * 1000)
    assert "core" in refused("types", str(path))


def test_elf_that_is_no_core():
    said = refused("types", shutil.which("true"))
    assert "core" in said


def test_unreadable_file(tmp_path):
    """Permissions do not hold root back: run as nobody then"""
    path = tmp_path / "secret"
    path.write_bytes(b"\x7fELF")
    path.chmod(0)
    if os.getuid() == 0:
        pytest.skip("root reads every file")
    assert "ermission" in refused("types", str(path))


def start_sleep():
    return subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL)


def test_process_that_is_no_python():
    process = start_sleep()
    try:
        time.sleep(0.1)
        said = refused("types", "-p", str(process.pid))
        assert "ython" in said
        assert sleepers.wait_until_asleep(process.pid), "left as it was found"
    finally:
        process.kill()
        process.wait()


def test_core_that_is_no_python(tmp_path):
    if target.why_not("gcore"):
        pytest.skip(target.why_not("gcore"))
    process = start_sleep()
    try:
        time.sleep(0.1)
        subprocess.run(["gcore", "-o", str(tmp_path / "sleep"), str(process.pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    finally:
        process.kill()
        process.wait()
    assert "ython" in refused("types", str(tmp_path / ("sleep.%d" % process.pid)))


def test_dead_pid():
    process = subprocess.Popen(["true"])
    process.wait()
    assert str(process.pid) in refused("types", "-p", str(process.pid))


def test_no_permission(small, tmp_path):
    """A process of another user: root's, asked for by nobody"""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("needs root and setpriv")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    if subprocess.run(nobody + [heaps.EXECUTABLE, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("nobody may not run %s" % heaps.EXECUTABLE)
    done = subprocess.run(nobody + [heaps.EXECUTABLE, "types", "-p", str(small.pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = done.stderr.decode()
    assert done.returncode == 1 and done.stdout == b""
    assert len(said.splitlines()) == 1
    assert re.search("permi", said, re.I) and re.search("root|sudo|ptrace", said), said


@pytest.mark.parametrize("words", [["types"], ["types", "-p", "not-a-pid"], ["types", "--no-such-option"], ["no-such-command", "x"],
                                   ["object"], ["types", "core", "--format", "xml"], ["types", "core", "-n", "minus"]])
def test_wrong_usage(words):
    refused(*words, status=2)


def test_address_that_is_none(core):
    assert "0x10" in refused("object", core, "0x10")
    refused("refs", core, "zebra", status=2)


@pytest.mark.parametrize("percent", range(10, 100, 10))
def test_truncated_core(core, tmp_path, percent):
    path = str(tmp_path / "short")
    shutil.copy(core, path)
    os.truncate(path, os.path.getsize(path) * percent // 100)
    for command in COMMANDS:
        code, out, err = heaps.run([command, path, "-f", "json"])
        assert not SANITIZER.search(err), err
        if code == 1:
            assert len(err.splitlines()) <= 3 and "runcated" in err, err
            continue
        assert code == 0, err
        said = json.loads(out)
        assert said["complete"] is False
        assert any("runcated" in w["code"] + w["text"] for w in said["warnings"]), said["warnings"]


def with_hole(core, path, size):
    """The core, with one more segment: `size` bytes that the file has as a hole"""
    with open(core, "rb") as data, open(path, "wb") as copy:
        shutil.copyfileobj(data, copy)
        data.seek(0)
        head = bytearray(data.read(64))
        offset, = struct.unpack_from("<Q", head, 32)
        count, = struct.unpack_from("<H", head, 56)
        data.seek(offset)
        headers = data.read(56 * count)
        moved = (copy.tell() + 4095) // 4096 * 4096
        start = (moved + len(headers) + 56 + 4095) // 4096 * 4096
        struct.pack_into("<Q", head, 32, moved)
        struct.pack_into("<H", head, 56, count + 1)
        copy.seek(moved)
        copy.write(headers + struct.pack("<IIQQQQQQ", 1, 6, start, 0x100000000000, 0, size, size, 4096))
        copy.seek(0)
        copy.write(head)
        copy.truncate(start + size)


@pytest.mark.parametrize("words", [["types"], ["refaudit"], ["why", "--type", "list"], ["retained"]])
def test_hole_of_128_gb(core, tmp_path, words):
    """The same answer at once: to read the zeros would take minutes"""
    sparse = str(tmp_path / "sparse")
    with_hole(core, sparse, 1 << 37)
    started = time.monotonic()
    told = [heaps.run([words[0], path, *words[1:], "-f", "json"])[:2] for path in (core, sparse)]
    assert time.monotonic() - started < 60
    (code, plain), (code_of_sparse, out) = told
    assert code == code_of_sparse
    rows, rows_of_sparse = (json.loads(text)["rows"] for text in (plain, out))
    assert rows == rows_of_sparse and rows is not None


@pytest.mark.parametrize("layout", ["auto", "table"])
def test_core_without_its_binary(core, tmp_path, layout):
    """The files that the core names are not there: an answer from the core and the tables alone, or a refusal that helps"""
    moved = tmp_path / "moved"
    with open(core, "rb") as data:
        moved.write_bytes(data.read().replace(b"/bin/python", b"/bin/gone!!").replace(b"/libpython", b"/libgone!!"))
    for command in COMMANDS:
        code, out, err = heaps.run([command, str(moved), "--layout", layout, "-f", "json"])
        assert not SANITIZER.search(err), err
        if code == 1:
            assert len(err.splitlines()) <= 3 and re.search("--sysroot|--exe", err), err
        else:
            assert code == 0, err
            assert json.loads(out)["warnings"], "says that files are missing"


def test_wrong_binary(core):
    """Another program's file in place of the core's: refused by build-id, never used"""
    code, out, err = heaps.run(["types", core, "--exe", shutil.which("true")])
    assert not SANITIZER.search(err), err
    assert code in (0, 1) and re.search("build-id|build id", err, re.I), err
