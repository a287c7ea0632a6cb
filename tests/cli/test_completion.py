# SPDX-License-Identifier: Apache-2.0
"""Completion, driven as each shell drives it."""

import os
import shutil
import subprocess

import pytest
from sleepers import asleep
from terminal import on_terminal

SCRIPT = os.path.join(os.path.dirname(__file__), "..", "..", "corefile-tools", "completion.bash")

DRIVER = """
. "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_py_heap
printf '%s\\n' "${COMPREPLY[@]}"
"""


def complete(build, *words, cwd=None, **environment):
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run(["bash", "-c", DRIVER, "bash", os.path.abspath(SCRIPT), program, *words],
                         capture_output=True, text=True, timeout=60, cwd=cwd, env=dict(os.environ, **environment))
    assert run.stderr == ""
    return run.stdout.split()


def test_commands(build, commands):
    assert complete(build, "ty") == ["types"]
    assert set(complete(build, "")) == set(commands) | {"help", "browse", "serve"}
    assert complete(build, "help", "garb") == ["garbage"]
    assert complete(build, "bro") == ["browse"] and "--no-values" in complete(build, "browse", "core", "--no")


def test_options(build, commands):
    for name in commands:
        offered = complete(build, name, "--")
        assert {"--format", "--limit", "--sort", "--layout"} <= set(offered)
        assert ("--pid" in offered) == (name != "fleet")
        assert ("--coredumpctl" in offered) == (name not in ("capture", "fleet"))
    assert complete(build, "types", "core", "--tr") == ["--tracked"]


def test_values(build):
    assert complete(build, "types", "core", "--format", "") == ["text", "json", "csv"]
    assert complete(build, "types", "core", "--layout", "d") == ["dwarf", "derived"]
    assert complete(build, "types", "core", "--sort", "")[:4] == ["type", "count", "bytes", "tracked"]
    assert complete(build, "export", "core", "--to", "po") == ["postgresql://", "postgres://"]
    assert complete(build, "fleet", "add", "--to", "") == ["postgresql://", "postgres://"]


def test_capture_takes_no_file(build, tmp_path):
    (tmp_path / "core.1").touch()
    assert complete(build, "capture", "", cwd=tmp_path) == [] and complete(build, "capture", "--ch") == ["--check"]


def test_words_of_fleet(build, tmp_path):
    (tmp_path / "core.1").touch()
    assert complete(build, "fleet", "") == ["add", "top", "new", "show"] and complete(build, "fleet", "t") == ["top"]
    assert complete(build, "fleet", "add", "cor", cwd=tmp_path) == ["core.1"]
    assert complete(build, "fleet", "top", "--db", "cor", cwd=tmp_path) == ["core.1"]
    assert complete(build, "fleet", "top", "--sort", "me") == ["median"]


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


def other_shell(shell, build, *words, cwd=None, **environment):
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
                         env=dict(os.environ, PATH=folder + ":" + os.environ["PATH"], **environment))
    assert run.stderr == ""
    return [line.split("\t")[0].rstrip("/") for line in run.stdout.splitlines()]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(build, commands, tmp_path, shell):
    (tmp_path / "core.1").touch()
    (tmp_path / "corefolder").mkdir()
    assert other_shell(shell, build, "ty") == ["types"]
    assert set(other_shell(shell, build, "")) == set(commands) | {"help", "browse", "serve"}
    assert other_shell(shell, build, "types", "core", "--tr") == ["--tracked"]
    assert set(other_shell(shell, build, "types", "core", "--format", "")) == {"text", "json", "csv"}
    assert set(other_shell(shell, build, "types", "cor", cwd=tmp_path)) == {"core.1", "corefolder"}
    assert other_shell(shell, build, "types", "core.1", "--sysroot", "cor", cwd=tmp_path) == ["corefolder"]
    assert str(os.getpid()) in other_shell(shell, build, "types", "-p", "")


NODES = """
import time
class Node: pass
class Leaf: secret = "of the value"
nodes = [Node() for i in range(5)] + [Leaf()]
def local():
    class Inside: pass
    return Inside()
inside = local()
print(1, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def nodes():
    with asleep(NODES) as process:
        yield str(process.pid)


def shown(text):
    """The addresses with which rows begin"""
    return {line.split()[0] for line in text.splitlines() if line.startswith("0x")}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_last_answer(build, nodes, tmp_path, shell):
    """Types of answers about a target, addresses of the last one, for that target alone; in a file that only its owner reads"""
    cache = {"PYHEAP_CACHE": str(tmp_path / "cache")}

    def offered(*words):
        words = (build,) + words
        return set(complete(*words, **cache) if shell == "bash" else other_shell(shell, *words, **cache))

    assert not offered("find", "-p", nodes, "--type", "")
    on_terminal(build, ["types", "-p", nodes, "-n", "3"], **cache)
    assert offered("find", "-p", nodes, "--type", "__main__.") == {"__main__.Node", "__main__.Leaf"}
    assert not offered("object", "-p", nodes, "")
    found = on_terminal(build, ["find", "-p", nodes, "--type", "__main__.Node", "-n", "3"], **cache)
    assert len(shown(found)) == 3
    assert offered("object", "-p", nodes, "") == offered("retained", "--pid=" + nodes, "--under", "0x") == shown(found)
    assert offered("why", "-p", nodes, "--through", "__main__.L") == {"__main__.Leaf"}, "of the answer before"
    assert not offered("object", "-p", str(os.getpid()), "0x") and not offered("find", "--type", "__main__")
    kept = tmp_path / "cache" / "answer"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "secret" not in kept.read_text() and "value" not in kept.read_text() and "<" not in kept.read_text()


def test_answers_that_are_not_remembered(build, nodes, tmp_path, py_heap):
    on_terminal(build, ["types", "-p", nodes], HOME=str(tmp_path), XDG_CACHE_HOME="", PYHEAP_CACHE="off")
    py_heap("types", "-p", nodes, env={"PYHEAP_CACHE": str(tmp_path / "cache")})        # of a script
    assert not list(tmp_path.rglob("answer"))


def test_core_that_was_written_anew(build, nodes, tmp_path, py_heap):
    """A core is known by its file, under any name: not by the name"""
    if not shutil.which("gcore"):
        pytest.skip("no gcore here")
    subprocess.run(["gcore", "-o", tmp_path / "core", nodes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    core, cache = str(tmp_path / ("core." + nodes)), {"PYHEAP_CACHE": str(tmp_path / "cache")}
    on_terminal(build, ["types", core], **cache)
    (tmp_path / "link").symlink_to(core)
    for name in core, str(tmp_path / "link"):
        assert "__main__.Node" in complete(build, "cycles", name, "--type", "", **cache)
    os.utime(core, (1, 1))
    assert not complete(build, "cycles", core, "--type", "", **cache)


DAMAGED = {"empty": "", "a line": "\n", "no target": "type dict", "cut": "process %s", "cut in a line": "process %s\ntype dict",
           "no words": "process %s\ntype\n\naddress\n", "zeros": "\0" * 99, "large": "process %s\n" + "type x\n" * 20000}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_file(build, nodes, tmp_path, name):
    (tmp_path / "answer").write_text(DAMAGED[name].replace("%s", nodes))
    offered = complete(build, "find", "-p", nodes, "--type", "", PYHEAP_CACHE=str(tmp_path))
    assert offered == []
