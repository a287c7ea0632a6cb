# SPDX-License-Identifier: Apache-2.0
"""
What an interpreter says of its own heap, written by forked children of the heap program. Runs on 2.7 and 3.x.

account.json  tracked objects by generation, all objects reachable from them, their sizes; referents of a sample
saved.json    what gc.collect() found in a child; collectable.txt: the same as the collector prints it, before finalizers, and
              the objects in each generation
mallocstats.txt   sys._debugmallocstats()
ask, answers  two pipes: the tests ask a child of an address, it says what lies there
"""
import ctypes
import gc
import json
import os
import sys
import time
import traceback
import types

try:
    import builtins
except ImportError:
    import __builtin__ as builtins      # 2.7
try:
    import faulthandler
except ImportError:
    faulthandler = None           # 2.7

HAVE_GC, HEAPTYPE = 1 << 14, 1 << 9
PERMANENT, UNTRACKED = 3, -1
SAMPLE = 60             # objects of each type whose referents are written
nap = lambda: time.sleep(0.01)  # noqa: E731
get_module = type.__dict__["__module__"].__get__
get_name = type.__dict__["__qualname__" if "__qualname__" in type.__dict__ else "__name__"].__get__


def create(folder, name):
    return os.open(os.path.join(folder, name), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)


def type_name(cls):
    """module.qualname without builtins, whatever a metaclass makes of it"""
    try:
        module = get_module(cls)
    except AttributeError:
        module = None
    name = get_name(cls)
    return name if not isinstance(module, str) or module in ("builtins", "__builtin__") else module + "." + name


def publish(folder, name, what):
    with open(os.path.join(folder, name + ".part"), "w") as out:
        json.dump(what, out)
    os.rename(os.path.join(folder, name + ".part"), os.path.join(folder, name))


def in_child(function):
    """Run it, and end the child without the interpreter's shutdown."""
    def wrapped(folder, *arguments):
        status = 1
        try:
            function(folder, *arguments)
            status = 0
        except BaseException:
            with open(os.path.join(folder, "failed"), "a") as out:
                out.write(traceback.format_exc())
        finally:
            os._exit(status)
    return wrapped


def code_parts(code):
    """What a code object owns: no traverse function tells it. Only attributes that make nothing new."""
    parts = [code.co_consts, code.co_names, code.co_filename, code.co_name]
    if sys.version_info >= (3, 10):
        parts.append(code.co_linetable)
    if sys.version_info >= (3, 11):
        parts += [code.co_qualname, code.co_exceptiontable]
        parts += list(code.co_varnames) + list(code.co_cellvars) + list(code.co_freevars)   # the tuples are new
    else:
        parts += [code.co_code, code.co_varnames, code.co_cellvars, code.co_freevars]
    return parts


def referents(obj):
    if type(obj) is types.CodeType:  # noqa: E721  (isinstance() would run code of the object)
        return code_parts(obj)
    return gc.get_referents(obj)


def is_gc(obj):
    """PyObject_IS_GC(): get_referents() says nothing of other objects; static types have the flag and are none"""
    cls = type(obj)
    if not cls.__flags__ & HAVE_GC:
        return False
    return not issubclass(cls, type) or bool(type.__dict__["__flags__"].__get__(obj) & HEAPTYPE)


def closure(start, skip):
    """id -> object for all that can be reached; skip: ids of objects that the account itself made"""
    found, work = {}, list(start)
    for obj in work:
        found[id(obj)] = obj
    while work:
        obj = work.pop()
        for other in referents(obj) + [type(obj)]:
            if id(other) not in found and id(other) not in skip:
                found[id(other)] = other
                work.append(other)
    return found


