# SPDX-License-Identifier: Apache-2.0
"""
A small program with objects of the kinds that are told by a type's name, some of them garbage.

known_types.py READY: writes the file READY, then sleeps. Runs in 2.7 and in 3.
"""
import collections
import functools
import gc
import io
import sys
import time
import weakref


class Node(object):
    def __init__(self, number):
        self.number, self.items, self.me = number, [number] * 3, self

    def method(self):
        return self


def closure(value):
    def inner():
        return value
    return inner


def generator():
    kept = [1, 2, 3]
    yield kept
    yield kept


def failed():
    try:
        raise ValueError("kept")
    except ValueError:
        return sys.exc_info()


nodes = [Node(number) for number in range(300)]
kept = [[node.method for node in nodes], [closure(node) for node in nodes[:50]], [generator() for _ in range(40)],
        [weakref.ref(node) for node in nodes[:60]], [functools.partial(int, base=number) for number in range(30)],
        collections.OrderedDict((str(number), [number]) for number in range(70)), collections.deque([[]] * 90),
        collections.defaultdict(list, {1: [2]}), set(range(20)), frozenset("abc"), io.BytesIO(b"x" * 1000), failed(),
        nodes[0].__init__.__str__, bytearray(200), 1 << 100, 2.5, 1j, slice(1, 2), memoryview(b"abc"), iter([1, 2])]
for each in kept[2]:
    next(each)


class Held(object):
    pass


def only_in_context():
    """A HAMT of an array of nodes, since there are more than sixteen"""
    import contextvars
    context = contextvars.copy_context()
    for number in range(40):
        context.run(contextvars.ContextVar("variable %d" % number).set, Held())
    return context


if sys.version_info >= (3, 7):
    in_context = only_in_context()
if sys.version_info >= (3,):
    cached = functools.lru_cache()(Node.method)
    for node in nodes[:20]:
        cached(node)

gc.collect()
gc.disable()
for number in range(80):
    Node(number)

# Young objects that malloc has, behind text that a pool's header may be written into
for number in range(8):
    kept.append((bytearray(b"#" * 40000), tuple([nodes] * 2500)))

with open(sys.argv[1], "w"):
    pass
time.sleep(600)
