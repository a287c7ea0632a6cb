# SPDX-License-Identifier: Apache-2.0
"""
questions_program.py FOLDER: what the programs of examples/ are asked about, and its own account of that: account.json. A
second interpreter where there are such, with an account of its own: other.json. Runs on 2.7 and later.
"""
import gc
import json
import os
import signal
import sys

FILLED, LEFT = 100000, 10
TIMES = {"sp am": 1500, "eg gs": 1001, "ha m": 1000}          # a blank apart, so that no constant is one of them

# Of modules that no file has. Exec'ed by each interpreter: what it holds, and where that is.
HOLDERS = '''
def hold(texts):
    return [[text, i] for i, text in enumerate(texts)]

def told(holders):
    return [[id(holder), id(holder[0]), holder[0]] for holder in holders]

holders = hold([chr(122), "", "append", "__init__", "own" + " %d" % len(__name__), "ow" + "n too, " + str(id(hold))])
'''
SHAPES = '''
class Circle(object):
    __slots__ = "radius",

class Outer(object):
    class Inner(object):
        __slots__ = "a", "b"

class Count(int):
    __slots__ = ()
'''


class Link(object):
    pass


class Slotted(object):
    __slots__ = "next", "other"


def sparse():
    """A dict that was large once"""
    made = {i: None for i in range(FILLED)}
    for i in range(FILLED - LEFT):
        del made[i]
    return made


def slots(filled):
    """What a dict has room for: as many items as are in one that was filled, when it grows to more bytes than these"""
    size = sys.getsizeof(filled)
    if sys.version_info < (3,):
        return (size - sys.getsizeof({})) // 24
    fresh = {}
    while sys.getsizeof(fresh) <= size:
        fresh[len(fresh)] = None
    return len(fresh) - 1


def chain(cls, length):
    """The first of so many"""
    last = None
    for _ in range(length):
        first = cls()
        first.next = last
        last = first
    return last


def ring(cls, length):
    first = chain(cls, length)
    last = first
    while last.next is not None:
        last = last.next
    last.next = first
    return first


def instances(cls):
    return [o for o in gc.get_objects() if type(o) is cls]


def write(name, what):
    with open(os.path.join(sys.argv[1], name + ".part"), "w") as out:
        json.dump(what, out)
    os.rename(os.path.join(sys.argv[1], name + ".part"), os.path.join(sys.argv[1], name))


def other_interpreter():
    """HOLDERS in a second interpreter; None where there is no such thing"""
    try:
        try:
            import _interpreters as interpreters           # 3.13+
        except ImportError:
            import _xxsubinterpreters as interpreters      # 3.8+
    except ImportError:
        return None
    made = interpreters.create("legacy") if sys.version_info >= (3, 13) else interpreters.create()
    text = HOLDERS + "import json\nwith open(%r, 'w') as out: json.dump(told(holders), out)\n" % os.path.join(
        sys.argv[1], "other.json")
    assert not interpreters.run_string(made, text)
    return made


gc.disable()
kept = {"sparse": sparse(), "texts": [[text.replace(" ", "") for _ in range(times)] for text, times in TIMES.items()],
        "short": chain(Link, 400), "ring": ring(Link, 600), "slotted": chain(Slotted, 700), "marked": [Slotted()]}
kept["also marked"] = {"key": kept["marked"][0]}
shapes = {"__name__": "shapes.round"}
exec(SHAPES, shapes)
kept["circles"] = [shapes["Circle"]() for _ in range(40)]
kept["inner"] = [shapes["Outer"].Inner() for _ in range(30)]
kept["counts"] = [shapes["Count"](2 ** 40 + i) for i in range(20)]
shaped = kept["circles"] + kept["inner"] + kept["counts"]
exec(HOLDERS)
other = other_interpreter()
write("account.json", {
    "sparse": [id(kept["sparse"]), slots(kept["sparse"]) - LEFT, LEFT, sys.getsizeof(kept["sparse"])],
    "texts": {text.replace(" ", "|"): times for text, times in TIMES.items()},
    "chains": {"Link": [600, [id(o) for o in instances(Link)]], "Slotted": [700, [id(kept["slotted"])]]},
    "marked": [id(kept["marked"][0]), id(kept["marked"]), id(kept["also marked"])],
    "shapes": [sum(sys.getsizeof(o) for o in shaped), len(shaped)],
    "counts": {"__main__.Link": 1000, "__main__.Slotted": 701},
    "holders": told(holders), "interpreters": 2 if other is not None else 1})
write("ready", 1)
signal.pause()
