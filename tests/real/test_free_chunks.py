# SPDX-License-Identifier: Apache-2.0
"""
What is free in glibc's heaps: all that a program freed, in its own arena and in threads', and nothing that it kept. With each C
library that there is, and with what changes where freed blocks go.
"""
import bisect
import json
import os
import subprocess

import pytest
import target
import test_sizes

FREE_CHUNKS = os.path.join(os.environ.get("PYHEAP_BUILD", ""), "tests", "real", "free-chunks")
PROGRAM = os.path.join(target.HERE, "targets", "churn_program.py")
LIBRARY = os.path.join(target.HERE, "targets", "churn.c")
TUNABLES = {"plain": "", "no-tcache": "glibc.malloc.tcache_count=0", "few-arenas": "glibc.malloc.arena_max=2",
            "large": "glibc.malloc.tcache_count=500:glibc.malloc.tcache_max=100000:glibc.malloc.mxfast=160"}
THREADS = 4


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if not os.path.exists(FREE_CHUNKS):
        pytest.skip("no free-chunks in the build folder that PYHEAP_BUILD names")
    path = str(tmp_path_factory.mktemp("churn") / "churn.so")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", LIBRARY, "-o", path], check=True)
    return path


def pytest_generate_tests(metafunc):
    found = test_sizes.one_of_each_libc()
    metafunc.parametrize("interpreter", found, ids=[one.name for one in found])
    metafunc.parametrize("tunables", list(TUNABLES.values()), ids=list(TUNABLES))


def free_ranges(program):
    """([(address, end)] by address, {what: number})"""
    said = subprocess.run([FREE_CHUNKS, str(program.pid)], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    words = said[-1].split()
    ranges = sorted({(int(a), int(a) + int(n)) for a, n in (line.split() for line in said[:-1])})
    return ranges, dict(zip(words[::2], map(int, words[1::2])))


def test_free_chunks(interpreter, tunables, library, tmp_path):
    program = target.Program([interpreter.path, PROGRAM, str(tmp_path), library], tmp_path,
                             {"GLIBC_TUNABLES": tunables, "MALLOC_ARENA_MAX": "8"} if tunables else {"MALLOC_ARENA_MAX": "8"})
    try:
        program.wait("ready")
        freed, kept = json.loads(program.said("chunks.json"))
        ranges, found = free_ranges(program)
    finally:
        program.remove()

    def is_free(address):
        i = bisect.bisect(ranges, (address, 1 << 63)) - 1
        return i >= 0 and ranges[i][0] <= address < ranges[i][1]
    missed, wrong = [hex(a) for a in freed if not is_free(a)], [hex(a) for a in kept if is_free(a)]
    assert (missed, wrong) == ([], []), "of %d freed, of %d kept" % (len(freed), len(kept))
    assert all(one[1] <= other[0] for one, other in zip(ranges, ranges[1:])), "free chunks overlap"
    assert found["torn"] == 0 and found["heaps"] >= found["arenas"] >= 2, found
    assert found["caches"] == (0 if "tcache_count=0" in tunables else THREADS), found
