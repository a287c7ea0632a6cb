# SPDX-License-Identifier: Apache-2.0
"""
A Python that sleeps, a core of it, and GDB with the plugin; PYHEAP_BUILD names the build folder.

Tests run in the host's GDB; those of @every_gdb also in the GDBs that tools/fetch-gdbs unpacked (PYHEAP_GDBS names another folder).
"""

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
GDBS = os.environ.get("PYHEAP_GDBS", os.path.join(ROOT, "build", "gdbs"))

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
    if not BUILD:
        pytest.skip("needs PYHEAP_BUILD")
    return BUILD


@pytest.fixture(scope="session")
def suite(request):
    """The Debian suite whose GDB is used; "host": the one on the PATH"""
    return getattr(request, "param", "host")


def program_of(suite, name):
    """The path of @name, gdb or gdbserver, of a suite"""
    path = shutil.which(name) if suite == "host" else os.path.join(GDBS, "bin", "%s-%s" % (suite, name))
    if not path or not os.path.exists(path):
        pytest.skip("no %s here" % name if suite == "host" else "no %s of %s: tools/fetch-gdbs" % (name, suite))
    return path


@pytest.fixture(scope="session")
def gdbserver(suite):
    return program_of(suite, "gdbserver")


@pytest.fixture(scope="session")
def gdb_line(suite):
    """GDB with the plugin, and nothing of the user's: the beginning of a command line"""
    return [program_of(suite, "gdb"), "-nx", "-q", "-iex", "set debuginfod enabled off", "-iex", "set auto-load off", "-x", PLUGIN]


@pytest.fixture(scope="session")
def gdb_environment(build):
    return dict(os.environ, LIBHEAP=os.path.join(build, "libheap", "libheap.so.0"))


@pytest.fixture(scope="session")
def gdb(gdb_line, gdb_environment):
    """gdb("py-heap types", pid=...) -> CompletedProcess. Only what the commands wrote is on stdout. @debug: GDB reads detached debug
    information, which takes it seconds."""

    def run(*commands, pid=None, core=None, debug=False, timeout=300):
        line = gdb_line + ["-batch", "-iex", "set width 0"] + ([] if debug else ["-iex", "set debug-file-directory /nosuch"])
        line += ["-p", str(pid)] if pid else ["-c", str(core)] if core else []
        line += ["-ex", "echo ===\\n"]
        for command in commands:
            line += ["-ex", command, "-ex", "echo ===\\n"]
        done = subprocess.run(line, capture_output=True, text=True, timeout=timeout, env=gdb_environment)
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
