# SPDX-License-Identifier: Apache-2.0
"""Python processes that have come to rest: their heap does not change any more."""

import contextlib
import select
import subprocess
import sys
import time

QUIET = 5           # looks in a row that find the process asleep
SLEEP = "import time; print(1, flush=True); time.sleep(600)"


def is_asleep(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "S"


def wait_for_rest(process, patience=120):
    """Its script prints a line, and then sleeps: what printing made is freed when it does."""
    assert select.select([process.stdout], [], [], patience)[0]
    process.stdout.readline()
    wait_until_asleep(process.pid, patience)


def wait_until_asleep(pid, patience=120):
    """Whether it came to rest"""
    quiet, deadline = 0, time.monotonic() + patience
    while quiet < QUIET and time.monotonic() < deadline:
        time.sleep(0.01)
        quiet = quiet + 1 if is_asleep(pid) else 0
    return quiet == QUIET


@contextlib.contextmanager
def asleep(script=SLEEP, environment=None):
    """A Python that runs @script and has come to rest; it ends with the context, however that ends."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            wait_for_rest(process)
            yield process
        finally:
            process.kill()
