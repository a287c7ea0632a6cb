# SPDX-License-Identifier: Apache-2.0
"""
Counts that native code gave back too often, until nothing was left: run as PROGRAM FOLDER.

Objects freed while containers hold them, whose blocks are free now, or something else's; static objects with a count of 0 and
below.
"""
import ctypes
import gc
import json
import os
import sys
import time


# Of sizes that nothing else has here, so that what was freed keeps its block, or gets another's that is planned:
class Job(object):
    __slots__ = ["slot%d" % n for n in range(50)]


class Limits(object):
    __slots__ = ["slot%d" % n for n in range(40)]


class Route(object):
    def __init__(self, limits):
        self.limits = limits


def give_back(one, times=1):
    function = ctypes.pythonapi.Py_DecRef
    function.argtypes, function.restype = [ctypes.py_object], None
    for _ in range(times):
        function(one)


def routes_of(count):
    limits = Limits()
    routes = [Route(limits) for _ in range(count)]
    told["reused"] = id(limits)
    give_back(limits, count)            # what the call itself holds is left: it is freed as the call returns
    return routes


def static_counts():
    """As after none_dealloc(), of objects that the interpreter itself does not need to wait"""
    told["ellipsis"], told["type"] = id(Ellipsis), id(memoryview)
    told["held"] = [Ellipsis] * 30
    ctypes.c_ssize_t.from_address(id(Ellipsis)).value = -3
    ctypes.c_ssize_t.from_address(id(memoryview)).value = 0


gc.disable()
told = {}
plain = [Job() for _ in range(30)]
kept = tuple(plain)
told["free"] = list(map(id, plain[::10]))
for number in range(0, 30, 10):
    give_back(plain[number], 2)         # the list's and the tuple's
routes = routes_of(20)
others = [b"n" * (Limits.__basicsize__ + 16 - bytes(b"").__sizeof__() - n % 8) for n in range(500)]      # with a Limits' gc head
if sys.version_info < (3, 12) and not hasattr(sys, "gettotalrefcount"):
    static_counts()                     # 3.12+: they have none; debug builds end at the first count of 0
held = told.pop("held", None)
with open(os.path.join(sys.argv[1], "counts.json"), "w") as out:
    json.dump(told, out)
open(os.path.join(sys.argv[1], "ready"), "w").close()
while True:
    time.sleep(3600)
