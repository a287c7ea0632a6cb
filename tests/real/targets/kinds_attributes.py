# SPDX-License-Identifier: Apache-2.0
"""
Objects whose holder does not give them when it is asked for the attribute's name: a class makes something else of it.

HIDDEN of them are reached by no expression. Runs on 2.7 and 3.x.
"""
from kinds_classes import Slots


class Kept(object):
    """What is held: each once"""


class Old:                                      # 2.7: of the old style
    kept = Kept()
    made = staticmethod(Kept())

    def method(self):
        return self


class New(object):
    kept = Kept()
    made = staticmethod(Kept())
    bound = classmethod(Kept())

    def method(self):
        return self


class Setter(object):
    def __get__(self, one, cls):
        return None

    def __set__(self, one, value):
        pass


class Getter(object):
    def __get__(self, one, cls):
        return None


class Default(object):
    """What instances have comes before what is no data descriptor"""
    first = None
    second = Getter()


class Shadowing(object):
    """Data descriptors come before what instances have"""
    first = property(lambda self: None)
    second = Setter()


class Watched(object):
    def __getattribute__(self, name):
        return None


class OtherDict(object):
    __dict__ = property(lambda self: {})
    first = Setter()


class SlotBelow(Slots):
    __slots__ = ()
    a = property(lambda self: None)


class SlotAgain(Slots):
    __slots__ = ("a",)


class Raised(Exception):
    args = message = property(lambda self: None)


class Dict(dict):
    def __getitem__(self, key):
        return None


class List(list):
    def __getitem__(self, key):
        return None


def with_dict(one, *names):
    for name in names:
        object.__getattribute__(one, "__dict__")[name] = Kept()
    return one


def with_attributes(one, *names):
    for name in names:
        object.__setattr__(one, name, Kept())
    return one


def with_slot(one):
    Slots.a.__set__(one, Kept())
    return one


OLD = Old()
OLD.method = Kept()
REACHED = [OLD, with_dict(Default(), "first", "second"), with_attributes(Default(), "first"), with_dict(Shadowing(), "first", "second"),
           with_attributes(SlotAgain(0), "a", "b"), {"first": Kept(), 2: Kept()}]
UNREACHED = [with_attributes(Watched(), "first"), with_attributes(OtherDict(), "second"), with_slot(SlotBelow.__new__(SlotBelow)),
             with_slot(SlotAgain.__new__(SlotAgain)), Raised(Kept()), Dict(first=Kept()), List([Kept()])]
FUNCTIONS = "Old.__dict__['method']", "New.__dict__['method']"
HIDDEN = 6          # OtherDict's is reached: by the attribute
