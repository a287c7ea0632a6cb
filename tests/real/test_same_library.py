# SPDX-License-Identifier: Apache-2.0
"""
C, the Python binding and GDB give the same objects, sizes and references, compared whole on 370,000 objects: each record
of whole.c and whole.py. The interpreter's own account has the types and sizes that C gives.
"""
import filecmp
import itertools
import os
import shutil
import subprocess

import compare
import pytest
import target
import tolerances

ROOT = os.path.abspath(os.path.join(target.HERE, "..", ".."))
BUILD = os.environ.get("PYHEAP_BUILD", "")
PROGRAM = os.path.join(BUILD, "tests", "real", "whole")
LIBRARY = os.path.join(BUILD, "libheap", "libheap.so.0")
WHOLE = os.path.join(target.HERE, "whole.py")
PLUGIN = os.path.join(ROOT, "gdbplugin", "py-heap.py")
SYSTEM = "/usr/bin/python3"         # GDB's Python is the system's, too
IN_GDB = ("python import sys; sys.path.insert(0, %r); import whole, pyheap_gdb.inferior as i;"
          " whole.write(i.heap('auto', dict.fromkeys(('exe', 'sysroot', 'debug_dir'))), %r)")
LEAST, SCALE = 300000, 4000         # objects, at this --scale
ENVIRON = dict(os.environ, LIBHEAP=LIBRARY, PYTHONPATH=os.path.join(ROOT, "libheap", "python"))


def start(words, **more):
    return words, subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRON, **more)


def finish(started):
    words, process = started
    try:
        said = process.communicate(timeout=400)[1]
    finally:
        process.kill()
    assert process.returncode == 0, (words, said.decode()[-2000:])


def by_c(where, path):
    with open(path, "wb") as out:
        return start([PROGRAM, where], stdout=out)


def by_python(where, path):
    return start([SYSTEM, WHOLE, where, path])


def by_gdb(where, path):
    return start(["gdb", "-nx", "-batch", "-q", "-iex", "set debuginfod enabled off", "-iex", "set auto-load off", "-x", PLUGIN]
                 + (["-p", where] if where.isdigit() else ["-c", where]) + ["-ex", IN_GDB % (target.HERE, path)],
                 stdout=subprocess.DEVNULL)


@pytest.fixture
def whole(place, tmp_path):
    """What C writes of the place; of each way to the bytes one layout is enough"""
    if place.interpreter.allocator or place.interpreter.debug:
        pytest.skip("ten seconds each: the others are of every version")
    if place.layout != "table" or place.way == "kernel":
        pytest.skip("another layout of the same bytes, or the process has ended")
    if not os.path.exists(PROGRAM) or not os.path.exists(LIBRARY):
        pytest.skip("PYHEAP_BUILD does not name a build folder")
    place.where = place.target.words(place.way)[-1]
    finish(by_c(place.where, str(tmp_path / "c")))
    yield str(tmp_path / "c")
    shutil.rmtree(str(tmp_path))


def records(path):
    with open(path, "rb") as stream:
        return stream.read().split(b"\0")


def same(path, other):
    """Byte by byte; the first record that differs is told"""
    if not filecmp.cmp(path, other, shallow=False):
        for number, (a, b) in enumerate(itertools.zip_longest(records(path), records(other))):
            assert a == b, "record %d" % number


def account_has(place, path):
    """Of all that Python code can reach, the types and sizes; what the collector tracks, and nothing else, is tracked"""
    account, found, tracked = place.account, {}, set()
    for record in records(path):
        if record and not record.startswith(b"\t"):
            address, size, _, is_tracked, _, name = record.decode().split(" ", 5)
            found[int(address, 16)] = name, tolerances.size(name, int(size))
            if is_tracked == "1":
                tracked.add(int(address, 16))
    expected = {a: (name, tolerances.size(name, account.size_of[a])) for a, name in account.type_of.items()}
    compare.addresses("objects: (type, bytes)", expected, {a: both for a, both in found.items() if a in expected})
    assert tracked == set(account.generation_of)
    return len(found)


def test_whole(place, whole, pytestconfig):
    if not shutil.which("gdb"):
        pytest.skip("no gdb here")
    # A process has one tracer at a time; GDB's Python reads it with the same binding.
    write = {"live": by_gdb, "gcore": by_python}[place.way]
    finish(write(place.where, whole + write.__name__))
    same(whole, whole + write.__name__)
    count = account_has(place, whole)
    assert count > LEAST or pytestconfig.getoption("--scale") < SCALE
