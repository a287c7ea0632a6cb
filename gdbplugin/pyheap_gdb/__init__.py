# SPDX-License-Identifier: Apache-2.0
"""Registers libheap's commands in GDB. Nothing here needs an inferior."""

from . import commands, functions, inferior, moments, parameters

_registered = []


def register():
    """Once per session; sourcing the plugin again changes nothing."""
    if _registered:
        return
    _registered.append(parameters.Parameters())
    _registered.extend(commands.make(_registered[0]))
    _registered.extend(functions.make(_registered[0]))
    inferior.watch()
    moments.watch()
