# SPDX-License-Identifier: Apache-2.0
"""The words around commands: help, mistakes, targets that are none, exit status."""

import os
import re
import subprocess

import pytest


def error(run, status):
    """The one line on stderr of a command that failed with @status."""
    assert run.returncode == status, run
    assert run.stdout == ""
    lines = run.stderr.splitlines()
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("py-heap: ")
    return lines[0]


def test_alone_it_explains_itself(py_heap, commands):
    run = py_heap()
    assert run.returncode == 0 and run.stderr == ""
    assert run.stdout == py_heap("help").stdout == py_heap("--help").stdout
    for name in commands:
        assert re.search(r"^  %s\b" % name, run.stdout, re.M)
    assert max(map(len, run.stdout.splitlines())) <= 80


def test_version(py_heap):
    assert re.fullmatch(r"py-heap \d+\.\d+\.\d+\n", py_heap("--version").stdout)


def test_help_of_every_command(py_heap, commands):
    assert len(commands) >= 8
    for name in commands:
        run = py_heap("help", name)
        assert run.returncode == 0 and run.stderr == ""
        assert run.stdout == py_heap(name, "--help").stdout
        for part in ("Usage: py-heap %s" % name, "Columns", "Options of every command", "Examples"):
            assert part in run.stdout


def test_examples_in_help_parse(py_heap, commands):
    """An example must fail for want of its core alone, never for its words."""
    for name in commands:
        text = py_heap("help", name).stdout.split("Examples\n")[1].split("\n\n")[0]
        for line in text.splitlines():
            words = line.split()
            assert words[0] == "py-heap"
            words = [w.replace("core.1234", "/no/such/core") for w in words[1:]]
            if "-p" in words:
                words[words.index("-p") + 1] = "999999999"
            assert py_heap(*words, env={"PYHEAP_FLEET": "/no/such/fleet.db"}).returncode == 1, line


@pytest.mark.parametrize("words", [
    ["info", "--sort", "offset"],                       # a column of --layout-fields alone
    ["info", "--layout", "best"],
    ["types", "--sort", "address"],
    ["types", "--limit", "few"],
    ["types", "spare"],
    ["leaks", "--fail-over", "much"],
    ["diff"],
    ["diff", "before", "--objects"],
    ["diff", "first", "second", "third"],
    ["find"],
    ["find", "--min-bytes", "big"],
    ["find", "--value", b"\xff"],
    ["gc", "--quiet", "--verbose"],
    ["garbage", "--components", "--frozen"],
    ["garbage", "--components", "--sort", "count"],
    ["cycles", "--min-bytes", "big"],
    ["retained", "--under", "below"],
    ["retained", "--by-type", "--sort", "path"],
    ["interned", "--format", "xml"],
    ["crash", "0x10"],
    ["threads", "--tasks", "--locals"],
    ["threads", "--retained"],
    ["refaudit", "--by-type", "--sort", "refcount"],
    ["object"],
    ["object", "here"],
    ["object", "0x10", "0x20"],
    ["refs"],
    ["refs", "0x10", "there"],
    ["refs", "0x10", "--depth", "0"],
    ["referrers", "here"],
    ["referrers", "0x10", "--depth", "0"],
    ["why"],
    ["why", "here"],
    ["why", "0x10", "--type", "dict"],
    ["why", "--type", "dict", "--all-roots"],
    ["why", "0x10", "--avoid"],
    ["arenas", "--classes", "--sort", "address"],
    ["arenas", "--threads", "many"],
    ["export"],
    ["export", "-o", "-"],
    ["snapshot"],
    ["export", "-o", "heap.unknown"],
    ["capture", "--format", "xml"],
    ["fleet"],
    ["freelists", "--sort", "address"],
    ["memory", "--depth", "deep"],
    ["orphans", "here"],
    ["pins", "--below", "half"],
    ["pins", "--owners", "--blocks"],
    ["report", "-o", "report.unknown"],
    ["sites", "here"],
    ["verify", "here"],
    ["waste", "--duplicates", "--sort", "kind"],
], ids=lambda words: " ".join(map(str, words)))
def test_wrong_words_are_reported_before_a_target_is_opened(build, words):
    """Nobody wants to hear of a typing mistake after an hour: a core that does not exist is not even looked for."""
    run = subprocess.run([os.path.join(build, "corefile-tools", "py-heap"), words[0], "/no/such/core", *words[1:]],
                         capture_output=True, check=False, timeout=60)
    assert run.returncode == 2 and run.stdout == b"", run
    assert len(run.stderr.splitlines()) == 1 and b"/no/such/core" not in run.stderr


