# SPDX-License-Identifier: Apache-2.0
"""
Objects that only what a C type keeps out of sight leads to: run as PROGRAM FOLDER. The account has for each its address and
how people would call the way to it from a module; and what gc.get_referents() says of the objects between.
"""
import functools
import gc
import os
import sys
import time

from account import publish

FEW, MORE, MANY = 1, 12, 300        # variables of a context: a node of pairs, one of nodes, nodes of nodes


class Held(object):
    pass


WAYS = []           # [address, path]
BETWEEN = {}        # address -> addresses, in order


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


if __name__ == "__main__":
    gc.disable()
    contexts()
    caches()
    publish(sys.argv[1], "account.json", {"ways": WAYS, "between": BETWEEN})
    publish(sys.argv[1], "ready", os.getpid())
    time.sleep(1000)
