# SPDX-License-Identifier: Apache-2.0
"""Completion, driven as each shell drives it."""

import os
import shutil
import subprocess

import pytest

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


ZSH = """
_files() { [[ $1 = -/ ]] && print -l -- $words[CURRENT]*(N/) || print -l -- $words[CURRENT]*(N) }
compadd() { shift; (( $# == 0 )) || print -l -- "$@" }
complete() { local script=$1; shift; local -a words=("$@"); local CURRENT=$#words; . $script }
complete "$@"
"""
FISH = "source $argv[1]; complete -C (string join ' ' -- (string escape -n -- $argv[2..-2]) $argv[-1])"


def other_shell(shell, build, *words, cwd=None):
    """The candidates of zsh, or of fish, which takes the program from PATH by the name that it knows"""
    if not shutil.which(shell):
        pytest.skip("no %s here" % shell)
    folder = os.path.join(build, "corefile-tools")
    script = os.path.abspath(SCRIPT[:-len("bash")] + shell)
    if shell == "zsh":
        command = ["zsh", "-f", "-c", ZSH, "zsh", script, os.path.join(folder, "py-heap"), *words]
    else:
        command = ["fish", "--no-config", "-c", FISH, script, "py-heap", *words]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd,
                         env=dict(os.environ, PATH=folder + ":" + os.environ["PATH"]))
    assert run.stderr == ""
    return [line.split("\t")[0].rstrip("/") for line in run.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(build, commands, tmp_path, shell):
    (tmp_path / "core.1").touch()
    (tmp_path / "corefolder").mkdir()
    assert other_shell(shell, build, "ty") == ["types"]
    assert set(other_shell(shell, build, "")) == set(commands) | {"help"}
    assert other_shell(shell, build, "types", "core", "--tr") == ["--tracked"]
    assert set(other_shell(shell, build, "types", "core", "--format", "")) == {"text", "json", "csv"}
    assert set(other_shell(shell, build, "types", "cor", cwd=tmp_path)) == {"core.1", "corefolder"}
    assert other_shell(shell, build, "types", "core.1", "--sysroot", "cor", cwd=tmp_path) == ["corefolder"]
    assert str(os.getpid()) in other_shell(shell, build, "types", "-p", "")
