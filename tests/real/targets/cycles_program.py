# SPDX-License-Identifier: Apache-2.0
"""Cycles of the classic shapes, and what this interpreter itself says of them: run as PROGRAM FOLDER."""
import gc
import json
import os
import random
import sys
import time

COUNT = 20


class Session(object):
    pass


class Slotted(object):
    __slots__ = ("parent", "children")


class Bound(object):
    def __init__(self):
        self.handler = self.handle

    def handle(self):
        pass


def peers():
    a, b = Session(), Session()
    a.peer, b.peer = b, a
    return a


def parent_and_child():
    parent, child = Slotted(), Slotted()
    parent.children, child.parent = [child], parent
    return parent


def failure():
    try:
        raise ValueError("kept by its own frame")
    except ValueError as error:
        kept = error
    return kept


def closure():
    def inner():
        return inner
    return inner


def local_class():
    class Local(object):
        pass
    return Local


def itself():
    a = []
    a.append(a)
    return a


def dicts():
    a = {"down": {}}
    a["down"]["up"] = a
    return a


def generator():
    def run():
        me = yield
        while True:
            yield me
    one = run()
    next(one)
    one.send(one)
    return one


def tangle():
    """A random graph of lists"""
    nodes = [[] for _ in range(40)]
    for _ in range(60):
        random.choice(nodes).append(random.choice(nodes))
    return nodes[0]


TASK = """
import asyncio
async def work():
    me = asyncio.current_task()
    await asyncio.get_running_loop().create_future()
async def start():
    asyncio.ensure_future(work())
    await asyncio.sleep(0)
loop = asyncio.SelectorEventLoop()       # without a policy, which is another one after a fork
"""
asyncio_names = {}


def task():
    """A task that its own coroutine knows, and that nobody else does"""
    if not asyncio_names:
        exec(TASK, asyncio_names)
    asyncio_names["loop"].run_until_complete(asyncio_names["start"]())


MAKERS = peers, parent_and_child, failure, Bound, closure, local_class, itself, dicts, generator, tangle
if sys.version_info >= (3, 7):
    MAKERS += (task,)


def write(folder, name, text):
    with open(os.path.join(folder, name + ".part"), "w") as out:
        out.write(text)
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))


def components(objects):
    """Strongly connected components with a cycle, by Tarjan's algorithm"""
    place = dict((id(o), i) for i, o in enumerate(objects))
    edges = [[place[id(r)] for r in gc.get_referents(o) if id(r) in place] for o in objects]
    number, low, on_stack, stack, found = {}, {}, set(), [], []
    for start in range(len(objects)):
        path = [] if start in number else [(start, iter(edges[start]))]
        while path:
            node, rest = path[-1]
            if node not in number:
                number[node] = low[node] = len(number)
                stack.append(node)
                on_stack.add(node)
            for to in rest:
                if to not in number:
                    path.append((to, iter(edges[to])))
                    break
                if to in on_stack:
                    low[node] = min(low[node], number[to])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] != number[node]:
                    continue
                members = stack[stack.index(node):]
                del stack[stack.index(node):]
                on_stack.difference_update(members)
                if len(members) > 1 or node in edges[node]:
                    found.append(sorted(id(objects[i]) for i in members))
    return found


def account(folder):
    thaw = getattr(gc, "unfreeze", lambda: None)        # 3.12 to 3.14.4 keep immortal objects where gc.freeze() keeps its own
    thaw()
    # _socket.CAPI visits what its C struct has (3.13+ _PyCapsule_SetTraverse()); nothing in memory says how long that is.
    objects = list(filter(lambda o: type(o).__name__ != "PyCapsule", gc.get_objects()))
    found = components(objects)
    objects = None
    gc.set_debug(gc.DEBUG_SAVEALL)
    del gc.garbage[:]
    gc.collect()
    thaw()
    left = set(id(o) for o in gc.get_objects()).difference(id(o) for o in gc.garbage)
    dead = [a for members in found for a in members if a not in left]     # a generator is closed, and freed at once
    write(folder, "cycles.json", json.dumps({"components": found, "garbage": dead}))


def fork():
    """Python's runs handlers in the child (3.7+), after which the account is not the parent's: the system's own does not"""
    if not hasattr(os, "register_at_fork"):
        return os.fork()
    import ctypes
    return ctypes.CDLL(None).fork()


def main(folder):
    random.seed(7)
    alive = [make() for make in MAKERS for _ in range(COUNT // 4)]
    gc.collect()
    gc.disable()
    for make in MAKERS:
        for _ in range(COUNT):
            make()
    child = fork()
    if child == 0:
        account(folder)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)
    return alive


if __name__ == "__main__":
    main(sys.argv[1])
