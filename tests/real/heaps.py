# SPDX-License-Identifier: Apache-2.0
"""
Asking py-heap: the same call whether the answer comes from the executable or from the library in this process.

The library keeps a heap open between questions, which thousands of `refs` need. It is not used under sanitizers (their
runtime would have to be loaded into this Python) or when PYHEAP_TEST_BINDING=0.
"""
import json
import os
import subprocess
import sys

import pytest

EXECUTABLE = os.environ.get("PYHEAP", "py-heap")
BINDING = os.environ.get("PYHEAP_TEST_BINDING", "1") != "0"
LONGEST = 100000           # bytes of addresses in one command line


class Failed(Exception):
    """py-heap did not answer: exit status and what it said"""

    def __init__(self, command, status, said):
        Exception.__init__(self, "%s\n  exit status %s: %s" % (" ".join(command), status, said.strip()))
        self.command, self.status, self.said = command, status, said


def run(words, **more):
    """The executable as a user runs it: (status, stdout, stderr)"""
    done = subprocess.run([EXECUTABLE] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


class CommandLine:
    """One process a question"""

    def __init__(self, target, options):
        self.target, self.options = target, options

    def ask(self, command, *more):
        line = [command] + self.target + list(more) + words(self.options) + ["-f", "json", "-n", "0"]
        status, out, err = run(line)
        if status not in (0, 3):
            raise Failed([EXECUTABLE] + line, status, err)
        return json.loads(out)

    def close(self):
        pass


class Library:
    """One open heap for all questions"""

    def __init__(self, target, options, memory=None):
        import libheap
        self.error = libheap.LibheapError
        which = int(target[1]) if target[0] == "-p" else target[0]
        try:
            self.heap = libheap.open(which, layout=options["--layout"], debug_dir=options.get("--debug-dir"),
                                     sysroot=options.get("--sysroot"), memory=memory)
        except self.error as error:
            raise Failed(["libheap.open"] + target + words(options), 1, str(error))

    def ask(self, command, *words):
        try:
            answer = self.heap.run(command, *words, limit=0)
        except self.error as error:
            raise Failed([command] + list(words), 1, str(error))
        return {"summary": answer.summary, "rows": answer.rows, "warnings": answer.warnings, "complete": answer.complete,
                "target": answer.target}

    def close(self):
        self.heap.close()


def words(options):
    return [word for option in options.items() for word in option]


def open_heap(target, layout, debug_dir=None, sysroot=None, memory=None):
    """target: [path] or ["-p", pid]; memory: as libheap.open()'s, for the binding alone"""
    options = {"--layout": layout}
    if debug_dir:
        options["--debug-dir"] = debug_dir
    if sysroot:
        options["--sysroot"] = sysroot
    if BINDING:
        try:
            return Library(target, options, memory)
        except (ImportError, AttributeError) as error:      # a folder of that name counts as a module
            sys.stderr.write("without the binding, one process a question: %s\n" % error)
    return CommandLine(target, options)


def typed(heap):
    """The library's Heap of an open one"""
    if not isinstance(heap, Library):
        pytest.skip("under sanitizers the library is not loaded into this Python")
    return heap.heap


def check_chain(references, first, last):
    """References lead from the object at one address to that at the other, and each is one that its holder has"""
    assert [first] + [r.target_address for r in references] == [r.holder_address for r in references] + [last]
    for r in references:
        its = {(one.target_address, one.name, one.visited, one.conservative) for one in r.holder.refs()}
        assert (r.target_address, r.name, r.visited, r.conservative) in its, r


def address(text):
    return int(text, 16)
