# SPDX-License-Identifier: Apache-2.0
"""Classes and instances: attributes in every place where CPython puts them. Runs on 2.7 and 3.x."""
import sys

from keep import kind


class Plain(object):
    def __init__(self, i):
        self.number = i
        self.name = "plain"
        self.items = [i]


class Base(object):
    shared = {}

    def __init__(self):
        self.base = ()


class Child(Base):
    def __init__(self, i):
        Base.__init__(self)
        self.child = i

    @property
    def prop(self):
        return self.child

    @classmethod
    def cls(cls):
        return cls

    @staticmethod
    def static():
        return 1

    def method(self):
        return self


class Slots(object):
    __slots__ = ("a", "b", "c")

    def __init__(self, i):
        self.a = i
        self.b = [i]                 # c stays unset


class SlotsChild(Slots):
    __slots__ = ("d", "__weakref__")


class SlotsAndDict(Slots):
    pass


class Many(object):
    """More attributes than a shared-keys table or inline values hold."""


class Meta(type):
    registry = []

    def __new__(mcs, name, bases, namespace):
        cls = type.__new__(mcs, name, bases, namespace)
        mcs.registry.append(cls)
        return cls


Metaclassed = Meta(str("Metaclassed"), (object,), {"attribute": [1]})


class Problem(Exception):
    pass


class Finalized(object):
    def __init__(self):
        self.me = "finalizer"

    def __del__(self):
        self.me = None


@kind
def instances(n):
    plain = [Plain(i) for i in range(n)]
    children = [Child(i) for i in range(n // 4)]
    bare = [Plain.__new__(Plain) for _ in range(50)]
    materialised = [Plain(i) for i in range(n // 10)]
    for one in materialised:
        one.__dict__["by_dict"] = one
    only_dict = [Plain(i).__dict__ for i in range(50)]              # the dict outlives its instance
    uneven = [Plain(i) for i in range(100)]
    for i, one in enumerate(uneven):
        setattr(one, "own_%d" % i, i)                                # leaves the shared keys
    fewer = [Plain(i) for i in range(100)]
    for one in fewer:
        del one.name
    replaced = [Plain(i) for i in range(20)]
    for one in replaced:
        one.__dict__ = {"new": one}
    slots = [Slots(i) for i in range(n)] + [SlotsChild(i) for i in range(50)]
    both = [SlotsAndDict(i) for i in range(n // 10)]
    for one in both:
        one.extra = None
    many = []
    for i in range(20):
        one = Many()
        for j in range(60):
            setattr(one, "a%d" % j, [j])
        many.append(one)
    return plain, children, bare, materialised, only_dict, uneven, fewer, replaced, slots, both, many


@kind
def classes(n):
    made = []
    for i in range(n // 100):
        base = made[-1] if i % 5 else Base
        made.append(type(str("Made%d" % i), (base,), {"number": i, "f": lambda self: self, "__doc__": "made"}))
    return made, [cls() if cls.__init__ is object.__init__ else cls for cls in made], Metaclassed(), [object() for _ in range(500)]


def raise_it(depth, cause):
    local = [depth]
    if depth:
        return raise_it(depth - 1, cause)
    raise Problem("deep", local) if cause is None else Problem("deep")


@kind
def exceptions(n):
    made = []
    for i in range(n // 200):
        try:
            try:
                raise_it(i % 5, None)
            except Problem as first:
                first.attribute = [i]
                made.append(first)
                raise KeyError("context")
        except KeyError as second:
            made.append(second)
        try:
            open("/no/such/file")
        except (IOError, OSError) as error:
            made.append(error)
        try:
            u"\xe9".encode("ascii")
        except UnicodeEncodeError as error:
            made.append(error)
        made += [ValueError(), StopIteration(i), SystemExit(1), ImportError("x"), SyntaxError("s", ("f", 1, 2, "t")),
                 AttributeError("a"), Problem()]
    return made, [sys.exc_info()]


@kind
def finalizers(n):
    return [Finalized() for _ in range(200)]
