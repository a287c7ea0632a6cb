# SPDX-License-Identifier: Apache-2.0
"""In which GDBs a test runs, and programs that are made for one."""

import contextlib
import subprocess
import sys

import pytest

# 13 is Debian bookworm's, 16 trixie's, 18 sid's as of 2026.
every_gdb = pytest.mark.parametrize("suite", ["host", "trixie", "sid"], indirect=True, scope="session")

STAGES = """
import os, signal, time
def stop():
    os.kill(os.getpid(), signal.SIGTRAP)
print(1, flush=True)
while "TracerPid:\\t0\\n" in open("/proc/self/status").read():
    time.sleep(0.01)
"""


def remote_line(gdbserver, pid):
    return "target remote | %s --once --attach - %d" % (gdbserver, pid)


@contextlib.contextmanager
def stages(script):
    """A Python for GDB to attach to: "continue" leads from one stop() of @script to the next"""
    with subprocess.Popen([sys.executable, "-c", STAGES + script + "\ntime.sleep(600)"], stdout=subprocess.PIPE, text=True) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()
