# SPDX-License-Identifier: Apache-2.0
"""The command records of the library: what there is to ask, with which options."""

from collections import namedtuple

from . import _native
from ._context import Context, LibheapError
from ._native import lib, text

Option = namedtuple("Option", "name letter metavar help choices target")


def _choices(option):
    found = []
    while option.choices and option.choices[len(found)] is not None:
        found.append(text(option.choices[len(found)]))
    return found


def _option(raw):
    letter = text(raw.letter) if raw.letter != b"\0" else None
    return Option(text(raw.name), letter, text(raw.metavar), text(raw.help), _choices(raw), raw.target)


def _sequence(function, pointer):
    index = 0
    while True:
        item = function(pointer, index)
        if not item:
            return
        yield item
        index += 1


class Command:
    """One command: name, group, summary, arguments, columns, options; help() and complete(words)."""

    def __init__(self, pointer):
        self.pointer = pointer
        self.name = text(lib.lh_command_name(pointer))
        self.group = text(lib.lh_command_group(pointer))
        self.summary = text(lib.lh_command_summary(pointer))
        self.arguments = text(lib.lh_command_arguments(pointer))
        self.columns = [text(name) for name in _sequence(lib.lh_command_column, pointer)]
        self.options = [_option(raw.contents) for raw in _sequence(lib.lh_command_option, pointer)]

    def __repr__(self):
        return "<libheap command %s: %s>" % (self.name, self.summary)

    def help(self, takes_target=True):
        function = lib.lh_command_help if takes_target else lib.lh_command_help_in_debugger
        context = Context()
        try:
            return _native.take_text(context.out(function, context.pointer, self.pointer))
        finally:
            context.close()

    def complete(self, words, takes_target=False):
        """Candidates for the last of @words. "@file", "@dir", "@pid": offer those yourself."""
        context = Context()
        try:
            lines = context.out(lib.lh_command_complete, context.pointer, self.pointer, len(words),
                                _native.words(words), takes_target)
            return _native.take_text(lines).splitlines()
        finally:
            context.close()


def commands():
    """All commands, in the order of help."""
    found = []
    while True:
        pointer = lib.lh_command_at(len(found))
        if not pointer:
            return found
        found.append(Command(pointer))


def command(name):
    """The command called @name. LibheapError (EUSAGE) if there is none."""
    pointer = lib.lh_command_find(name.encode())
    if pointer:
        return Command(pointer)
    meant = text(lib.lh_command_suggest(name.encode()))
    hint = ", did you mean '%s'?" % meant if meant else ""
    raise LibheapError("EUSAGE", "there is no command '%s'%s" % (name, hint))
