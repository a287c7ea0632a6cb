# SPDX-License-Identifier: Apache-2.0
"""The command records of the library: what there is to ask, with which options."""

from __future__ import annotations

from typing import Any, Callable, Iterator, List, NamedTuple, Optional, Sequence

from . import _native
from ._context import Context, LibheapError
from ._native import lib, text


class Option(NamedTuple):
    """One option: name, letter (or None), metavar (None for a switch), help, choices, shell (whether it is of the shell alone)."""

    name: str
    letter: Optional[str]
    metavar: Optional[str]
    help: str
    choices: List[str]
    shell: bool


def _choices(option: _native.Option) -> List[str]:
    found: List[str] = []
    while option.choices and option.choices[len(found)] is not None:
        found.append(text(option.choices[len(found)]))
    return found


def _option(raw: _native.Option) -> Option:
    letter = text(raw.letter) if raw.letter != b"\0" else None
    return Option(text(raw.name), letter, text(raw.metavar), text(raw.help), _choices(raw), raw.shell)


def _sequence(function: Callable[[int, int], Any], pointer: int) -> Iterator[Any]:
    index = 0
    while True:
        item = function(pointer, index)
        if not item:
            return
        yield item
        index += 1


class Command:
    """One command: name, group, summary, arguments, columns, options, writes_file (it writes the file of "output"), takes_target
    (it asks of one heap; if not, it is a command of the shell alone); help() and complete(words)."""

    def __init__(self, pointer: int) -> None:
        self.pointer = pointer
        self.name = text(lib.lh_command_name(pointer))
        self.group = text(lib.lh_command_group(pointer))
        self.summary = text(lib.lh_command_summary(pointer))
        self.arguments = text(lib.lh_command_arguments(pointer))
        self.writes_file = bool(lib.lh_command_writes_file(pointer))
        self.takes_target = bool(lib.lh_command_takes_target(pointer))
        self.columns = [text(name) for name in _sequence(lib.lh_command_column, pointer)]
        self.options = [_option(raw.contents) for raw in _sequence(lib.lh_command_option, pointer)]

    def __repr__(self) -> str:
        return "<libheap command %s: %s>" % (self.name, self.summary)

    def help(self, takes_target: bool = True) -> str:
        function = lib.lh_command_help if takes_target else lib.lh_command_help_in_debugger
        context = Context()
        try:
            return _native.take_text(context.out(function, context.pointer, self.pointer))
        finally:
            context.close()

    def complete(self, words: Sequence[str], takes_target: bool = False) -> List[str]:
        """Candidates for the last of @words. "@file", "@dir", "@pid": offer those yourself."""
        context = Context()
        try:
            lines = context.out(lib.lh_command_complete, context.pointer, self.pointer, len(words),
                                _native.words(words), takes_target)
            return _native.take_text(lines).splitlines()
        finally:
            context.close()


def commands() -> List[Command]:
    """All commands, in the order of help."""
    found: List[Command] = []
    while True:
        pointer = lib.lh_command_at(len(found))
        if not pointer:
            return found
        found.append(Command(pointer))


def command(name: str) -> Command:
    """The command called @name. LibheapError (EUSAGE) if there is none."""
    pointer = lib.lh_command_find(name.encode())
    if pointer:
        return Command(pointer)
    meant = text(lib.lh_command_suggest(name.encode()))
    hint = ", did you mean '%s'?" % meant if meant else ""
    raise LibheapError("EUSAGE", "there is no command '%s'%s" % (name, hint))
