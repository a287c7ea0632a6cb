# SPDX-License-Identifier: Apache-2.0
"""Containers, numbers and text of every shape that CPython stores differently. Runs on 2.7 and 3.x."""
import collections
import sys

from keep import kind

PY3 = sys.version_info[0] >= 3
unichr_ = chr if PY3 else unichr  # noqa: F821


@kind
def dicts(n):
    combined = [{"key%d" % j: float(j) for j in range(i % 9)} for i in range(n)]
    general = [{i + 1000: i + 2000, (i, "x"): [i]} for i in range(n // 4)]
    holes = []
    for i in range(n // 8):
        d = {"h%d" % j: j for j in range(20)}
        for j in range(0, 20, 3):
            del d["h%d" % j]
        holes.append(d)
    emptied = [{"a": [1], "b": [2]} for _ in range(20)]
    for d in emptied:
        d.clear()
    popped = [{"a": [1], "b": [2]} for _ in range(20)]
    for d in popped:
        d.popitem()
        d.popitem()
    turned = [{"a": 1, "b": []} for _ in range(20)]     # text keys first, then not
    for d in turned:
        d[1.5] = "general now"
    big = {"big": {str(i): [] for i in range(n)}, "ints": dict((i * 7, None) for i in range(70000))}
    return combined, general, holes, emptied, popped, turned, big, [{} for _ in range(50)]


@kind
def sequences(n):
    lists = [[i, str(i), None] for i in range(n)]
    overallocated = []
    for i in range(n // 10):
        one = []
        for j in range(i % 30):
            one.append(j * 1.5)
        overallocated.append(one)
    shrunk = [[0] * 100 for _ in range(20)]
    for one in shrunk:
        del one[3:]
    tuples = [(i, "t", []) for i in range(n)]
    plain = [(i + 300, i + 301, str(i)) for i in range(n)]      # a collection untracks these
    nested = [((i, (i + 1, (i + 2,))), ()) for i in range(n // 4)]
    return lists, overallocated, shrunk, tuples, plain, nested, [None] * 100000, tuple(range(1000, 3000))


@kind
def sets(n):
    small = [{i, "s%d" % i} for i in range(n // 2)]
    large = [set(range(i * 10, i * 10 + 40)) for i in range(n // 40)]
    dummies = [set("abcdefgh") for _ in range(50)]
    for one in dummies:
        one.discard("c")
        one.discard("e")
    frozen = [frozenset((i, (i,))) for i in range(n // 4)]
    return small, large, dummies, frozen, set(range(50000)), set(), frozenset()


@kind
def numbers(n):
    ints = [i * 1000003 for i in range(n)] + [-i for i in range(0, 2000, 7)]
    big = [1 << (30 * (i % 40)) for i in range(n // 20)] + [-(1 << 200), 10 ** 2000, (1 << 60) - 1]
    return (ints, big, [i / 7.0 for i in range(n)], [complex(i, -i) for i in range(n // 20)],
            [True, False, None, Ellipsis, NotImplemented])


@kind
def text(n):
    ascii_ = ["ascii text %d" % i for i in range(n)]
    latin1 = [u"caf\xe9 %d" % i for i in range(n // 10)]
    ucs2 = [u"\u0441\u043b\u043e\u0432\u043e %d" % i for i in range(n // 10)]
    ucs4 = [u"\U0001f40d %d" % i for i in range(n // 10)]
    long_ = [c * (600 + i) for i, c in enumerate([u"a", u"\xe9", u"\u0441", u"\U0001f40d"] * 5)]
    encoded = [u"utf8 cache \u00df %d" % i for i in range(50)]
    for one in encoded:
        one.encode("utf-8")
    intern_ = sys.intern if PY3 else intern  # noqa: F821
    interned = [intern_(str("interned_%d" % i)) for i in range(n // 10)]
    return ascii_, latin1, ucs2, ucs4, long_, encoded, interned, [unichr_(i) for i in range(400)], u""


@kind
def binary(n):
    import array
    raw = [b"bytes" * (i % 50) for i in range(n // 4)]
    arrays = [bytearray(i) for i in range(0, 3000, 11)]
    shifted = bytearray(b"x" * 2000)
    del shifted[:700]                        # ob_start moves away from ob_bytes
    views = [memoryview(a) for a in arrays[:30]] + [memoryview(b"abc" * 99)]
    typed = [array.array(str("d"), [0.5] * i) for i in range(50)] + [array.array(str("i")), array.array(str("b"), b"x" * 3)]
    return raw, arrays, shifted, views, typed, b"B" * 5000, bytearray()


class DictChild(dict):
    pass


class ListChild(list):
    pass


class TupleChild(tuple):
    pass


class SlotTuple(tuple):
    __slots__ = ()


class SetChild(set):
    pass


class FrozenChild(frozenset):
    pass


class IntChild(int):
    pass


class FloatChild(float):
    pass


class StrChild(str):
    pass


class BytesChild(bytes):
    pass


class DequeChild(collections.deque):
    pass


@kind
def subclasses(n):
    made = []
    for i in range(n // 20):
        d = DictChild(a=i)
        d.attribute = [i]
        one = ListChild([i])
        one.attribute = d
        t = TupleChild((i, d))
        t.attribute = one
        s = SetChild([i])
        s.attribute = "x"
        number = IntChild(i + (1 << 40))
        number.attribute = []
        made.append((d, one, t, SlotTuple((i,)), s, FrozenChild([i]), number, FloatChild(i), StrChild("s%d" % i),
                     BytesChild(b"abc"), DequeChild([i]), IntChild(7), TupleChild(), DictChild()))
    return made


@kind
def iterators(n):
    d = {"a": 1, "b": 2}
    made = []
    for _ in range(n // 200):
        one, s, t = [1, 2, 3], {1, 2}, (1, 2)
        made += [iter(one), reversed(one), iter(t), iter(s), iter(d), iter(d.items() if PY3 else d.iteritems()),
                 iter("text"), iter(b"raw"), iter(range(5)), iter(bytearray(b"z")), iter(lambda: 0, 1), iter(frozenset(t)),
                 d.keys(), d.values(), d.items(), iter(u"\u0441"), range(3), slice(1, one, None)]
        spent = iter([[]])
        list(spent)
        made.append(spent)
    return made