def test_wrong_words_of_every_command_are_tried(commands):
    marks = test_wrong_words_are_reported_before_a_target_is_opened.pytestmark
    assert {words[0] for words in marks[0].args[1]} == set(commands)


@pytest.mark.parametrize("words, text", [
    (["typs"], "there is no command 'typs', did you mean 'types'?"),
    (["zebra"], "there is no command 'zebra' (py-heap help lists them)"),
    (["help", "garbge"], "there is no command 'garbge', did you mean 'garbage'?"),
    (["type"], "there is no command 'type', did you mean 'types'?"),  # no abbreviations: scripts must not break
    (["types"], "types: no target: give a core file, or -p PID"),
    (["types", "c", "--trakced"], "types: unknown option '--trakced', did you mean '--tracked'?"),
    (["types", "c", "--sort", "byts"], "types: no column 'byts' to sort by, did you mean 'bytes'?"),
    (["types", "c", "extra"], "types: unexpected argument 'extra'"),
    (["-p", "123", "types", "--tracked"], "the command comes first: py-heap types -p 123 --tracked"),
    (["core.1234", "types"], "the command comes first: py-heap types core.1234"),
    (["types", "c", "-q", "-v"], "types: --quiet and --verbose contradict each other: give one of them"),
    (["find", "c"], "find: no condition: give --type, --attr, --key, --value or --min-bytes"),
    (["find", "c", "--min-bytes", "1Q"], "find: --min-bytes needs a number, not '1Q'"),
    (["find", "c", "--min-bytes", "1.5"], "find: --min-bytes needs a number, not '1.5'"),
    (["types", "-p", "abc"], "types: --pid needs a number, not 'abc'"),
    (["object", "c"], "object: ADDR is missing"),
])
def test_wrong_usage(py_heap, words, text):
    assert error(py_heap(*words), 2) == "py-heap: " + text


def test_no_such_file(py_heap):
    line = error(py_heap("types", "/no/such/core"), 1)
    assert "/no/such/core" in line and "No such file" in line


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x7fELF", b"\x7fELF" + b"\0" * 60, bytes(range(256)) * 16],
                         ids=["empty", "text", "magic", "header", "noise"])
def test_not_a_core(py_heap, tmp_path, content):
    path = tmp_path / "thing"
    path.write_bytes(content)
    assert str(path) in error(py_heap("types", path), 1)


def test_a_process_is_no_file(py_heap, tmp_path):
    line = error(py_heap("types", os.getpid(), cwd=tmp_path), 1)
    assert line.endswith("did you mean 'py-heap types -p %d'?" % os.getpid())


def test_folder(py_heap, tmp_path):
    error(py_heap("types", tmp_path), 1)


def test_executable_is_not_a_core(py_heap):
    error(py_heap("types", "/bin/sh"), 1)


@pytest.mark.parametrize("pid", ["999999999", "0", "99999999999999"])
def test_bad_pid(py_heap, pid):
    error(py_heap("types", "-p", pid), 1)


def test_process_without_python(py_heap):
    import subprocess
    with subprocess.Popen(["sleep", "60"]) as sleep:
        try:
            error(py_heap("types", "-p", sleep.pid), 1)
            assert sleep.poll() is None
        finally:
            sleep.kill()


def test_closed_pipe_is_quiet(build):
    import subprocess
    program = os.path.join(build, "corefile-tools", "py-heap")
    run = subprocess.run("%s help types | true" % program, shell=True, capture_output=True, text=True)
    assert run.stderr == ""
