# SPDX-License-Identifier: Apache-2.0
"""
Garbage and all that goes with it, listed while it is made: run as PROGRAM FOLDER. A child has garbage of its own, of types
whose sizes are what they ask of the allocator for, and tracemalloc says what a collection of it gives back.
"""
import array
import collections
import gc
import io
import os
import sys
import time

try:
    import tracemalloc
except ImportError:
    tracemalloc = None          # 2.7

from account import publish, type_name

made = []                       # what goes, while it is made
alive = [bytearray(4000), ["also", "held", "elsewhere"]]


class Node(object):
    __slots__ = ("me", "kept")

    def __init__(self, *kept):
        self.me, self.kept = self, doomed(kept)
        made.append(self)


class Plain(object):
    pass


class Finalized(object):
    __slots__ = ("me",)

    def __del__(self):
        pass


def doomed(one):
    made.append(one)
    return one


def texts():
    Node(*[doomed(u"%s%d" % (c * n, n)) for c in (u"a", u"\xe9", u"\u20ac", u"\U0001f600") for n in (50, 1000, 100000, 2000000)])
    Node(*[doomed(bytes(bytearray(n))) for n in (100, 1000, 100000, 3000000)])
    Node(*[doomed(bytearray(n)) for n in (1, 100, 1000, 100000, 50000000)])


def numbers():
    Node(*[doomed(10 ** n) for n in (25, 300, 5000)] + [doomed(n / 7.0) for n in range(50)] + [doomed(complex(1, 2))])


def containers():
    keys = [doomed("key %d" % n) for n in range(100)]
    table = doomed(dict((key, doomed(10 ** 20 + n)) for n, key in enumerate(keys)))
    members = doomed(set(doomed("member %d" % n) for n in range(300)))
    queue = doomed(collections.deque(doomed(bytes(bytearray(40 + n))) for n in range(200)))
    nested = doomed([doomed([doomed((doomed("nested %d" % n), doomed(n + 0.5))) for n in range(40)]) for _ in range(10)])
    Node(table, members, queue, nested, doomed(array.array("d", range(5000))))
    if sys.version_info >= (3,):        # 2.7's is made of lists and dicts
        Node(doomed(collections.OrderedDict((key, doomed([])) for key in keys)))


def shared():
    """What two groups hold goes with both, once; what is held elsewhere too, not at all"""
    both, other = doomed(bytearray(70000)), doomed(["in both"])
    Node(both, other)
    Node(other, both)
    Node(alive[0], alive[1], sys, Node, None, 1, ())


def counted(base=10):
    """What holds it is not tracked: only counts tell that it goes"""
    if sys.version_info >= (3,):
        start, stop = doomed(base ** 30), doomed(base ** 30 + base ** 20)
        doomed(stop - start)                    # a range keeps its length
        Node(doomed(range(start, stop)))


def instances():
    for n in range(50):
        one = Plain()
        one.me, one.text, one.data = one, doomed("text %d" % n), doomed(bytes(bytearray(60 + n)))
        doomed(one)
        if sys.version_info < (3, 11):
            doomed(vars(one))


def closure():
    def inner():
        return inner
    made.extend([inner, inner.__closure__, inner.__closure__[0]])


def views():
    """A memoryview borrows what its buffer holds"""
    if sys.version_info >= (3,):
        data = doomed(bytearray(300000))
        view = doomed(memoryview(data))
        made.extend(one for one in gc.get_referents(view) if type(one) is not bytearray)
        Node(data, view)


def buffers():
    stream = io.BytesIO()
    stream.write(bytes(bytearray(5000)))
    Node(doomed(stream))


def finalizers():
    for _ in range(5):
        one = Finalized()
        doomed(one).me = one


def buffer_size(one):
    """Bytes of the object that a bytearray's bytes are (3.15+), which its own size counts; 0: there is none"""
    is_object = isinstance(one, bytearray) and one and sys.version_info >= (3, 15)
    return sys.getsizeof(one) - bytearray.__basicsize__ if is_object else 0


def listed():
    """[type, sizeof] of each; a stream's buffer is an object whose bytes are the stream's, a bytearray's has its own"""
    names = [[type_name(type(one)), sys.getsizeof(one) - buffer_size(one)] for one in made]
    names += [["bytes", size] for size in map(buffer_size, made) if size]
    if sys.version_info >= (3,):
        names.append(["bytes", 0])
    return names


def tell(folder, name, what):
    """In a child: to write JSON leaves garbage behind"""
    if os.fork() == 0:
        publish(folder, name, what)
        os._exit(0)
    os.wait()


def give_back(folder):
    """
    Bytes that a collection gives back, each told by a child: of all, then of what is kept for reuse alone, when all is
    frozen. The first is for this process to keep the same for reuse before each of the others.
    """
    for name in "warm", "collected", "frozen":
        if os.fork() == 0:
            if name == "frozen":
                gc.freeze()
            before = tracemalloc.get_traced_memory()[0]
            gc.collect()
            publish(folder, name, before - tracemalloc.get_traced_memory()[0])
            os._exit(0)
        os.wait()


def traced(folder, parent):
    tracemalloc.start()
    gc.collect()
    for n in range(50):         # gc.collect() gives back an int below 257: no new one
        one = Node()
        one.kept = set(["%d" % i * (n + 1) for i in range(n)] + [bytes(1000 * n), "\u20ac" * n])
        one.kept.add(Node())
        one = Node()
        one.kept = bytearray(100 * n)
    del made[:], one
    give_back(folder)
    tell(folder, "traced.json", os.getpid())
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


def main(folder):
    gc.disable()
    parent = os.getpid()
    if hasattr(gc, "freeze"):
        if os.fork() == 0:
            traced(folder, parent)
    else:
        tell(folder, "traced.json", None)
    gc.collect()
    for make in texts, numbers, containers, shared, counted, instances, closure, views, buffers:
        make()
    if sys.version_info >= (3, 4):
        finalizers()
    account = listed()
    del made[:]
    tell(folder, "freed.json", account)
    tell(folder, "ready", None)
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
