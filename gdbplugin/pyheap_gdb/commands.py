# SPDX-License-Identifier: Apache-2.0
"""One gdb.Command per record of libheap: words in, text out."""

import contextlib
import os
import re

import gdb
import libheap

from . import inferior, moments

PREFIX = "py-heap"
ADDRESS = re.compile("0[xX][0-9a-fA-F]+|[0-9][0-9a-fA-F]*")
HEXADECIMAL = re.compile("[0-9a-fA-F]+")  # debuggers print addresses without 0x, but "dead" may be a variable


def records():
    """Commands that ask of what is being debugged; the others are of the shell."""
    return [record for record in libheap.commands() if record.takes_target]


class PrefixCommand(gdb.Command):
    """The word before all commands; alone, it lists them."""

    def __init__(self):
        # GDB's "help py-heap" lists the commands below this
        self.__doc__ = ("Examine the heap of the CPython process or core being debugged.\n\n"
                        "No code is run in the process and nothing is written to it.")
        super().__init__(PREFIX, gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        word = (gdb.string_to_argv(line) or [None])[0]
        if word is None:
            for record in records():
                gdb.write("%s %-10s %s\n" % (PREFIX, record.name, record.summary))
            gdb.write("\n%s\n" % self.__doc__.splitlines()[-1])
            return
        try:
            libheap.parse(word, [])  # says of a command that is not one of GDB's why it is not
        except libheap.LibheapError as error:
            raise gdb.GdbError("%s: %s" % (PREFIX, error)) from None


@contextlib.contextmanager
def asking():
    """What fails within is an error of GDB, and the heap is dropped if it may be the reason."""
    try:
        yield
    except KeyboardInterrupt:
        inferior.drop("interrupted")  # it may be half read
        raise
    except libheap.LibheapError as error:
        if error.code not in ("EUSAGE", "EFAULT"):  # wrong words and addresses do not change a heap
            inferior.drop("failed")
        raise gdb.GdbError("%s: %s" % (PREFIX, error)) from None


class HeapCommand(gdb.Command):
    """A command of libheap."""

    _last = {"type": [], "address": []}  # in the last answer of this session, of any command

    def __init__(self, record, parameters):
        self._record = record
        self._parameters = parameters
        self.__doc__ = record.help(takes_target=False)
        super().__init__("%s %s" % (PREFIX, record.name), gdb.COMMAND_DATA)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        with asking():
            self._run(self._words(gdb.string_to_argv(line)))

    def _words(self, words):
        """The words with addresses for expressions of GDB: where the command, or an option, takes ADDR."""
        found, expression = [], []
        for word, option in self._with_options(words):
            if option is None and not word.startswith("-") and "ADDR" in self._record.arguments:
                expression.append(word)  # without quotes GDB splits it at blanks
            else:
                found.append(_address(word) if option is not None and option.metavar == "ADDR" else word)
        return found + ([_address(" ".join(expression))] if expression else [])

    def _with_options(self, words):
        """Each word, and the option that it is the value of, or None."""
        before = None
        for word in words:
            yield word, self._option(before)
            before = word

    def _option(self, word):
        """The option @word, if the next word is its value; else None."""
        if word is None or not word.startswith("-") or "=" in word:
            return None
        return next((option for option in self._record.options if option.metavar and
                     (word == "--" + option.name or (option.letter and word == "-" + option.letter))), None)

    def _run(self, own):
        words = self._parameters.words() + own
        parsed = libheap.parse(self._record.name, words)
        if parsed.get("help") is not None:
            gdb.write(self.__doc__)
            return
        selected = gdb.selected_inferior()
        for word in self._earlier(own):
            moments.require(selected, word)
        heap = inferior.heap(parsed.get("layout") or "auto", self._parameters.targets())
        output = None if self._record.writes_file else parsed.get("output")
        answer = heap.answer(self._record.name, words, moments.paths(selected), prefix=PREFIX, **({} if output else _style()))
        HeapCommand._last = answer.candidates
        if output:
            heap.write(os.path.expanduser(output), answer.text)
        else:
            gdb.write(answer.text)
        if parsed.get("quiet") is None:
            gdb.write(answer.warnings, gdb.STDERR)

    def _earlier(self, words):
        """Those of @words that name an earlier moment."""
        argument = self._record.arguments.startswith("BEFORE")
        return [word for word, option in self._with_options(words)
                if (option.metavar == "BEFORE" if option else argument and not word.startswith("-"))]

    def complete(self, line, word):
        words = line.split(" ")
        candidates = self._record.complete([w for w in words[:-1] if w] + words[-1:])
        found = self._moments(words) + [candidate for candidate in candidates if not candidate.startswith("@")]
        if not found and ("@file" in candidates or "@dir" in candidates):
            return gdb.COMPLETE_FILENAME
        for kind, names in self._last.items():
            if "@" + kind in candidates:
                found += [name for name in names if name.startswith(words[-1])]
        kept = len(words[-1]) - len(word or "")  # GDB replaces its own idea of a word, which "-" may break
        return [candidate[kept:] for candidate in found]

    def _moments(self, words):
        """Names of moments that the last word may be the beginning of."""
        if not self._earlier(words):
            return []
        return [name for name in moments.paths(gdb.selected_inferior()) if name.startswith(words[-1])]


class SnapshotCommand(HeapCommand):
    """Keeps moments, too."""

    def _run(self, own):
        free = [word for word, option in self._with_options(own) if option is None]
        names = [word for word in free if not word.startswith("-")]
        if not own:
            gdb.write(moments.table())
        elif len(names) == 1 and not any(word.startswith(("-o", "--o")) for word in free):
            self._keep(names[0], [word for word in own if word != names[0]])
        else:
            super()._run(own)

    def _keep(self, name, options):
        if not moments.NAME.fullmatch(name):
            raise gdb.GdbError("%s: snapshot: '%s' is no name of a moment: letters, digits, _ and -; -o %s writes a file" % (
                PREFIX, name, name))
        words = self._parameters.words() + options
        words += [] if "--no-values" in words else ["--values"]  # by contents objects are known again
        parsed = libheap.parse(self._record.name, words + ["-o", name])
        if parsed.get("help") is not None:
            super()._run(["--help"])
            return
        selected, found = gdb.selected_inferior(), []
        heap = inferior.heap(parsed.get("layout") or "auto", self._parameters.targets())
        stored = moments.keep(selected, name, lambda path: found.append(heap.run(self._record.name, *words, output=path)))
        gdb.write("%s: %s of memory, %s of disk, until GDB ends. Let it go on, then: %s diff %s\n" % (
            name, moments.bytes_text(found[0].summary["memory"]), moments.bytes_text(stored), PREFIX, name))


def _address(word):
    """An address as it is; else what GDB makes of the expression: o, *args, &PyDict_Type, $rdi, $1. Of anything but a pointer
    or number, its address."""
    if ADDRESS.fullmatch(word):
        return word
    try:
        return hex(address_of(_value(word)))
    except (gdb.error, TypeError) as error:
        if HEXADECIMAL.fullmatch(word):
            return word
        raise gdb.GdbError("%s: %s: %s" % (PREFIX, word, str(error).rstrip("."))) from None


def address_of(value):
    """The address that a value of GDB is, or where it lies."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION, gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_FUNC):
        value = value.address
    return int(value) & 0xFFFFFFFFFFFFFFFF


def _value(word):
    try:
        return _evaluate(word)
    except gdb.error as error:
        try:
            return _evaluate("&(%s)" % word)  # data without debug information for its type
        except gdb.error:
            raise error from None


def _evaluate(expression):
    """The value; functions of the process are not called for it."""
    allowed = gdb.parameter("may-call-functions")
    gdb.execute("set may-call-functions off", to_string=True)
    try:
        return gdb.parse_and_eval(expression)
    finally:
        if allowed:
            gdb.execute("set may-call-functions on", to_string=True)


def _style():
    """How GDB wants text to look."""
    terminal = os.isatty(1) and os.environ.get("TERM", "dumb") != "dumb"
    color = terminal and not os.environ.get("NO_COLOR") and bool(gdb.parameter("style enabled"))
    return {"color": color, "width": gdb.parameter("width") or 0}


def make(parameters):
    """Register the prefix and a command for every record."""
    kinds = {"snapshot": SnapshotCommand}
    return [PrefixCommand()] + [kinds.get(record.name, HeapCommand)(record, parameters) for record in records()]
