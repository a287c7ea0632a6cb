# SPDX-License-Identifier: Apache-2.0
"""
Objects of every size class of every allocator, in the main arena and in a thread's, each held once by a container of some kind,
and as many that were freed, whose addresses lie about. Run as PROGRAM FOLDER; a forked child tells of them.
"""
import collections
import ctypes
import gc
import json
import os
import sys
import threading
import time
import warnings

import account

SMALL = 40, 100, 200, 400           # bytes: blocks of pools, or what malloc keeps for reuse
MIDDLE = 600, 1000, 5000, 100000    # the heaps of malloc
LARGE = 300000, 1 << 20             # mappings of their own
HUGE = 50 << 20
FREED_SMALL = 60                    # more than a thread's cache keeps
NUMBERS = [10 ** 6 + n for n in range(21000)]       # keys of dicts and sets: the same objects in all

MAKE = [
    ("bytes", lambda n: os.urandom(8) * (n // 8)),
    ("bytearray", lambda n: bytearray(os.urandom(8) * (n // 8) + b"!")),    # 3.15: a bytes, of another size than those above
    ("str1", lambda n: chr(97 + n % 7) * n),
    ("str2", lambda n: chr(0x3b1 + n % 7) * (n // 2)),
    ("str4", lambda n: chr(0x1f600 + n % 7) * (n // 4)),
    ("int", lambda n: (1 << n * 8 - 3) - n),
    ("tuple", lambda n: (None,) * (n // 8)),
    ("list", lambda n: [None] * (n // 8)),
    ("dict", lambda n: dict.fromkeys(NUMBERS[:n // 100])),
    ("set", lambda n: set(NUMBERS[:n // 50])),
    ("deque", lambda n: collections.deque([None] * (n // 8))),
]


class Plain(object):
    pass


class Slotted(object):
    __slots__ = ("one",)


class Key(object):
    """Held as a key: its hash is its address"""
    def __init__(self, one):
        self.one = one


def in_attribute(one):
    holder = Plain()
    holder.one = one
    return holder


def in_slot(one):
    holder = Slotted()
    holder.one = one
    return holder


def in_closure(one):
    return lambda: one


def in_generator(one):
    def run(local):
        yield
        yield local
    holder = run(one)
    next(holder)
    return holder


def in_default(one):
    def function(argument=one):
        return argument
    return function


HOLD = [lambda one: [one], lambda one: (one,), lambda one: {"one": one}, in_attribute, in_slot, in_closure, in_generator, in_default,
        lambda one: collections.deque([one]), lambda one: {Key(one)}, lambda one: ((((one,),),),), lambda one: {Key(one): 1}.items()]

told, freed = [], []                # [address, type, sys.getsizeof(), name] of objects
stale = [ctypes.c_void_p() for _ in range(4000)]            # bodies that are scanned; made before anything is freed


def note(name, one):
    told.append([id(one), account.type_name(type(one)), sys.getsizeof(one), name])
    return one


def leave_pointer(one):
    stale[len(freed)].value = id(one)
    freed.append([id(one), account.type_name(type(one)), sys.getsizeof(one), ""])


def build(sizes, first):
    """[holder, ...]; between what is kept lies what was freed, one for one"""
    held, gone = [], []
    for size in sizes:
        for name, make in MAKE:
            hold = HOLD[(first + len(held)) % len(HOLD)]
            gone.append(make(size))
            held.append(hold(note(name, make(size))))
            gone.append(make(size))
    free_all(gone)
    return held


def free_all(gone):
    for one in filter(None, gone):      # an empty dict is like any that C code makes meanwhile
        leave_pointer(one)
    del one
    while gone:
        gone.pop()


def free_many():
    """Blocks that malloc keeps in lists, however many a thread's cache has: bytes and int have no head before their count"""
    gone = [os.urandom(n) for n in (3, 20, 30, 50, 70) for _ in range(FREED_SMALL)]
    free_all(gone + [(1 << n * 30) + i for n in (2, 5, 8, 12) for i in range(FREED_SMALL)])


def in_thread(first, ready, forever):
    local = note("bytes", os.urandom(100) * 20000), note("str2", u"\u03b1" * 400000)
    a, b = local[0], note("bytes", os.urandom(64) * 1024)
    held = build(SMALL + MIDDLE + LARGE, first)
    free_many()
    ready.set()
    forever.wait()
    return a, b, held


def tell(folder):
    """By a child: blocks that are free stay so here"""
    if os.fork():
        os.wait()
        return
    reachable = account.closure(gc.get_objects(), ())
    with open(os.path.join(folder, "sizes.json"), "w") as out:
        json.dump({"objects": told, "freed": freed, "reachable": sorted(reachable), "huge": id(huge)}, out)
    os._exit(0)


ctypes.PyDLL(None).prctl(ctypes.c_int(1), ctypes.c_ulong(9), *[ctypes.c_ulong(0)] * 3)       # PR_SET_PDEATHSIG
ctypes.PyDLL(None).prctl(ctypes.c_int(0x59616d61), ctypes.c_ulong(2 ** 64 - 1), *[ctypes.c_ulong(0)] * 3)  # PR_SET_PTRACER
gc.disable()
warnings.simplefilter("ignore")     # of a fork with threads (3.12+): to print it is to import
forever = threading.Event()
for number in range(2):
    ready = threading.Event()
    threading.Thread(target=in_thread, args=(number, ready, forever), daemon=True).start()
    ready.wait()
held = build(SMALL + MIDDLE + LARGE, 5)
huge = [note(name, make(HUGE)) for name, make in MAKE if name in ("bytes", "str1", "tuple")]
free_many()


def wait():
    """Objects that only a local of a running function holds"""
    first, second = note("str4", u"\U0001f600" * 300000), note("bytes", b"x" * 2000000)
    tell(sys.argv[1])
    open(os.path.join(sys.argv[1], "ready"), "w").close()
    while True:
        time.sleep(1000)


wait()
