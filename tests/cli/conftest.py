# SPDX-License-Identifier: Apache-2.0
"""Runs the py-heap of the build folder that PYHEAP_BUILD names."""

import os
import subprocess

import cores
import pytest

BUILD = os.environ.get("PYHEAP_BUILD", "")


@pytest.fixture(scope="session")
def build():
    if not BUILD:
        pytest.skip("PYHEAP_BUILD does not name a build folder")
    return BUILD


@pytest.fixture(scope="session")
def py_heap(build):
    """py_heap("types", "core", env={...}) -> CompletedProcess, text."""

    def run(*words, env=None, timeout=60, **more):
        program = os.path.join(build, "corefile-tools", "py-heap")
        clean = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
        clean.update(PYHEAP_CACHE="off", DEBUGINFOD_URLS="")
        return subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=timeout,
                              env=dict(clean, **(env or {})), **more)

    return run


@pytest.fixture(scope="session")
def commands(py_heap):
    """Names of all commands, as completion offers them."""
    return [name for name in py_heap("--complete", "").stdout.split() if name not in ("help", "browse", "serve")]


@pytest.fixture(scope="module")
def core(request, tmp_path_factory):
    """Of the file's PROGRAM, once it has come to rest"""
    return cores.make(tmp_path_factory.mktemp("core"), request.module.PROGRAM)
