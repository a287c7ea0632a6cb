# SPDX-License-Identifier: Apache-2.0
"""Structures held by one name each, and what this interpreter says would go with them: run as PROGRAM FOLDER."""
import collections
import gc
import json
import os
import sys
import time
import types


class Plain(object):
    pass


class Slotted(object):
    __slots__ = ("left", "right")


class Name(collections.namedtuple("Name", "first last")):
    pass


def text(n):
    return "text number %d" % n


def number(n):
    return 10 ** 9 + n


def plain(n):
    one = Plain()
    one.name, one.items = text(n), [number(i) for i in range(20)]
    return one


def tree(depth):
    node = Slotted()
    node.left = tree(depth - 1) if depth else text(depth)
    node.right = (number(depth), tree(depth - 1)) if depth else None
    return node


def chain(length):
    one = None
    for i in range(length):
        one = [text(i), one]
    return one


def run(n):
    kept = [text(i) for i in range(n)]
    while True:
        yield len(kept)


def generators():
    found = [run(n) for n in range(5)]
    for one in found:
        next(one)
    return found


shared = [text(i) for i in range(100)]

HELD = {
    "list": [text(i) for i in range(1000)],
    "dict": dict((text(i), [number(i)]) for i in range(300)),
    "number keys": dict((number(i), text(i)) for i in range(300)),
    "set": set(text(i) for i in range(300)),
    "frozenset": frozenset((text(i), number(i)) for i in range(30)),
    "deque": collections.deque(text(i) for i in range(300)),
    "OrderedDict": collections.OrderedDict((text(i), number(i)) for i in range(50)),
    "defaultdict": collections.defaultdict(list, ((text(i), [i]) for i in range(50))),
    "instances": [plain(i) for i in range(50)],
    "tree": tree(8),
    "chain": chain(2000),
    "tuples": tuple(Name(text(i), (number(i),)) for i in range(40)),
    "generators": generators(),
    "bytearray": [bytearray(i) for i in range(1, 2000, 100)],
    "one of two holders": [shared, text(0)],
    "other of two holders": [shared, text(1)],
    "cycle": chain(10),
}
HELD["cycle"].append(HELD["cycle"])
shared = None


def referents(o):
    """The collector does not look at a dict's keys when all are str, nor into code"""
    if isinstance(o, types.CodeType):
        return list(o.co_names) + list(o.co_consts)
    return gc.get_referents(o) + (list(o) if isinstance(o, dict) else [])


def closure(start, without=()):
    """Objects that references lead to, by address"""
    found, todo = dict((id(o), o) for o in start), list(start)
    while todo:
        for o in referents(todo.pop()):
            if id(o) not in found and id(o) not in without:
                found[id(o)] = o
                todo.append(o)
    return found


def buffers(some):
    """Bytearrays whose bytes are an object besides (3.15+), which their size counts"""
    return [o for o in some if isinstance(o, bytearray) and o] if sys.version_info >= (3, 15) else []


def account(folder):
    said = {"HELD": {"address": id(HELD)}}
    for name in sorted(HELD):
        wanted = HELD[name]
        left = closure([sys.modules], (id(wanted),))
        gone = [o for a, o in closure([wanted]).items() if a not in left]
        said[name] = {"address": id(wanted), "objects": len(gone) + len(buffers(gone)), "bytes": sum(map(sys.getsizeof, gone))}
        del left, gone, wanted
    with open(os.path.join(folder, "retained.part"), "w") as out:
        out.write(json.dumps(said))
    os.rename(os.path.join(folder, "retained.part"), os.path.join(folder, "retained.json"))


def main(folder):
    child = os.fork()
    if child == 0:
        account(folder)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
