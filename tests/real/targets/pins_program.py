# SPDX-License-Identifier: Apache-2.0
"""
Few objects that keep many arenas, until SIGUSR1 frees them: run as PROGRAM FOLDER.

before.txt, after.txt: sys._debugmallocstats(), where there is one.
"""
import gc
import os
import signal
import sys

DENSE, SPARSE = (60000, 4), (240000, 2000)      # small objects, and of how many one stays


class Session(object):
    __slots__ = ("name", "buffer", "items")


class Items(list):          # no list of its own is kept for reuse
    pass


def make(name):
    one = Session()
    one.name = name         # of the burst itself: these lie in all of its arenas
    one.buffer = bytearray(b"b" * 100)
    one.items = Items([None] * 12)
    return one


def burst(keep, count, every):
    rows = []
    for i in range(count):
        rows.append("value %d of the burst that is gone soon" % i)
        if i % every == 0:
            keep.append(make(rows[-1]))


def write(folder, name):
    path = os.path.join(folder, name)
    if hasattr(sys, "_debugmallocstats"):
        errors, out = os.dup(2), os.open(path + ".part", os.O_CREAT | os.O_WRONLY)
        os.dup2(out, 2)
        sys._debugmallocstats()
        os.dup2(errors, 2)
    else:
        os.close(os.open(path + ".part", os.O_CREAT | os.O_WRONLY))
    os.rename(path + ".part", path)


def main(folder):
    for _ in range(2):
        write(folder, "before.txt")         # what this needs is there before the arenas of the bursts
    signal.signal(signal.SIGUSR1, lambda *_: None)
    burst(dense, *DENSE)
    burst(sessions, *SPARSE)           # fills the holes of the others first
    gc.collect()
    write(folder, "before.txt")
    write(folder, "ready")
    signal.pause()
    del sessions[:]
    gc.collect()
    write(folder, "after.txt")
    signal.pause()


sessions, dense = [], []
main(sys.argv[1])
