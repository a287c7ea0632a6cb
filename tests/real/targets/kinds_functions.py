# SPDX-License-Identifier: Apache-2.0
"""Functions, code, frames, generators and threads. Runs on 2.7 and 3.x; newer syntax sits in kinds_new.py."""
import functools
import itertools
import operator
import sys
import threading
import types
import weakref

from keep import kind
from kinds_classes import Child, Plain


def closure(i):
    captured, number = [i], i

    def inner(argument=(i, "default"), *rest, **words):
        return captured, number, argument, rest, words
    inner.attribute = captured
    return inner


def unset_cell():
    def inner():
        return later
    if inner is None:
        later = 1
    return inner


def in_stale_blocks():
    """Objects whose blocks still have what lists of ten had: 3.13's methodcaller leaves a word of its own unwritten"""
    live = [1000000 + i for i in range(100)]
    rows = [[each] * 10 for each in live]
    del rows[:]
    return live, [operator.methodcaller("m") for _ in live]


@kind
def functions(n):
    made = [closure(i) for i in range(n // 4)]
    lambdas = [lambda x=i: x for i in range(n // 10)]
    cells = [f.__closure__[0] for f in made[:100]]
    bound = [Child(i).method for i in range(n // 10)]
    builtin = [[].append, {}.get, len, "x".join, dict.fromkeys, sys.getsizeof, object().__hash__]
    wrappers = [operator.itemgetter(1), operator.attrgetter("a", "b.c"), operator.methodcaller("m", 1, k=[]),
                functools.partial(closure, i=[]), functools.partial(functools.partial(max, 1), key=len),
                property(len, None, None, "doc"), classmethod(len), staticmethod(len), super(Child, Child(1)),
                dict.__dict__["get"], dict.__dict__["fromkeys"], type.__dict__["__mro__"], object.__dict__["__str__"],
                object().__str__]
    codes = [compile("x%d = [%d, 'c%d', (1, %d.5)]" % (i, i, i, i), "made", "exec") for i in range(n // 50)]
    cached = []
    if hasattr(functools, "lru_cache"):
        for size in (None, 16, 0):
            f = functools.lru_cache(maxsize=size)(closure)
            for i in range(40):
                f(i)
            cached.append(f)
        cached.append(functools.lru_cache(8, True)(lambda *a, **k: []))
        cached[-1](1, 2.0, k="v")
    return made, lambdas, cells, bound, builtin, wrappers, codes, cached, unset_cell(), in_stale_blocks()


def generator(values, held):
    local = list(values)
    for one in local:
        yield one, held


def delegating(held):
    if sys.version_info >= (3,):
        for one in generator([1, 2], held):
            yield one
    yield held


@kind
def generators(n):
    fresh = [generator((i,), [i]) for i in range(n // 20)]
    suspended = []
    for i in range(n // 20):
        g = generator((i, i + 1), [i])
        next(g)
        suspended.append(g)
    finished = [generator((), i) for i in range(50)]
    for g in finished:
        list(g)
    deep = [delegating([i]) for i in range(50)]
    for g in deep:
        next(g)
    expressions = [(x for x in [i, []]) for i in range(50)]
    for g in expressions[:25]:
        next(g)
    return fresh, suspended, finished, deep, expressions


@kind
def lazy(n):
    made = []
    for i in range(n // 200):
        c = itertools.count(i * 1000000007)
        made += [c, itertools.chain([1], [c]), itertools.cycle([c]), itertools.islice(c, 2, 9), itertools.repeat([i]),
                 itertools.tee(iter([1, []])), itertools.groupby([1, 1, 2]), itertools.product([1], [c]),
                 itertools.permutations([1, 2, c]), itertools.combinations([1, 2, c], 2), itertools.starmap(max, []),
                 itertools.takewhile(bool, [1]), itertools.dropwhile(bool, [1]), itertools.compress([1], [c]),
                 map(str, [1]), filter(None, [c]), zip([1], (c,)), enumerate([c]), enumerate([c], 1 << 70)]
        group = itertools.groupby([c, c])
        made.append((group, next(group)))
    return made


@kind
def weak(n):
    owners = [Plain(i) for i in range(n // 20)]
    refs = [weakref.ref(o) for o in owners]
    calls = [weakref.ref(o, refs.append) for o in owners[:100]]
    proxies = [weakref.proxy(o) for o in owners[:50]]
    dead = [weakref.ref(Plain(i)) for i in range(50)]
    values, keys, group = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary(), weakref.WeakSet()
    for i, o in enumerate(owners[:200]):
        values[i] = o
        keys[o] = [i]
        group.add(o)
    more = [weakref.WeakMethod(Child(1).method)] if hasattr(weakref, "WeakMethod") else []
    if hasattr(weakref, "finalize"):
        more.append(weakref.finalize(owners[0], len, []))
    return owners, refs, calls, proxies, dead, values, keys, group, more


@kind
def modules(n):
    made = []
    for i in range(n // 200):
        module = types.ModuleType(str("made_%d" % i), "a module")
        module.cache = [i]
        module.f = closure(i)
        made.append(module)
    return made


@kind
def frames(n):
    def here(depth):
        held = [depth]
        return sys._getframe() if not depth else (here(depth - 1), held)[0]
    try:
        raise ValueError([1])
    except ValueError:
        trace = sys.exc_info()[2]
    return [here(i % 4) for i in range(n // 100)], trace, sys._getframe()


LOCK = threading.Lock()
STARTED = []


def waits(argument):
    local_of_thread = [argument, {"thread": argument}]
    return waits_deeper(local_of_thread, argument)


def waits_deeper(passed, argument):
    def running():
        inside = (passed, argument)
        STARTED.append(argument)
        LOCK.acquire()               # never released: the generator stays running
        yield inside
    for one in running():
        return one


@kind
def threads(n):
    LOCK.acquire()
    threading.stack_size(1 << 20)            # gcore writes stacks whole
    made = [threading.Thread(target=waits, args=(i,), name="waiter-%d" % i) for i in range(3)]
    for thread in made:
        thread.daemon = True
        thread.start()
    local = threading.local()
    local.attribute = [1]
    return made, local, threading.RLock(), threading.Condition(), threading.Event(), threading.Lock()
