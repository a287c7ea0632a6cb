# SPDX-License-Identifier: Apache-2.0
"""
refaudit_program.py FOLDER [EXTENSION]: counts references wrongly, in ways it tells FOLDER, and waits.

By ctypes: of 20,000 objects 50 have 7 references too many, 10 have one too few. By the extension module in the folder
EXTENSION, where there is one: texts whose attribute's reference was not given back, and objects that a borrowed
reference was given away of. Runs on 2.7 and 3.x.
"""
import ctypes
import gc
import json
import os
import sys

try:
    from _signal import pause
except ImportError:
    from signal import pause


class Order(object):
    def __init__(self, number):
        self.number, self.name = number, "order %d" % number


class Broken(object):
    pass


class Borrowed(object):
    pass


def function(name):
    one = getattr(ctypes.pythonapi, name)
    one.argtypes, one.restype = [ctypes.py_object], None
    return one


def by_ctypes():
    take, give = function("Py_IncRef"), function("Py_DecRef")
    take(orders[0])                 # what a first call leaves on the stack is not of those that are planted
    give(orders[0])
    for order in orders[3::400]:
        for _ in range(7):
            take(order)
    for one in broken[5:15]:
        give(one)
    for text in interned:
        for _ in range(3):
            take(text)


def by_extension(folder):
    sys.path.insert(0, folder)
    import leaky
    for order in orders[7:2000:100]:
        leaky.forgets(order)
    for one in borrowed[4:8]:
        leaky.borrows([one])
    copied.extend(leaky.copies() for _ in range(3))


def is_immortal(one):
    """3.12+: bit 31 of the count (Include/object.h)"""
    return sys.version_info >= (3, 12) and ctypes.c_uint32.from_address(id(one)).value >= 1 << 31


def tell(folder):
    with open(os.path.join(folder, "told.part"), "w") as out:
        json.dump(told, out)
    os.rename(os.path.join(folder, "told.part"), os.path.join(folder, "told.json"))


ctypes.PyDLL(None).prctl(ctypes.c_int(1), ctypes.c_ulong(9), *[ctypes.c_ulong(0)] * 3)       # PR_SET_PDEATHSIG
ctypes.PyDLL(None).prctl(ctypes.c_int(0x59616d61), ctypes.c_ulong(2 ** 64 - 1), *[ctypes.c_ulong(0)] * 3)  # PR_SET_PTRACER
gc.disable()                              # debug builds check counts as they collect, and end at the first deficit
orders = [Order(number) for number in range(20000)]
broken = [Broken() for _ in range(1000)]
borrowed = [Borrowed() for _ in range(100)]
copied = []                               # types whose counts are right
make = sys.intern if hasattr(sys, "intern") else intern     # noqa: F821 (2.7)
interned = [make("interned %d" % number) for number in range(20)]
twice = list(broken), list(borrowed)      # so that one reference less frees nothing
by_ctypes()
if len(sys.argv) > 2:
    by_extension(sys.argv[2])
# Kept: a number that was freed still looks like the address that it was.
told = {"leaked": [id(order) for order in orders[3::400]], "broken": [id(one) for one in broken[5:15]],
        "interned": [id(text) for text in interned if not is_immortal(text)],
        "forgotten": [id(order.name) for order in orders[7:2000:100]], "borrowed": [id(one) for one in borrowed[4:8]]}


def wait():
    kept = Broken()
    told["local"] = id(kept)
    tell(sys.argv[1])
    while True:
        pause()


wait()
