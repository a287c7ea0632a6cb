# SPDX-License-Identifier: Apache-2.0
"""Options that name files: what cannot be used is refused, in one line, and is never passed over."""

import os
import subprocess
import sys
import time

import pytest
from sleepers import asleep


@pytest.fixture(scope="module")
def pid():
    with asleep() as process:
        yield process.pid


@pytest.mark.parametrize("words, said", [
    (["--exe", "/nosuch"], "--exe /nosuch: No such file or directory"),
    (["--exe", "/bin/ls"], "--exe /bin/ls: another build (build-id "),
    (["--exe", "/etc/passwd"], "--exe /etc/passwd: not an ELF program"),
    (["--exe", "/dev/null"], "--exe /dev/null: it is no regular file"),
    (["--sysroot", "/nosuch"], "--sysroot /nosuch: No such file or directory"),
    (["--sysroot", "/proc/self/task"], "--sysroot /proc/self/task: none of the "),
    (["--debug-dir", "/nosuch"], "--debug-dir /nosuch: No such file or directory"),
    (["--debug-dir", "/etc/passwd"], "--debug-dir /etc/passwd: it is no folder")])
def test_refused(py_heap, pid, words, said):
    run = py_heap("info", "-p", pid, *words)
    assert run.returncode == 1 and run.stdout == "" and len(run.stderr.splitlines()) == 1
    assert run.stderr.startswith("py-heap: " + said), run.stderr


def test_taken(py_heap, pid):
    for words in (["--exe", os.path.realpath(sys.executable)], ["--sysroot", "/"], ["--debug-dir", "/tmp"]):
        assert py_heap("info", "-p", pid, *words).returncode == 0, words


def test_zombie(py_heap):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        deadline = time.monotonic() + 30
        while True:
            with open("/proc/%d/stat" % process.pid, encoding="ascii") as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    break
            assert time.monotonic() < deadline
            time.sleep(0.01)
        run = py_heap("types", "-p", process.pid)
    assert run.returncode == 1 and "a zombie, which waits for its parent %d" % os.getpid() in run.stderr
