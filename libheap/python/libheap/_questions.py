# SPDX-License-Identifier: Apache-2.0
"""Every command of the library as a method. Type checkers read _questions.pyi, which tools/gen-stubs makes of the same records."""

from ._commands import commands


class Commands:
    """What an open heap can be asked by command; run() is the heap's."""


def _method(record):
    def method(self, *words, **options):
        return self.run(record.name, *words, **options)

    method.__name__ = record.name.replace("-", "_")
    method.__qualname__ = "Heap." + method.__name__
    options = ", ".join(option.name.replace("-", "_") for option in record.options if not option.target)
    method.__doc__ = "%s Words: %s. Options: %s. Return: Result." % (record.summary, record.arguments or "none", options)
    return method


for _record in commands():
    setattr(Commands, _record.name.replace("-", "_"), _method(_record))
