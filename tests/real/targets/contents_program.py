# SPDX-License-Identifier: Apache-2.0
"""Containers and values of all kinds; contents.json has id() of each container, its length and the id() of its items, in the
order in which it iterates, and the repr() of each value. For 2.7 and 3.6 to 3.15."""
import collections
import json
import os
import sys
import time

FOLDER = sys.argv[1]


class Record(object):
    pass


class Rows(list):
    pass


class Table(dict):
    pass


def records():
    """Dicts that share their keys, filled in several orders"""
    deleted, other, same = Record(), Record(), Record()
    deleted.x, deleted.y, deleted.z = 1, 2, 3
    del deleted.y
    deleted.y = 4
    other.z, other.x, other.y = 1, 2, 5
    same.x, same.y, same.z = 1, 2, 3
    return [record.__dict__ for record in (deleted, other, same)]


def with_gaps():
    found = {}
    for i in range(3000):
        found[i * 7] = str(i)
    for i in range(0, 3000, 3):
        del found[i * 7]
    found["late"] = None
    return found


def ordered():
    if sys.version_info[0] == 2:        # its order is that of a list in Python
        return []
    moved, replaced = collections.OrderedDict((str(i), i) for i in range(50)), collections.OrderedDict(a=1, b=2)
    moved.move_to_end("3")
    moved.move_to_end("7", last=False)
    del moved["5"]
    replaced["a"] = 3
    return [moved, replaced, collections.OrderedDict()]


def turned():
    found = collections.deque(range(1000, 1300))
    found.popleft()
    found.rotate(77)
    found.appendleft("x")
    return found


def shrunk():
    found = set(range(5000, 5100))
    for i in range(5000, 5050):
        found.discard(i)
    return found


CONTAINERS = [[], [1], list(range(2000)), Rows([1, 2]), (), (1, (2, 3)), {}, {1: 2}, with_gaps(), Table(x=1, y=2),
              dict(vars(collections)), collections.defaultdict(list, {1: [], 2: []}), collections.Counter("abracadabra"),
              turned(), collections.deque(), collections.deque([1], 5), set(), shrunk(), frozenset([1, "a", None]),
              set("a" * i for i in range(40))] + records() + ordered()
if sys.version_info[0] > 2:
    CONTAINERS.append(sys.float_info)   # a struct sequence
if sys.version_info >= (3, 15):
    CONTAINERS.append(eval("frozendict(a=1, b=2)"))
CUT = bytearray(b"0123456789" * 10)
del CUT[:33]
VALUES = [sign * (2 ** bits + more) for bits in (0, 15, 30, 31, 60, 62, 63, 64, 90, 200, 2000) for more in (-1, 0, 1)
          for sign in (1, -1)] + [True, False, 1.5, -0.0, 1e300, 1 + 2j, -3.25j, b"", b"a\0b", bytearray(), bytearray(b"hello"),
                                  CUT, u"", u"text", u"\u0416\u20ac", u"\U0001f600"]


def items(container):
    if hasattr(container, "keys"):
        return [[id(key), id(container[key])] for key in container]
    return [[index, id(item)] for index, item in enumerate(container)]


def main():
    account = {"containers": [[id(each), len(each), items(each)] for each in CONTAINERS],
               "values": [[id(each), repr(each), type(each).__name__] for each in VALUES]}
    with open(os.path.join(FOLDER, "contents.json"), "w") as stream:
        json.dump(account, stream)
    open(os.path.join(FOLDER, "ready"), "w").close()
    while True:
        time.sleep(1000)


main()
