# SPDX-License-Identifier: Apache-2.0
"""Files that are made to keep py-heap busy for days, or to fill memory: small ones that claim to be large (docs/security.md)."""

import os
import struct
import subprocess

import pytest
from sleepers import asleep

PT_LOAD, PT_NOTE, NT_FILE = 1, 4, 0x46494C45
SECONDS = 30  # one second is enough on an idle machine, under sanitizers too


def ehdr(phnum, kind=4, shoff=0, shnum=0):
    return struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", kind, 62, 1, 0, 64, shoff, 0, 64, 56, phnum, 64, shnum,
                       max(shnum - 1, 0))


def phdr(kind, offset, addr, filesz):
    return struct.pack("<IIQQQQQQ", kind, 6, offset, addr, 0, filesz, filesz, 4096)


def shdr(name, kind, offset, size):
    return struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, offset, size, 0, 0, 1, 0)


def note(kind, content):
    return struct.pack("<III5s3x", 5, len(content), kind, b"CORE") + content + b"\0" * (-len(content) % 4)


def mapped(files):
    """NT_FILE of [(start, end, path)]"""
    return note(NT_FILE, struct.pack("<QQ", len(files), 4096) + b"".join(struct.pack("<QQQ", start, end, 0) for start, end, _ in files) +
                b"".join(path + b"\0" for _, _, path in files))


def sparse_notes():
    """100 GB of notes that take no space"""
    return ehdr(1) + phdr(PT_NOTE, 4096, 0, 100 << 30), 4096 + (100 << 30)


def shared_notes():
    """20,000 headers that share 5 MB of notes: 100 GB again"""
    notes, count = note(99, b"") * 250000, 20000
    return ehdr(count) + phdr(PT_NOTE, 64 + 56 * count, 0, len(notes)) * count + notes, 0


def many_notes():
    """Files that are sorted once, not for each of 60,000 segments of notes"""
    files, count = mapped([(0x10000 + 8192 * i, 0x11000 + 8192 * i, b"/a") for i in range(200000)]), 60000
    first = phdr(PT_NOTE, 64 + 56 * (count + 1), 0, len(files))
    return ehdr(count + 1) + first + phdr(PT_NOTE, 64 + 56 * (count + 1), 0, 12) * count + files, 0


def long_name(size):
    """One name of a file for each of 60,000 pieces of its mapping"""
    count = 60000
    files = mapped([(0x10000, 0x10000 + 8192 * count, b"/" + b"x" * (size - 1))])
    loads = b"".join(phdr(PT_LOAD, 0, 0x10000 + 8192 * i, 4096) for i in range(count))
    return ehdr(count + 1) + phdr(PT_NOTE, 64 + 56 * (count + 1), 0, len(files)) + loads + files, 0


@pytest.mark.parametrize("make, megabytes", [
    (sparse_notes, 0), (shared_notes, 0), (many_notes, 200), (lambda: long_name(10 << 20), 200), (lambda: long_name(4000), 100)],
                         ids=["sparse notes", "shared notes", "many notes", "a name of 10 MB", "a name of 4 KB"])
def test_core(build, tmp_path, make, megabytes):
    content, size = make()
    with open(str(tmp_path / "core"), "wb") as core:
        core.write(content)
        if size:
            core.truncate(size)
    words = ["--max-memory", "%dM" % megabytes] if megabytes else []
    run = subprocess.run([os.path.join(build, "corefile-tools", "py-heap"), "info", str(tmp_path / "core")] + words, capture_output=True,
                         text=True, timeout=SECONDS, env=dict(os.environ, PYHEAP_CACHE="off"))
    assert run.returncode == 1 and "find CPython: " in run.stderr


# ---- a file that a process has mapped, and that its owner made ----

def notes_of_terabytes(path):
    put(path, 4 << 40, {0: ehdr(101, 3) + phdr(PT_LOAD, 0, 0, 4096) + phdr(PT_NOTE, 8192, 8192, (4 << 40) - 8192) * 100})


def many_sections(path):
    put(path, 8 << 30, {0: ehdr(1, 3, 4096) + phdr(PT_LOAD, 0, 0, 4096), 4096: shdr(0, 0, 0, 100000000)})


def large_debug_file(path):
    link, names = b"large.debug\0\1\2\3\4", b"\0.gnu_debuglink\0.strtab\0"
    sections = shdr(0, 0, 0, 0) + shdr(1, 1, 8192, len(link)) + shdr(16, 3, 4096, len(names))
    put(path, 1 << 20, {0: ehdr(1, 3, 20000, 3) + phdr(PT_LOAD, 0, 0, 4096), 4096: names, 8192: link, 20000: sections})
    put(os.path.join(os.path.dirname(path), "large.debug"), 4 << 40, {})


def put(path, size, pieces):
    with open(path, "wb") as made:
        for at, piece in pieces.items():
            made.seek(at)
            made.write(piece)
        made.truncate(size)


PROGRAM = """
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
assert libc.mmap(None, 4096, 5, 2, os.open(%r, os.O_RDONLY), 0) != 2 ** 64 - 1
print(1, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("make", [notes_of_terabytes, many_sections, large_debug_file])
def test_module(build, tmp_path, make):
    path = str(tmp_path / "made.so")
    try:
        make(path)
    except OSError as error:
        pytest.skip("no such files here: %s" % error)
    with asleep(PROGRAM % path) as process:
        run = subprocess.run([os.path.join(build, "corefile-tools", "py-heap"), "crash", "-p", str(process.pid), "--max-memory", "1G"],
                             capture_output=True, text=True, timeout=SECONDS, env=dict(os.environ, PYHEAP_CACHE="off"))
    assert run.returncode == 0, run.stderr
