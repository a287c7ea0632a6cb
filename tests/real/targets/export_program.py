# SPDX-License-Identifier: Apache-2.0
"""Objects with secrets in them, and what the interpreter says of each: PROGRAM FOLDER."""
import gc
import os
import sys
import threading
import time

from account import publish

SECRET = "hunter2"          # in all contents; never in a name
NUMBER = 987654321987


class Session(object):
    def __init__(self, number):
        self.password = "%s-%d" % (SECRET, number)
        self.number, self.peer = NUMBER + number, None


class Slots(object):
    __slots__ = ("held",)


def text(*words):
    """A string that is made when the program runs"""
    return "_".join(words)


KEPT = {"in_the_source": [Session(i) for i in range(200)], text("made", SECRET): Slots(), text(SECRET, "key"): [1, text(SECRET, "item")],
        NUMBER: (text(SECRET, "in", "tuple"), NUMBER + 1), NUMBER + 0.5: set([text(SECRET, "member")])}
KEPT[text(SECRET, "bytes").encode("ascii") + b"\0"] = bytearray(100000)
KEPT[text(SECRET, "slots")] = one = Slots()
one.held = KEPT["in_the_source"][0]
SHARED = [[KEPT["in_the_source"][i], KEPT["in_the_source"][i + 1]] for i in range(100)]
gc.collect()
gc.disable()
for i in range(50):
    lost, other = Session(i), Session(-i)
    lost.peer, other.peer = other, lost
del lost, other


def wait():
    local = text(SECRET, "local")
    time.sleep(600)
    return local


def describe(each):
    return id(each), sys.getsizeof(each), sorted(id(other) for other in gc.get_referents(each))


def account(folder):
    chosen = KEPT["in_the_source"] + SHARED + [KEPT, SHARED, one] + [v for v in KEPT.values() if isinstance(v, (list, tuple, set))]
    publish(folder, "export.json", {"objects": [describe(each) for each in chosen], "kept": id(KEPT), "secret": SECRET,
                                    "number": str(NUMBER)[:8], "sessions": 300})


def main(folder):
    thread = threading.Thread(target=wait)
    thread.daemon = True
    thread.start()
    if os.fork() == 0:
        account(folder)
        publish(folder, "ready", None)
        os._exit(0)
    os.wait()
    time.sleep(600)


if __name__ == "__main__":
    main(sys.argv[1])
