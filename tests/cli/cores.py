# SPDX-License-Identifier: Apache-2.0
"""A core of a small Python, by gcore."""

import os
import shutil
import subprocess
import sys

import pytest
from sleepers import wait_for_rest


def make(folder, script="import time; kept = [[str(i)] for i in range(10000)]; print(1, flush=True); time.sleep(600)"):
    """Path of a new core of @script in @folder; skips where none can be made."""
    if not shutil.which("gcore"):
        pytest.skip("no gcore (package gdb)")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        wait_for_rest(process)
        run = subprocess.run(["gcore", "-o", os.path.join(folder, "core"), str(process.pid)], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
        process.kill()
    path = os.path.join(folder, "core.%d" % process.pid)
    if not os.path.exists(path):
        pytest.skip("gcore made no core: %s" % run.stdout[-300:])
    return path
