# SPDX-License-Identifier: Apache-2.0
"""A core of a small Python, by gcore."""

import os
import shutil
import subprocess

import pytest
from sleepers import asleep


def make(folder, script="import time; kept = [[str(i)] for i in range(10000)]; print(1, flush=True); time.sleep(600)"):
    """Path of a new core of @script in @folder; skips where none can be made."""
    if not shutil.which("gcore"):
        pytest.skip("no gcore (package gdb)")
    with asleep(script) as process:
        run = subprocess.run(["gcore", "-o", os.path.join(folder, "core"), str(process.pid)], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    path = os.path.join(folder, "core.%d" % process.pid)
    if not os.path.exists(path):
        pytest.skip("gcore made no core: %s" % run.stdout[-300:])
    return path
