# SPDX-License-Identifier: Apache-2.0
"""
interpreters_program.py FOLDER: two subinterpreters beside the main one, each with objects of its own, garbage among them.

Each interpreter's account is taken in a forked child, in that interpreter, as heap_program.py does: I.json, I from 0. Of the
three the last has a GIL, and from 3.12 on an allocator, of its own. Runs on 3.8 and later.
"""
import ctypes
import gc
import json
import os
import sys

try:
    import _interpreters as interpreters           # 3.13+
except ImportError:
    import _xxsubinterpreters as interpreters
try:
    from _signal import pause
except ImportError:
    from signal import pause

# Run in each interpreter. tell() is made before the fork; what running it makes in the child is told of under "own".
SETUP = '''
import gc, json, os, sys

class Marker%(index)d:
    def __init__(self, i):
        self.number, self.items, self.text = i, [i, i + 1000], "marker %%d" %% i

class Cycle%(index)d:
    pass

def make_garbage(n):
    made = []
    for i in range(n):
        a, b = Cycle%(index)d(), Cycle%(index)d()
        a.other, b.other = b, a
        made.append(a)
    return made

def write(path, what):
    with open(path + ".part", "w") as out:
        json.dump(what, out)
    os.rename(path + ".part", path)

def lists():
    return [gc.get_objects(generation=0), gc.get_objects(generation=1), gc.get_objects(generation=2)]

get_name, get_module = type.__dict__["__qualname__"].__get__, type.__dict__["__module__"].__get__

def type_name(cls):
    try:
        module = get_module(cls)
    except AttributeError:
        module = None
    return get_name(cls) if not isinstance(module, str) or module == "builtins" else module + "." + get_name(cls)

def frozen(generations):
    """What no generation lists: gc.freeze()d, and immortal objects (3.12)"""
    known = set(id(o) for g in generations for o in g)
    gc.unfreeze()
    return [o for o in gc.get_objects(generation=2) if id(o) not in known]

def made_by_run(frame, path, young):
    """What run_string() keeps while its text runs: tuples of the code, a function of it (3.11+), a list of the parser's (-3.11)"""
    code = frame.f_code
    own = [id(frame), id(code.co_consts), id(code.co_names)]
    for obj in young:
        if type(obj) is type(tell) and obj.__code__ is code:
            own.append(id(obj))
        if type(obj) is list:
            for item in obj:
                if item is path:
                    own.append(id(obj))
    return own

def tell(path, allocated=None):
    generations = lists()
    generations.append(frozen(generations) if gc.get_freeze_count() else [])
    own = [id(sys._getframe())]
    if sys._getframe(1).f_code.co_filename[0] == "<":
        own += made_by_run(sys._getframe(1), path, generations[0])
    write(path, {"allocated": allocated, "modules": len(sys.modules), "own": own,
                 "count": gc.get_count(), "threshold": gc.get_threshold(), "enabled": gc.isenabled(),
                 "objects": [[[id(o), type_name(type(o)), sys.getsizeof(o, -1)] for o in g] for g in generations]})
    os._exit(0)

def collect(path):
    write(path, gc.collect())
    os._exit(0)

gc.disable()
kept = [Marker%(index)d(i) for i in range(%(first)d)]
make_garbage(20)
gc.collect()
old = make_garbage(30 + %(index)d)
kept += [Marker%(index)d(i) for i in range(%(second)d)]
gc.collect(0)
del old[:]
kept += [{"a": [i], "b": (i, [])} for i in range(100)]
make_garbage(10)
tell, collect, lists, write
with open(os.devnull, "w") as nowhere:
    json.dump([], nowhere)
lists()
'''


def create(isolated):
    """A subinterpreter; isolated: with its own GIL, where there is such"""
    if sys.version_info >= (3, 13):
        return interpreters.create("isolated" if isolated else "legacy")
    if sys.version_info >= (3, 12):
        return interpreters.create(isolated=isolated)
    return interpreters.create()


def run(interpreter, source):
    failed = interpreters.run_string(interpreter, source)
    if failed:
        raise RuntimeError(failed)


def setup(index):
    return SETUP % {"index": index, "first": 300 + 11 * index, "second": 200 + 7 * index}


folder = sys.argv[1]
libc = ctypes.PyDLL(None)
fork, prctl = libc.fork, libc.prctl
prctl.argtypes = [ctypes.c_ulong] * 5
prctl(1, 9, 0, 0, 0)                              # PR_SET_PDEATHSIG
prctl(0x59616d61, 2 ** 64 - 1, 0, 0, 0)           # PR_SET_PTRACER, any
path = [os.path.join(folder, "%d.json" % i) for i in range(3)]
garbage = [os.path.join(folder, "%d.garbage" % i) for i in range(3)]
others = [create(False), create(True)]
for index, interpreter in enumerate(others):
    run(interpreter, setup(index + 1))
exec(setup(0), globals())
tellers = ["tell(%r)" % p for p in path]
collectors = ["collect(%r)" % p for p in garbage]
getpid, parent, allocated = os.getpid, os.getpid(), sys.getallocatedblocks
# As in heap_program.py: from here to pause() the parent makes nothing that lasts.
fork()
if getpid() != parent:
    tell(path[0], allocated())
fork()
if getpid() != parent:
    run(others[0], tellers[1])
fork()
if getpid() != parent:
    run(others[1], tellers[2])
fork()
if getpid() != parent:
    collect(garbage[0])
fork()
if getpid() != parent:
    run(others[0], collectors[1])
fork()
if getpid() != parent:
    run(others[1], collectors[2])
pause()
