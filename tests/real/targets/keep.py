# SPDX-License-Identifier: Apache-2.0
"""Where the heap program keeps what it makes: builders register with @kind and are run in order."""
KINDS = []
KEEP = {}


def kind(function):
    KINDS.append(function)
    return function
