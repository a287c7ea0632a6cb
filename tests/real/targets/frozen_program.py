# SPDX-License-Identifier: Apache-2.0
"""
Garbage that is frozen, and what it holds: run as PROGRAM FOLDER. Each way to come to it is a child that stays, with the
account of children of its own: what a collection finds, and what is garbage after it that only gc.unfreeze() brings back.
"""
import gc
import os
import sys
import time

from account import publish, type_name

kept = []


class Session(object):
    def __init__(self):
        self.me, self.cache, self.users = self, bytearray(2000), []


class Live(Session):
    pass


class Late(Session):
    """Made after the freezing"""


class Leaf(object):
    """In no cycle: goes with its last reference, frozen or not"""


def dead(cls, count):
    for _ in range(count):
        cls()


def frozen():
    kept.extend(Live() for _ in range(30))
    dead(Session, 100)
    gc.freeze()
    dead(Late, 7)


def forked():
    """As servers do: freeze, then fork workers"""
    frozen()
    if os.fork():
        os.wait()
        os._exit(0)
    dead(Late, 3)


def unfrozen():
    frozen()
    gc.unfreeze()


def holding():
    """Frozen garbage holds what is not frozen, and so on"""
    session, live = Session(), Live()
    kept.append(live)
    gc.freeze()
    session.users.append(Late())
    session.users[0].users.extend(Late() for _ in range(9))
    live.users.append(Late())


def held():
    """Garbage holds what is frozen: what is in a cycle stays, the rest goes with it"""
    late = [Late() for _ in range(4)]
    made = [[Leaf(), Session()] for _ in late]
    gc.freeze()
    late = [Late() for _ in made]
    for one, its in zip(late, made):
        one.users = its


WAYS = frozen, forked, unfrozen, holding, held


def found():
    """What gc.collect() finds, by type; it stays"""
    gc.set_debug(gc.DEBUG_SAVEALL)
    del gc.garbage[:]
    gc.collect()
    counts = {}
    for one in gc.garbage:
        counts[type_name(type(one))] = counts.get(type_name(type(one)), 0) + 1
    return counts


def account(folder, name):
    if os.fork() == 0:
        publish(folder, name + ".found", found())
        os._exit(0)
    os.wait()
    if os.fork() == 0:
        gc.collect()
        gc.unfreeze()
        publish(folder, name + ".frozen", found())
        os._exit(0)
    os.wait()
    if os.fork() == 0:
        publish(folder, name + ".json", {"pid": os.getppid()})
        os._exit(0)
    os.wait()


def stay(folder, way, parent):
    way()
    account(folder, way.__name__)
    while os.path.exists("/proc/%d" % parent):
        time.sleep(0.2)


def main(folder):
    gc.disable()
    if not hasattr(gc, "freeze"):
        publish(folder, "ready", None)
        time.sleep(1000)
    gc.collect()
    for way in WAYS:
        if os.fork() == 0:
            stay(folder, way, MAIN)
            os._exit(0)
    while not all(os.path.exists(os.path.join(folder, way.__name__ + ".json")) for way in WAYS):
        time.sleep(0.02)
    publish(folder, "ready", None)
    time.sleep(1000)


if __name__ == "__main__":
    MAIN = os.getpid()
    main(sys.argv[1])
