# SPDX-License-Identifier: Apache-2.0
"""A Python that sleeps, a core of it, and GDB with the plugin; PYHEAP_BUILD names the build folder."""

import os
import select
import shutil
import subprocess
import sys

import pytest
from sleepers import wait_for_rest, wait_until_asleep

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("PYHEAP_BUILD", "")
PLUGIN = os.path.join(ROOT, "gdbplugin", "py-heap.py")

SLEEPER = """
import sys, time
class Node: pass
marker = Node()
marker.items = [Node() for _ in range(1000)]
for _ in range(50):
    a, b = Node(), Node()
    a.other, b.other = b, a
del a, b
print(hex(id(marker)), flush=True)
time.sleep(600)
"""


HOLDER = """
import ctypes, sys, time
assert ctypes.CDLL(sys.argv[1]).hold() == 0        # which lets go of the GIL
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="session")
def build():
    if not BUILD or not shutil.which("gdb"):
        pytest.skip("needs PYHEAP_BUILD and gdb")
    return BUILD


@pytest.fixture(scope="session")
def gdb(build):
    """gdb("py-heap types", pid=...) -> CompletedProcess. Only what the commands wrote is on stdout."""
    environment = dict(os.environ, LIBHEAP=os.path.join(build, "libheap", "libheap.so.0"))

    def run(*commands, pid=None, core=None, timeout=300):
        line = ["gdb", "-nx", "-batch", "-q", "-iex", "set debuginfod enabled off", "-iex", "set width 0",
                "-iex", "set auto-load off", "-x", PLUGIN]
        line += ["-p", str(pid)] if pid else ["-c", str(core)] if core else []
        line += ["-ex", "echo ===\\n"]
        for command in commands:
            line += ["-ex", command, "-ex", "echo ===\\n"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=timeout, env=environment)
        done.parts = done.stdout.split("===\n")[1:-1]
        return done

    return run


@pytest.fixture(scope="session")
def py_heap(build):
    def run(*words):
        return subprocess.run([os.path.join(build, "corefile-tools", "py-heap"), *map(str, words)],
                              capture_output=True, text=True, timeout=300)

    return run


@pytest.fixture(scope="session")
def sleeper():
    """A Python asleep: .pid, and .address of an object of it."""
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, text=True) as process:
        assert select.select([process.stdout], [], [], 30)[0]
        process.address = process.stdout.readline().strip()
        wait_until_asleep(process.pid)
        yield process
        process.kill()


@pytest.fixture(scope="session")
def core(gdb, sleeper, tmp_path_factory):
    path = tmp_path_factory.mktemp("core") / "core"
    gdb("generate-core-file %s" % path, pid=sleeper.pid)
    return path


@pytest.fixture(scope="session")
def holder(tmp_path_factory):
    """A Python of which one thread has a set in a register, and nothing else has it."""
    library = str(tmp_path_factory.mktemp("holder") / "holder.so")
    source = os.path.join(os.path.dirname(__file__), "holder.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", source, "-o", library, "-pthread"], check=True)
    with subprocess.Popen([sys.executable, "-c", HOLDER, library], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)
        yield process
        process.kill()
