# SPDX-License-Identifier: Apache-2.0
"""
Reference cycles that nobody holds, of many shapes. Runs on 2.7 and 3.x.

Each maker returns one member of a cycle; the caller lets go of it when and where it wants the garbage to lie.
"""
import collections
import functools
import sys
import types
import weakref

from kinds_classes import Child, Finalized, Plain, Slots


def self_list():
    one = ["text that hangs off", 12345678901234567890]
    one.append(one)
    return one


def dict_pair():
    a, b = {}, {}
    a["b"], b["a"] = b, a
    return a


def instance_ring():
    first = last = Plain(0)
    for i in range(50):
        last.next = Plain(i)
        last = last.next
    last.next = first
    return first


def slots_pair():
    a, b = Slots(1), Slots(2)
    a.c, b.c = b, a
    return a


def finalizer_cycle():
    a = Finalized()
    a.other = Finalized()
    a.other.other = a
    return a


def garbage_class():
    return type(str("Garbage"), (Child,), {"method": lambda self: self, "items": [1]})


def garbage_instance_of_class():
    one = garbage_class()(1)
    one.me = one
    return one


def recursive_closure():
    def inner(n, default=[]):
        return inner(n - 1) if n else default
    return inner


def bound_cycle():
    one = Child(1)
    one.callback = one.method
    return one


def exception_cycle():
    kept = []

    def fails():
        local = kept
        raise ValueError(local)
    try:
        fails()
    except ValueError as error:
        kept.append(error)
        if sys.version_info < (3,):
            kept.append(sys.exc_info()[2])
    return kept


def generator_cycle():
    def gen(holder):
        local = [holder]
        yield local
        yield holder
    holder = []
    holder.append(gen(holder))
    next(holder[0])
    return holder


def try_generator_cycle():
    """Not collectable in 2.7, where a generator in a try statement counts as one with a finalizer"""
    def gen(holder):
        try:
            yield holder
        finally:
            del holder[:]
    holder = []
    holder.append(gen(holder))
    next(holder[0])
    return holder


class OldStyle:
    """An old-style class in 2.7"""


class OldStyleFinalized(OldStyle):
    def __del__(self):
        pass


class OldStyleChild(OldStyleFinalized):
    pass


def old_style_cycle():
    one, other = OldStyleChild(), OldStyle()
    one.other, other.one, other.kept = other, one, [one]
    return other


def old_style_plain_cycle():
    one = OldStyle()
    one.me = one
    return one


def fresh_generator_cycle():
    holder = []
    holder.append((x for x in holder))
    return holder


def module_cycle():
    module = types.ModuleType(str("garbage_module"))
    module.me = module
    return module


def tuple_cycle():
    one = []
    t = (one, (one, "x"))
    one.append(t)
    return t


def deque_cycle():
    d = collections.deque([[], {}])
    d.append(d)
    return d


def library_cycle():
    ordered = collections.OrderedDict(a=[])
    ordered["me"] = ordered
    default = collections.defaultdict(list)
    default["x"].append(default)
    p = functools.partial(max, ordered, key=default)
    ordered["p"] = p
    default["p"] = p
    ordered["property"] = property(p)
    ordered["iterator"] = iter(ordered)
    ordered["map"] = map(len, [ordered]) if sys.version_info >= (3,) else None
    return ordered


def set_cycle():
    one = Plain(1)
    one.group = {one, frozenset([one])}
    return one


def weak_cycle():
    one = Plain(1)
    one.me = one
    one.weak = weakref.ref(one, lambda ref: None)
    one.other = weakref.WeakValueDictionary(x=one)
    return one


def dict_child():
    d = Child(1)
    d.__dict__["d"] = d.__dict__
    return d


def cached_cycle():
    if not hasattr(functools, "lru_cache"):
        return self_list()

    @functools.lru_cache(maxsize=4)
    def f(x):
        return [f, x]
    f(1)
    f(2)
    return f


def element_cycle():
    import xml.etree.ElementTree as etree
    element = etree.Element("a")
    element.append(etree.Element("b"))
    if sys.version_info >= (3,):
        element.append(element)
    return element


NEW = '''
def coroutine_cycle():
    async def c(holder):
        return holder
    holder = []
    holder.append(c(holder))
    return holder

def async_generator_cycle():
    async def g(holder):
        yield holder
    holder = []
    holder.append(g(holder))
    return holder
'''

MAKERS = [value for name, value in sorted(globals().items())
          if isinstance(value, types.FunctionType) and value.__module__ == __name__]
if sys.version_info >= (3, 7):
    NAMESPACE = {"__name__": "made_garbage"}
    exec(compile(NEW, "made_garbage.py", "exec"), NAMESPACE)
    MAKERS += [NAMESPACE["coroutine_cycle"], NAMESPACE["async_generator_cycle"]]


def make(times):
    """A list of cycles; dropping the list makes them garbage."""
    return [maker() for maker in MAKERS for _ in range(times)]
