# SPDX-License-Identifier: Apache-2.0
"""Containers that their copies would be smaller than, equal contents, instances without __slots__: PROGRAM FOLDER."""
import gc
import os
import sys
import time

from account import publish

try:
    import tracemalloc
except ImportError:
    tracemalloc = None            # 2.7

SIZES = [0, 1, 2, 4, 5, 6, 7, 8, 10, 11, 15, 16, 20, 21, 22, 30, 42, 43, 64, 85, 86, 100, 170, 171, 172, 341, 342, 1000, 1365, 3000]
text = type(u"")
INSTANCES = 50
RANGE = list(range(1000))


class Dict(dict):
    __slots__ = ()


class Names(dict):
    __slots__ = ()


class List(list):
    __slots__ = ()


class Set(set):
    __slots__ = ()


class Few(object):
    def __init__(self, value):
        self.a, self.b, self.c = value, value, value


class FewInSlots(object):
    __slots__ = "a", "b", "c"


class Many(object):
    def __init__(self, value):
        for i in range(40):
            setattr(self, "name_%d" % i, value)


class ManyInSlots(object):
    __slots__ = ["name_%d" % i for i in range(40)]


class Asked(object):
    def __init__(self, value):
        self.x, self.y = value, value
        self.__dict__


class AskedInSlots(object):
    __slots__ = "x", "y"


CLASSES = ((Few, FewInSlots), (Many, ManyInSlots), (Asked, AskedInSlots))
dicts, names, lists, sets, instances, equal, unequal = [], [], [], [], [], [], []


def shrunk(add, remove, size, keep):
    """A container of its own that had @size items once and has @keep"""
    for i in range(size):
        add(i)
    for i in range(keep, size):
        remove(i)


def fill_containers():
    for size in SIZES:
        for keep in sorted(set([0, 1, size // 10, size // 3, size // 2, max(size - 1, 0), size])):
            one, name, some, few = Dict(), Names(), List(), Set()
            shrunk(lambda i: one.__setitem__(i, i), one.__delitem__, size, keep)
            shrunk(lambda i: name.__setitem__("k%d" % i, i), lambda i: name.pop("k%d" % i), size, keep)
            shrunk(some.append, lambda i: some.pop(), size, keep)
            shrunk(few.add, few.discard, size, keep)
            dicts.append(one)
            names.append(name)
            lists.append(some)
            sets.append(few)


def fill_contents():
    """Lists of equal ones that are not one; near misses"""
    shared = [object(), object()]
    for count, make in enumerate((
            lambda: "".join(["twice told ", "tale"]), lambda: u"".join([u"caf\xe9", u" au lait"]),
            lambda: u"".join([u"\u20ac", u" is money"]), lambda: u"".join([u"\U0001f40d", u" snake"]),
            lambda: b"".join([b"raw ", b"bytes \xff"]), lambda: "x" * 9000 + "y", lambda: "x" * 9000 + "z",
            lambda: tuple(shared), lambda: tuple(shared[::-1]), lambda: text("n") * 70 + text("\0"))):
        equal.append([make() for _ in range(count + 2)])
    unequal.extend(["one of a kind, %d" % i for i in range(100)])
    unequal.extend([(object(), shared[0]) for i in range(100)])


def saved(one, copy, empty, empty_copy):
    return max((sys.getsizeof(one) - sys.getsizeof(empty)) - (sys.getsizeof(copy) - sys.getsizeof(empty_copy)), 0)


def sums(all_of, copy, empty):
    """[how many waste something, bytes], of those with items; [how many, bytes] of those without"""
    some = [saved(one, copy(one), empty, copy(empty)) for one in all_of if one]
    none = [sys.getsizeof(one) for one in all_of if not one]
    return [[sum(1 for bytes_ in some if bytes_), sum(some)], [len(none), sum(none)]]


def allocated(make):
    """Bytes of an instance and of what it has for itself, as allocated"""
    if tracemalloc is None:
        one = make()
        return sys.getsizeof(one) + (sys.getsizeof(one.__dict__) if hasattr(one, "__dict__") else 0)
    kept = [None] * len(RANGE)
    for i in RANGE:
        make()
    gc.collect()                 # nothing comes from a freelist
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in RANGE:
        kept[i] = make()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) // len(kept)


def with_slots(slotted):
    one = slotted()
    for name in slotted.__slots__:
        setattr(one, name, None)
    return one


def account(folder):
    of_classes = {}
    for cls, slotted in CLASSES:
        each = allocated(lambda: cls(None)) - allocated(lambda: with_slots(slotted))
        of_classes[cls.__name__] = [INSTANCES, INSTANCES * each, len(slotted.__slots__)]
    publish(folder, "waste.json", {
        "Dict": sums(dicts, dict, Dict()), "Names": sums(names, dict, Names()), "List": sums(lists, lambda one: one[:], List()),
        "Set": sums(sets, set, Set()), "classes": of_classes,
        "equal": [[[id(one) for one in group], sum(map(sys.getsizeof, group)) - max(map(sys.getsizeof, group))] for group in equal],
        "unequal": [id(one) for one in unequal],
    })


def main(folder):
    gc.disable()
    fill_containers()
    fill_contents()
    for cls, _ in CLASSES:
        for _ in RANGE:
            cls(None)            # since 3.11 the first instances of a class have room for more attributes
    instances.extend([cls(None) for cls, _ in CLASSES for _ in range(INSTANCES)])
    if os.fork() == 0:
        account(folder)
        publish(folder, "ready", None)
        os._exit(0)
    os.wait()
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
