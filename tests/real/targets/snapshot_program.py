# SPDX-License-Identifier: Apache-2.0
"""A program with secrets wherever contents are: run as PROGRAM FOLDER SECRET-PIECE. The source has none of them as a whole."""
import collections
import gc
import json
import os
import struct
import sys
import threading
import time

PIECE = sys.argv[2]
NUMBER = int("".join(reversed("4321567898765")))      # and those that follow it
REAL = NUMBER / 7.0


def secret(place):
    return PIECE + place


class Session(object):
    CACHE = {}

    def __init__(self, i):
        self.token, self.number, self.real = secret("attribute-%d" % i), NUMBER + i, REAL + i
        self.peer = None


class Slotted(object):
    __slots__ = ("left", "right")


class Text(str):
    pass


def worker(argument):
    local, count = secret("local"), NUMBER
    DONE.wait()
    return local, count, argument


DONE = threading.Event()


def fill():
    for i in range(300):
        one, other = Session(i), Session(-i)
        one.peer, other.peer = other, one
        Session.CACHE[secret("key-%d" % i)] = one
        Session.CACHE[NUMBER + i] = [REAL * i, {secret("member-%d" % i), NUMBER + i}]
    for i in range(50):             # garbage
        one, other = Session(i), Slotted()
        one.peer, other.left, other.right = other, one, [other, {secret("lost"): i}]


def kept():
    return [bytearray((secret("bytearray") * 5).encode("ascii")), secret("utf-16").encode("utf-16"),
            collections.deque([secret("deque")] * 3), frozenset([NUMBER + 1]), u"\u20ac" + secret("wide"), u"\xe9" + secret("latin"),
            tuple(range(NUMBER, NUMBER + 100)), [REAL + i for i in range(100)], Text(secret("of a subclass")),
            collections.OrderedDict([(secret("ordered"), 1)]), struct.pack("<q", NUMBER),
            json.loads(json.dumps({secret("json"): [secret("x")]})),
            (u"\u20ac" + secret("utf-8")).encode("utf-8"), [secret("large") * 10000]]


def main():
    gc.disable()
    if sys.version_info >= (3, 6):
        import tracemalloc
        tracemalloc.start(2)
    fill()
    keep = kept()
    os.environ["SNAPSHOT_TOKEN"] = secret("putenv")
    thread = threading.Thread(target=worker, args=(secret("argument"),), name=secret("thread"))
    thread.daemon = True
    thread.start()
    time.sleep(0.1)
    open(os.path.join(sys.argv[1], "ready"), "w").close()
    time.sleep(600)
    return keep


main()
