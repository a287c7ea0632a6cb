# SPDX-License-Identifier: Apache-2.0
"""npm packages that tools/fetch-npm brought, and programs of tests/node that use them."""

import os
import shutil
import subprocess

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.environ.get("PYHEAP_NPM", os.path.join(os.path.dirname(HERE), "build", "npm"))


def path(*names):
    """Of a file in the folder; skips where it is not"""
    found = os.path.join(FOLDER, *names)
    if not os.path.exists(found):
        pytest.skip("no npm packages: tools/fetch-npm brings them")
    return found


def node(program, *words, text=None, cwd=None):
    """What it prints"""
    if not shutil.which("node"):
        pytest.skip("no node (package nodejs)")
    run = subprocess.run(["node", os.path.join(HERE, "node", program), *map(str, words)], input=text, cwd=cwd, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, universal_newlines=True, check=False, timeout=300,
                         env=dict(os.environ, NODE_NO_WARNINGS="1"))
    assert (run.returncode, run.stderr) == (0, ""), run.stderr[:1000]
    return run.stdout
