# SPDX-License-Identifier: Apache-2.0
"""One gdb.Command a record of libheap: words in, text out."""

import os

import gdb
import libheap

from . import inferior

PREFIX = "py-heap"


class PrefixCommand(gdb.Command):
    """The word before all commands; alone, it lists them."""

    def __init__(self):
        lines = ["Look into the heap of the CPython process or core being debugged.", ""]
        lines += ["%s %-10s %s" % (PREFIX, record.name, record.summary) for record in libheap.commands()]
        self.__doc__ = "\n".join(lines + ["", "No code is run in the process and nothing is written to it."])
        super().__init__(PREFIX, gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        word = (gdb.string_to_argv(line) or [None])[0]
        if word is None:
            gdb.write(self.__doc__ + "\n")
            return
        try:
            libheap.command(word)
        except libheap.LibheapError as error:
            raise gdb.GdbError("%s: %s" % (PREFIX, error)) from None


class HeapCommand(gdb.Command):
    """A command of libheap."""

    def __init__(self, record, parameters):
        self._record = record
        self._parameters = parameters
        self.__doc__ = record.help()
        super().__init__("%s %s" % (PREFIX, record.name), gdb.COMMAND_DATA)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        try:
            self._run(self._parameters.words() + [_word(word) for word in gdb.string_to_argv(line)])
        except KeyboardInterrupt:
            inferior.drop()  # what was interrupted may be half read
            raise
        except libheap.LibheapError as error:
            if error.code != "EUSAGE":
                inferior.drop()
            raise gdb.GdbError("%s: %s" % (PREFIX, error)) from None

    def _run(self, words):
        parsed = libheap.parse(self._record.name, words)
        if parsed.get("help") is not None:
            gdb.write(self.__doc__)
            return
        heap = inferior.heap(parsed.get("layout") or "auto", self._parameters.targets())
        output = parsed.get("output")
        answer = heap.answer(self._record.name, words, prefix=PREFIX, **({} if output else _style()))
        if output:
            heap.write(os.path.expanduser(output), answer.text)
        else:
            gdb.write(answer.text)
        if parsed.get("quiet") is None:
            gdb.write(answer.warnings, gdb.STDERR)

    def complete(self, line, word):
        words = line.split(" ")
        candidates = self._record.complete([w for w in words[:-1] if w] + words[-1:])
        if "@file" in candidates or "@dir" in candidates:
            return gdb.COMPLETE_FILENAME
        kept = len(words[-1]) - len(word or "")  # GDB replaces its own idea of a word, which "-" may break
        return [candidate[kept:] for candidate in candidates if not candidate.startswith("@")]


def _word(word):
    """$1, $rax, $self are GDB's: their value is the address."""
    if not word.startswith("$"):
        return word
    try:
        return hex(int(gdb.parse_and_eval(word)) & 0xFFFFFFFFFFFFFFFF)
    except gdb.error as error:
        raise gdb.GdbError("%s: %s: %s" % (PREFIX, word, error)) from None


def _style():
    """How GDB wants text to look."""
    terminal = os.isatty(1) and os.environ.get("TERM", "dumb") != "dumb"
    color = terminal and not os.environ.get("NO_COLOR") and bool(gdb.parameter("style enabled"))
    return {"color": color, "width": gdb.parameter("width") or 0}


def make(parameters):
    """Register the prefix and a command for every record."""
    return [PrefixCommand()] + [HeapCommand(record, parameters) for record in libheap.commands()]
