# SPDX-License-Identifier: Apache-2.0
"""
Debian's packages, each imported and used a little: @uses registers a function that returns what it made, to be kept.

None needs a network, a display or a server. What is left behind in passing (caches, cycles, C state) is the point. The functions are
in packages_web.py, packages_data.py and packages_system.py.
"""
import importlib

USES = {}


def uses(function):
    USES[function.__name__] = function
    return function


def use(name):
    for group in "web", "data", "system":
        importlib.import_module("packages_" + group)
    return USES[name]()
