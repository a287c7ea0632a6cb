# SPDX-License-Identifier: Apache-2.0
"""bash's completion, driven as bash drives it."""

import os
import subprocess

SCRIPT = os.path.join(os.path.dirname(__file__), "..", "..", "corefile-tools", "completion.bash")

DRIVER = """
. "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_py_heap
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(build, *words, cwd=None):
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run(["bash", "-c", DRIVER, "bash", os.path.abspath(SCRIPT), program, *words],
                         capture_output=True, text=True, timeout=60, cwd=cwd)
    assert run.stderr == ""
    return run.stdout.split()


def test_commands(build, commands):
    assert complete(build, "ty") == ["types"]
    assert set(complete(build, "")) == set(commands) | {"help"}
    assert complete(build, "help", "garb") == ["garbage"]


def test_options(build, commands):
    for name in commands:
        offered = complete(build, name, "--")
        assert {"--pid", "--format", "--limit", "--sort", "--layout"} <= set(offered)
    assert complete(build, "types", "core", "--tr") == ["--tracked"]


def test_values(build):
    assert complete(build, "types", "core", "--format", "") == ["text", "json", "csv"]
    assert complete(build, "types", "core", "--layout", "d") == ["dwarf", "derived"]
    assert complete(build, "types", "core", "--sort", "")[:4] == ["type", "count", "bytes", "tracked"]


def test_files_and_folders(build, tmp_path):
    (tmp_path / "core.1").touch()
    (tmp_path / "corefolder").mkdir()
    assert set(complete(build, "types", "cor", cwd=tmp_path)) == {"core.1", "corefolder"}
    assert complete(build, "types", "core.1", "--sysroot", "cor", cwd=tmp_path) == ["corefolder"]


def test_pids(build):
    assert str(os.getpid()) in complete(build, "types", "-p", "")
