# SPDX-License-Identifier: Apache-2.0
"""
Objects that only what a C type keeps out of sight leads to: run as PROGRAM FOLDER. The account has for each its address and
how people would call the way to it from a module; and what gc.get_referents() and sys.getsizeof() say of the objects between.
"""
import atexit
import functools
import gc
import io
import os
import pickle
import sys
import time

from account import publish

FEW, MORE, MANY = 1, 12, 300        # variables of a context: a node of pairs, one of nodes, nodes of nodes


class Held(object):
    def __call__(self, *args):
        pass


WAYS = []           # [address, path]
BETWEEN = {}        # address -> addresses, in order
SIZES = {}          # address -> bytes


def way(path):
    one = Held()
    WAYS.append([id(one), path])
    return one


def see_between(one):
    """What it refers to, down to what is ours"""
    if id(one) in BETWEEN or isinstance(one, (Held, type, str)):
        return
    BETWEEN[id(one)] = sorted(id(its) for its in gc.get_referents(one))
    for its in gc.get_referents(one):
        see_between(its)


CONTEXTS = []


def contexts():
    try:
        import contextvars
    except ImportError:
        return
    for count in (FEW, MORE, MANY):
        context = contextvars.Context()
        for n in range(count):
            held = way("sys.modules['__main__'].CONTEXTS[%d][<ContextVar 'var %d'>]" % (len(CONTEXTS), n))
            context.run(contextvars.ContextVar("var %d" % n).set, held)
        CONTEXTS.append(context)
        see_between(context)


class Service(object):
    @functools.lru_cache(maxsize=None)
    def load(self, key):
        return held("load", ".<result>")

    @functools.lru_cache(maxsize=8)
    def read(self, key):
        return held("read", ".<result>")


def held(name, end):
    return way("sys.modules['__main__'].Service.__dict__['%s'].<lru_cache of Service.%s>%s" % (name, name, end))


def caches():
    for n in range(20):
        Service.load(held("load", ".<arguments>[0]"), "key")
    for n in range(8):
        Service.read(held("read", ".<arguments>[0]"), "key")


PICKLERS = []


class Journal(pickle.Pickler):
    """One for many dumps: its memo keeps all of them"""


def remember(one):
    PICKLERS.append(one)
    tell(one)


def tell(one):
    BETWEEN[id(one)] = sorted(id(its) for its in gc.get_referents(one))
    SIZES[id(one)] = sys.getsizeof(one)


def picklers():
    text = io.BytesIO()
    pickle.Pickler(text, 0).dump(["\u00e4", 1.5, Held()])
    for cls, count in ((pickle.Pickler, 5), (Journal, 40)):
        stream = io.BytesIO()
        pickler = cls(stream, 2)
        for _ in range(count):
            pickler.dump(way("sys.modules['__main__'].PICKLERS[%d].<memo>[\u2026]" % len(PICKLERS)))
        remember(pickler)
        stream.seek(0)
        unpickler = pickle.Unpickler(stream, encoding="latin-1", errors="replace")
        for _ in range(count):
            WAYS.append([id(unpickler.load()), "sys.modules['__main__'].PICKLERS[%d].<memo>[\u2026]" % len(PICKLERS)])
        remember(unpickler)
    remember(pickle.Pickler(io.BytesIO()))
    unpickler = pickle.Unpickler(io.BytesIO(text.getvalue()))
    unpickler.load()
    remember(unpickler)


BESIDE = []         # as WAYS


def beside(path):
    one = Held()
    BESIDE.append([id(one), "sys.modules['__main__']." + path])
    return one


def queues():
    """Items go round in an array (3.13), or follow each other in a list"""
    import queue
    for count, taken in ((0, 0), (3, 0), (20, 15), (30, 2)):
        one = queue.SimpleQueue()
        QUEUES.append(one)
        for n in range(count):
            one.put(n)
            if n < taken:
                one.get()
        for _ in range(2 if count else 0):
            index = "\u2026" if sys.version_info >= (3, 13) else len(gc.get_referents(one)[0])
            one.put(beside("QUEUES[%d].<items>[%s]" % (len(QUEUES) - 1, index)))
        tell(one)


QUEUES, TEES, PARSERS, CONNECTIONS, RECORDS = [], [], [], [], []


ROOM = 57       # of an array of tee's (Modules/itertoolsmodule.c LINKCELLS)


def tees():
    """The two branches are apart: what one has read waits in arrays for the other"""
    import itertools
    for count in (1, ROOM, 70):
        source = [beside("TEES[%d].<dataobj>.<values>[\u2026]" % (len(TEES) + (count > ROOM)))] + list(range(1000, 1000 + count))
        ahead, behind = itertools.tee(iter(source))
        for _ in range(count):
            next(ahead)
        del source[:]
        TEES.extend([ahead, behind])
        for one in [behind] + [its for its in gc.get_referents(behind) if "tee" in type(its).__name__]:
            tell(one)


def parsers():
    import pyexpat
    parser = pyexpat.ParserCreate()
    for name in ("StartElementHandler", "CharacterDataHandler", "DefaultHandlerExpand", "SkippedEntityHandler"):
        setattr(parser, name, beside("PARSERS[0]." + name))
    PARSERS.extend([parser, pyexpat.ParserCreate()])
    for one in PARSERS:
        tell(one)


def connections():
    """3.10 and older: statements in a chain of nodes; later, callbacks in structs of their own"""
    import sqlite3
    connection = sqlite3.connect(":memory:")
    connection.set_progress_handler(Held(), 1000)
    connection.set_trace_callback(Held())
    for n in range(20):
        connection.execute("select %d" % n).fetchall()
    connection.row_factory = beside("CONNECTIONS[0].row_factory")
    CONNECTIONS.append(connection)
    for one in [connection] + [its for its in gc.get_referents(connection) if type(its).__name__ == "Cache"]:
        tell(one)


def records():
    """Struct sequences have fields past their length"""
    for one in (time.localtime(), os.stat("/"), os.times(), sys.flags, sys.float_info, os.statvfs("/")):
        RECORDS.append(one)
        tell(one)


def interpreter():
    """What only fields of its state hold"""
    if sys.version_info >= (3, 10):
        entry = "[0][0]" if sys.version_info >= (3, 14) else ""         # a list of tuples; an array before
        atexit.register(way("<interpreter>.atexit.callbacks" + entry))
    if hasattr(sys, "monitoring"):
        sys.monitoring.use_tool_id(3, "words")
        sys.monitoring.register_callback(3, sys.monitoring.events.RAISE, way("<interpreter>.monitoring_callables"))


if __name__ == "__main__":
    gc.disable()
    contexts()
    caches()
    picklers()
    interpreter()
    for one in (queues, tees, parsers, connections, records):
        one()
    publish(sys.argv[1], "account.json", {"ways": WAYS, "beside": BESIDE, "between": BETWEEN, "sizes": SIZES})
    publish(sys.argv[1], "ready", os.getpid())
    time.sleep(1000)