def sample(objects):
    """Evenly over each type's objects, in order of address: those who share a type differ in history"""
    by_type = {}
    for address in sorted(objects):
        obj = objects[address]
        if is_gc(obj):
            by_type.setdefault(type(obj), []).append(address)
    chosen = []
    for addresses in by_type.values():
        step = max(1, len(addresses) // SAMPLE)
        chosen += addresses[::step]
    return chosen


def size(obj):
    """What sys.getsizeof() says; -1 where a class's own code would: it may change the heap that is told of"""
    return -1 if isinstance(getattr(type(obj), "__sizeof__", None), types.FunctionType) else sys.getsizeof(obj, -1)


def native(obj, others):
    """Referents that are neither words of the object's body nor its attributes: in memory that only an extension's code knows"""
    if isinstance(obj, (list, dict, set, frozenset, tuple)):
        return []
    words = ctypes.cast(id(obj), ctypes.POINTER(ctypes.c_size_t))
    known = [words[at] for at in range(type(obj).__basicsize__ // 8)]
    try:
        known += [id(value) for value in obj.__dict__.values()]
    except Exception:             # none, or of code's making
        pass
    beyond = []
    for other in others:
        if id(other) in known:
            known.remove(id(other))
        else:
            beyond.append(id(other))
    return beyond


def permanent(known, skip):
    """What gc.get_objects() does not list: gc.freeze()d, and in 3.12-3.14.4 immortal objects."""
    if not hasattr(gc, "unfreeze"):
        return []
    gc.unfreeze()
    listed = gc.get_objects(generation=2) if sys.version_info >= (3, 8) else gc.get_objects()
    return [obj for obj in listed if id(obj) not in known and id(obj) not in skip]


@in_child
def take(folder, blocks, counts, *generations):
    skip = set(id(own) for own in generations + (counts, generations))
    frozen_count = gc.get_freeze_count() if hasattr(gc, "get_freeze_count") else 0
    kept = [[obj for obj in listed if id(obj) not in skip] for listed in generations]
    known = set(id(obj) for listed in kept for obj in listed)
    skip.update([id(skip), id(known), id(kept)] + [id(listed) for listed in kept])
    skip.add(id(sys._getframe()))
    kept.append(permanent(known, skip) if frozen_count else [])
    skip.add(id(kept[-1]))
    generation_of = dict((id(obj), g) for g, listed in enumerate(kept) for obj in listed)
    found = closure([obj for listed in kept for obj in listed], skip)
    addresses = sorted(found)
    names = {}
    for address in addresses:
        cls = type(found[address])
        names.setdefault(id(cls), [len(names), type_name(cls)])
    publish(folder, "account.json", {
        "version": sys.version, "hexversion": sys.hexversion, "pid": os.getppid(), "allocated_blocks": blocks,
        "counts": counts, "thresholds": gc.get_threshold(), "enabled": gc.isenabled(), "frozen": frozen_count,
        "types": [name for _, name in sorted(names.values())],
        "address": addresses, "type": [names[id(type(found[a]))][0] for a in addresses],
        "size": [size(found[a]) for a in addresses],
        "generation": [generation_of.get(a, UNTRACKED) for a in addresses],
        "listed": [id(obj) for obj in kept[0]],
        "tracked": "".join("1" if gc.is_tracked(found[a]) else "0" for a in addresses),
        "referents": dict((str(a), [id(r) for r in gc.get_referents(found[a])]) for a in sample(found)),
        "native": dict((str(a), native(found[a], gc.get_referents(found[a]))) for a in sample(found)) if "packages" in sys.modules else {},
        "maps": open("/proc/self/maps").read() if os.path.exists("/proc/self/maps") else "",      # a bare chroot
    })


@in_child
def collect(folder):
    del sys.stderr                    # the collector then prints through C, and makes no objects
    gc.set_debug(gc.DEBUG_STATS | gc.DEBUG_COLLECTABLE | gc.DEBUG_UNCOLLECTABLE | gc.DEBUG_SAVEALL
                 | getattr(gc, "DEBUG_OBJECTS", 0) | getattr(gc, "DEBUG_INSTANCES", 0))      # 2.7
    count = gc.collect()
    gc.set_debug(0)
    publish(folder, "saved.json", {"count": count, "saved": [[id(obj), type_name(type(obj))] for obj in gc.garbage]})


def evaluate(expression):
    """id() of what it is, or what went wrong"""
    try:
        return id(eval(expression, {"sys": sys, "builtins": builtins, "__builtin__": builtins}))
    except Exception as error:
        return repr(error)


def referrers(folder, address, depth):
    """Levels of gc.get_referrers(): each an id once, among the objects that the account knows. The rest is this child's."""
    with open(os.path.join(folder, "account.json")) as source:
        said = json.load(source)
    known = set(said["address"])
    levels, level, seen = [], [ctypes.cast(address, ctypes.py_object).value], set([address])
    for _ in range(depth):
        found = [obj for obj in gc.get_referrers(*level) if id(obj) in known and id(obj) not in seen] if level else []
        levels.append([id(obj) for obj in found])
        seen.update(levels[-1])
        level = found
    return levels


@in_child
def answer(folder):
    """Lines of addresses in, a line of JSON out: refcount and type of what lies there, sizeof when that is sound"""
    if faulthandler:
        faulthandler.enable(open(os.path.join(folder, "crashed"), "w"))
    classes = dict((id(obj), obj) for obj in closure(gc.get_objects(), ()).values() if isinstance(obj, type))
    word = ctypes.c_size_t.from_address
    os.mkfifo(os.path.join(folder, "ask"))
    os.mkfifo(os.path.join(folder, "answers"))
    os.rename(os.path.join(folder, "ask"), os.path.join(folder, "ask.ready"))
    ask = open(os.path.join(folder, "ask.ready"))
    answers = open(os.path.join(folder, "answers"), "w")
    while True:
        line = ask.readline()
        if not line:
            return
        told = []
        for address in json.loads(line):
            if isinstance(address, list):
                told.append(referrers(folder, *address))
                continue
            if not isinstance(address, int):        # an expression
                told.append(evaluate(address))
                continue
            first, cls = word(address).value, classes.get(word(address + 8).value)
            # A block that this child has freed since the fork begins with the address of the next free one, near by.
            # It still has its type, and to touch its reference count would break the list.
            count, freed = first & 0xffffffff, first >> 20 == address >> 20
            sound = cls is not None and not freed and (0 < count < 1 << 30 or sys.hexversion >= 0x030c0000 and count >= 1 << 30)
            size = sys.getsizeof(ctypes.cast(address, ctypes.py_object).value, -1) if sound else None
            told.append([count, cls and type_name(cls), size])
        answers.write(json.dumps(told) + "\n")
        answers.flush()
