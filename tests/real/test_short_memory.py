# SPDX-License-Identifier: Apache-2.0
"""A process that is looked at where little memory is left: the copy goes to a disk, and the system has no reason to end the process."""
import os
import resource
import subprocess
import sys

import heaps
import pytest
import sleepers
import target

MB = 1 << 20
SIZE = 200              # MB that the program has
PROGRAM = "import time\nx = [bytearray(b'x') * 100000 for _ in range(%d)]\nprint(1, flush=True)\ntime.sleep(1000)" % (SIZE * 10)
GROUPS = "/sys/fs/cgroup"


def start(enter=None):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, preexec_fn=enter)
    assert process.stdout.read(1) == b"1"
    sleepers.wait_until_asleep(process.pid)
    return process


@pytest.fixture(scope="module")
def program():
    if target.why_not("live"):
        pytest.skip(target.why_not("live"))
    if not heaps.BINDING:
        pytest.skip("sanitizers have no limit of memory")
    process = start()
    yield process
    process.kill()
    process.communicate()


def short_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (MB, MB))


def test_on_disk(program):
    words = ["waste", "-p", str(program.pid), "-f", "csv", "-n", "0"]
    status, out, err = heaps.run([*words, "--max-memory", "100M"])
    assert status == 0, err
    assert "of memory are left: it goes to a file in " in err
    assert out == heaps.run(words)[1]


def test_not_in_memory_that_looks_like_a_disk(program):
    status, out, err = heaps.run(["types", "-p", str(program.pid), "--max-memory", "100M"], env=dict(os.environ, TMPDIR="/dev/shm"))
    assert status == 0, err
    assert "a file in /var/tmp" in err


def test_nowhere(program):
    status, out, err = heaps.run(["types", "-p", str(program.pid), "--max-memory", "100M"], preexec_fn=short_files)
    assert status == 1
    assert "no folder for temporary files on a disk has room: set TMPDIR to one that has, or write a core (gcore" in err


@pytest.fixture
def group():
    """A cgroup that has no room for a copy of the program, and how to enter it"""
    v1 = os.path.exists(GROUPS + "/memory/memory.limit_in_bytes")
    folder = "%s/py-heap-test-%d" % (GROUPS + "/memory" * v1, os.getpid())
    try:
        os.mkdir(folder)
        with open(folder + ("/memory.limit_in_bytes" if v1 else "/memory.max"), "w") as out:
            out.write(str((SIZE + 120) * MB))
    except OSError as error:
        if os.path.isdir(folder):
            os.rmdir(folder)
        pytest.skip("no cgroup can be made: %s" % error)

    def enter():
        with open(folder + "/cgroup.procs", "w") as out:
            out.write(str(os.getpid()))
    yield enter
    os.rmdir(folder)


def test_in_a_cgroup(program, group):
    """Before there was a file the system ended the program"""
    process = start(group)
    try:
        status, out, err = heaps.run(["types", "-p", str(process.pid)], preexec_fn=group)
        assert status == 0, err
        assert "a file in " in err
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
