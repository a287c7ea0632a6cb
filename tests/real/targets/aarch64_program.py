# SPDX-License-Identifier: Apache-2.0
"""
Objects of many kinds, and then an abort: aarch64_program.py FOLDER. A forked child tells the tracked objects by type.

No process may be looked into from outside while it is emulated, so the emulator's own core is all there is.
"""
import collections
import gc
import json
import os
import sys


class Node(object):
    def __init__(self, number):
        self.number, self.items, self.me = number, [number] * 3, self


nodes = [Node(number) for number in range(300)]
kept = [{str(n): [n] for n in range(500)}, collections.deque([[]] * 90), collections.OrderedDict(a=[]), set(range(50)),
        b"large" * 100000, u"text" * 5000, 1 << 3000, [lambda: node for node in nodes[:20]]]


def name_of(kind):
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def tell(folder):
    """Before anything that this itself makes"""
    objects = gc.get_objects()
    with open(os.path.join(folder, "account.json"), "w") as out:
        json.dump(collections.Counter(name_of(type(one)) for one in objects), out)
    os._exit(0)


gc.collect()
gc.disable()
child = os.fork()
if child == 0:
    tell(sys.argv[1])
os.waitpid(child, 0)
os.abort()
