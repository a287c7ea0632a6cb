# SPDX-License-Identifier: Apache-2.0
"""The shell, the prompt, GDB and the binding give the same answers to the same questions: each command, of one core of each version."""
import json
import os
import shutil
import subprocess

import heaps
import interpreters
import programs
import pytest
import target

pytest_generate_tests = programs.parametrize

PLUGIN = os.path.join(target.HERE, "..", "..", "gdbplugin", "py-heap.py")
GDB = ["gdb", "-nx", "-batch", "-q", "-iex", "set debuginfod enabled off", "-iex", "set auto-load off", "-x", PLUGIN]
OF_AN_OBJECT = "object", "refs", "referrers", "why"


@pytest.fixture(scope="module")
def core(interpreter):
    first = next(one.name for one in interpreters.find()
                 if one.version[:2] == interpreter.version[:2] and not (one.unsupported() or one.allocator or one.debug))
    if interpreter.name != first:
        pytest.skip("one of each version is enough")
    program = programs.start(interpreter, "cycles")
    yield programs.dumped(program, "gcore")[0]
    program.remove()


def decode(text):
    """Documents of JSON, one after the other"""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        at += len(text) - at - len(text[at:].lstrip())
        answer, at = decoder.raw_decode(text, at)
        answer.pop("target")        # GDB is another kind of target
        found.append(answer)
    return found


def questions(core):
    import libheap
    address = json.loads(heaps.run(["find", core, "--type", "dict", "-f", "json"])[1])["rows"][0]["address"]
    for command in libheap.commands():
        if command.takes_target and not command.writes_file and command.name != "diff":
            yield [command.name] + [address] * (command.name in OF_AN_OBJECT) + ["--type", "dict"] * (command.name == "find")


def test_same_answers(core):
    if not heaps.BINDING or not shutil.which("gdb"):
        pytest.skip("no binding under sanitizers, or no gdb here")
    import libheap
    asked = list(questions(core))
    assert len(asked) > 20
    shell = [decode(heaps.run([words[0], core] + words[1:] + ["-f", "json"])[1])[0] for words in asked]
    lines = [" ".join(words) + " -f json" for words in asked]
    prompt = subprocess.run([heaps.EXECUTABLE, core], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, universal_newlines=True)
    gdb = subprocess.run(GDB + ["-c", core] + [word for line in lines for word in ("-ex", "py-heap " + line)],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, universal_newlines=True)
    for face, answers in ("the prompt", decode(prompt.stdout)), ("GDB", decode(gdb.stdout[gdb.stdout.index("{"):])):
        assert len(answers) == len(asked)
        for words, one, other in zip(asked, shell, answers):
            assert other == one, (face, words)
    heap = libheap.open(core)
    for words, one in zip(asked, shell):
        answer = heap.run(*words)
        assert [[dict(row) for row in answer.rows], answer.summary, answer.complete] == \
            [one["rows"], one["summary"], one["complete"]], ("the binding", words)
    heap.close()
