# SPDX-License-Identifier: Apache-2.0
"""Every command has a manual page, and mandoc finds nothing to say about it, nor about the library's."""

import glob
import os
import shutil
import subprocess

import pytest

LIBRARY = os.path.join(os.path.dirname(__file__), "..", "..", "libheap", "libheap.3")


def pages(build):
    return sorted(glob.glob(os.path.join(build, "corefile-tools", "*.1")))


def test_every_command_has_a_page(build, commands):
    names = {os.path.basename(page) for page in pages(build)}
    assert names == {"py-heap.1"} | {"py-heap-%s.1" % name for name in commands}


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc here")
def test_mandoc_is_content(build):
    for page in pages(build) + [LIBRARY]:
        run = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True)
        assert run.stdout == "", page
