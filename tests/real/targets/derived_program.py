# SPDX-License-Identifier: Apache-2.0
"""
Objects of types that an extension derives from the built-in ones, with members of its own, and what gc.get_referents() says.

derived_program.py FOLDER EXTENSIONS, where derived.so lies.
"""
import array
import collections
import gc
import io
import json
import os
import sys
import time
import weakref

sys.path.insert(0, sys.argv[2])
import derived      # noqa: E402

text = type(u"")
integer = type(1 << 80)


class Owner(object):
    pass


# The base, and how instances of a type derived from it are made: short and long, where they have items.
BASES = [
    (object, lambda make: [make()]),
    (text, lambda make: [make(u""), make(u"abc" * 30), make(u"\u0416")]),
    (bytes, lambda make: [make(b""), make(b"x"), make(b"1234567"), make(b"12345678"), make(b"y" * 99)]),
    (integer, lambda make: [make(0), make(1), make(-5), make(1 << 40), make(1 << 200)]),
    (float, lambda make: [make(2.5)]),
    (complex, lambda make: [make(1j)]),
    (bytearray, lambda make: [make(b"z" * 50)]),
    (tuple, lambda make: [make(), make([Owner()]), make([1.5, Owner(), Owner()])]),
    (list, lambda make: [make(), make([Owner(), 2.5])]),
    (dict, lambda make: [make(), make({"k": Owner(), 7.5: Owner()})]),
    (set, lambda make: [make(), make([Owner()]), make(range(30))]),
    (frozenset, lambda make: [make(["kept"])]),
    (Exception, lambda make: [make("what", Owner())]),
    (OSError, lambda make: [make(2, "reason", "name")]),
    (property, lambda make: [make(None, len)]),
    (weakref.ref, lambda make: [make(Owner)]),
    (collections.deque, lambda make: [make(), make([Owner(), Owner()])]),
    (collections.OrderedDict, lambda make: [make(), make([("a", Owner())])]),
    (collections.defaultdict, lambda make: [make(list, a=Owner())]),
    (array.array, lambda make: [make("i", [1, 2, 3])]),
    (io.BytesIO, lambda make: [make(b"content")]),
]
if sys.version_info < (3,):     # written in Python there
    BASES = [row for row in BASES if row[0] is not collections.OrderedDict]
kept = []


def make_class(name, bases):
    return type(name, bases, {})


def types_of(base):
    """C, not collected and collected; two levels of C; classes made in Python of them"""
    for collected in (0, 1):
        if not collected and getattr(base, "__flags__", 0) & 1 << 14:
            continue
        name = base.__name__ + ("_gc" if collected else "_plain")
        first = derived.derive(base, "derived." + name, collected)
        yield first
        yield make_class("Python_" + name, (first,))
        second = derived.derive(first, "derived.second_" + name, collected)
        yield second
        yield make_class("Python_second_" + name, (second,))


def fill(one, owner):
    derived.attach(one, owner, [owner])
    try:
        one.mine = owner
    except AttributeError:      # a type in C: no __dict__
        pass


def tell(one):
    return {"address": id(one), "type": type(one).__name__, "size": sys.getsizeof(one), "tracked": gc.is_tracked(one),
            "owner": id(kept[-1][1]), "referents": [id(x) for x in gc.get_referents(one)]}


def build(make):
    for base, instances in BASES:
        for kind in types_of(base):
            for one in instances(kind):
                owner = Owner()
                fill(one, owner)
                kept.append((one, owner))
                make(one)


def make_garbage():
    """One of each collected type, in a cycle with its owner"""
    for base, instances in BASES:
        for kind in types_of(base):
            one = instances(kind)[-1]
            owner = Owner()
            owner.of = one
            if gc.is_tracked(one) or "_gc" in kind.__name__:
                fill(one, owner)


def tell_all(folder, rows):
    """By a forked child, which leaves no garbage here: what its collection finds, by type"""
    if os.fork():
        return
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    account = {"rows": rows, "found": collections.Counter(type(one).__name__ for one in gc.garbage)}
    with open(os.path.join(folder, "account.json.new"), "w") as out:
        json.dump(account, out)
    os.rename(os.path.join(folder, "account.json.new"), os.path.join(folder, "account.json"))
    os._exit(0)


def main(folder):
    gc.collect()
    gc.disable()
    rows = []
    build(lambda one: rows.append(tell(one)))
    gc.collect()
    make_garbage()
    tell_all(folder, rows)
    time.sleep(1000)


main(sys.argv[1])
