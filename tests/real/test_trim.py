# SPDX-License-Identifier: Apache-2.0
"""What malloc_trim(0) would give back: as much as it then does, by the kernel's count, with each C library."""
import os
import re
import signal

import heaps
import programs
import pytest
import test_sizes

PAGE = 4096


def pytest_generate_tests(metafunc):
    found = test_sizes.one_of_each_libc()
    metafunc.parametrize("interpreter", found, ids=[one.name for one in found], scope="module")


@pytest.fixture(scope="module")
def program(interpreter):
    if interpreter.version < (3, 6):
        pytest.skip("no os.readv()")
    one = programs.start(interpreter, "trim")
    yield one
    one.remove()


def resident(program, name):
    """Bytes of private memory that is no file's"""
    total, counts = 0, False
    for line in program.said(name).splitlines():
        header = re.match(r"[0-9a-f]+-[0-9a-f]+ (\S+) \S+ \S+ (\d+) *(.*)", line)
        if header:
            counts = "w" in header.group(1) and header.group(2) == "0" and not header.group(3).startswith("[stack")
        elif counts and line.startswith("Private_Dirty:"):
            total += int(line.split()[1]) << 10
    return total


def test_trim(interpreter, program):
    heap = heaps.open_heap(["-p", str(program.pid)], "auto", interpreter.debug_dir)
    answer = heap.ask("pins")
    heap.close()
    summary = answer["summary"]
    os.kill(program.pid, signal.SIGUSR1)
    program.wait("after.txt")
    given_back = resident(program, "before.txt") - resident(program, "after.txt")
    assert answer["complete"] and summary["malloc_heaps"] >= 2      # MALLOC_ARENA_MAX
    assert summary["malloc_free"] >= summary["malloc_trim"] > 1 << 20
    assert abs(given_back - summary["malloc_trim"]) <= PAGE * summary["malloc_heaps"], (given_back, summary)
