# SPDX-License-Identifier: Apache-2.0
"""
Every command of the library as a method, and as a call of the things of a heap that have its name: heap.types() is the command, and
heap.types the types. Type checkers read _questions.pyi, which tools/gen-stubs makes of the same records.
"""

from inspect import Parameter, Signature

from ._commands import commands

SHELL = {"format", "output", "quiet", "verbose", "progress", "help"}  # what is printed, where to, and how


class Commands:
    """What an open heap can be asked by command; run() is the heap's."""


def keywords(record):
    """The options that a script may give, each once: a command's own come before those of every command."""
    found = {}
    for option in record.options:
        if not option.shell and (option.name not in SHELL or (option.name == "output" and record.writes_file)):
            found.setdefault(option.name.replace("-", "_"), option)
    return found


def _signature(record):
    parameters = [Parameter("self", Parameter.POSITIONAL_OR_KEYWORD), Parameter("words", Parameter.VAR_POSITIONAL)]
    for name, option in keywords(record).items():
        parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=None if option.metavar else False))
    return Signature(parameters)


def _doc(record):
    lines = [record.summary, "", "Words: %s. Return: Result." % (record.arguments or "none"), ""]
    for name, option in keywords(record).items():
        choices = " (%s)" % ", ".join(option.choices) if option.choices else ""
        lines.append("%s: %s%s" % (name, option.help, choices))
    return "\n".join(lines)


def _described(function, record, name):
    function.__name__, function.__qualname__ = name.rsplit(".", 1)[-1], name
    function.__doc__, function.__signature__ = _doc(record), _signature(record)
    return function


def _method(record, name):
    def method(self, *words, **options):
        return self.run(record.name, *words, **options)

    return _described(method, record, "Heap." + name)


def _called(record, name):
    def call(self, *words, **options):
        return self._heap.run(record.name, *words, **options)

    return type(name, (), {"__call__": _described(call, record, name + ".__call__"), "__slots__": (), "__module__": __name__})


for _record in filter(lambda record: record.takes_target, commands()):
    _name = _record.name.replace("-", "_")
    setattr(Commands, _name, _method(_record, _name))
    globals()[_name.title() + "Command"] = _called(_record, _name.title() + "Command")
