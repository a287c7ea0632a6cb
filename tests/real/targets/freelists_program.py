# SPDX-License-Identifier: Apache-2.0
"""Freelists with something in each, and the interpreter's own count of them: run as PROGRAM FOLDER."""
import gc
import os
import signal
import sys

from account import publish


class Kind(object):
    def method(self):
        return self


def fill():
    """Objects that die together, more of a kind than of the next"""
    gc.disable()
    kept = [[0.5 * i for i in range(31)], [[] for _ in range(29)], [{i: i} for i in range(23)]]
    kept += [[tuple(range(i)) for _ in range(i + 3)] for i in range(1, 21)]
    kept += [[Kind().method for _ in range(19)], [[].append for _ in range(13)], [object(), slice(1, 2)]]
    kept += [[iter([]) for _ in range(5)], [iter(()) for _ in range(4)], [10 ** 6 + i for i in range(9)], [set() for _ in range(6)]]
    del kept[:]


def main(folder):
    stats, pause = getattr(sys, "_debugmallocstats", None), signal.pause
    descriptor = os.open(os.path.join(folder, "mallocstats.txt"), os.O_CREAT | os.O_WRONLY)
    publish(folder, "ready", None)
    fill()
    os.dup2(descriptor, 2)
    # From here on nothing is made or freed.
    if stats:
        stats()
    pause()


if __name__ == "__main__":
    main(sys.argv[1])
