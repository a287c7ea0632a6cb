# SPDX-License-Identifier: Apache-2.0
"""
All types written in C that this interpreter has once every module of its own written in C is imported, and which words of
their instances tp_traverse visits.

c_types.py JSON: writes what it found and ends. Runs in 2.7 and in 3. As a module: types() and Prober.

An instance is made by PyType_GenericAlloc() alone, with no constructor: all its words are 0. Then one word after the other
refers to an object of ours, and tp_traverse is asked whether it visits that. One that follows a word as something else may
crash, so children do that. Types that are not the collector's may have a tp_traverse all the same, for Python's subclasses.
"""
from __future__ import print_function

import ctypes
import gc
import glob
import json
import os
import resource
import sys

HEAPTYPE, HAVE_GC = 1 << 9, 1 << 14                                     # tp_flags (Include/object.h)
TP_NAME = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)        # in PyTypeObject: behind PyVarObject
TP_TRAVERSE = TP_NAME + 20 * ctypes.sizeof(ctypes.c_void_p)
OBJECT, OBJECT_EX = 6, 16                                               # kinds of members (Include/descrobject.h)
WORD = ctypes.sizeof(ctypes.c_void_p)
HEAD = object.__basicsize__
MOST = 1000              # references of one instance: a word that is a count makes tp_traverse run wild
NOT_OF_THE_LIBRARY = ("_test", "xx", "_xxtestfuzz", "_ctypes_test")

api = ctypes.pythonapi
allocate = api.PyType_GenericAlloc
allocate.restype, allocate.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_ssize_t]
text_of = api.PyUnicode_AsUTF8 if sys.version_info[0] > 2 else api.PyString_AsString
text_of.restype, text_of.argtypes = ctypes.c_void_p, [ctypes.py_object]


def word(address):
    return ctypes.c_void_p.from_address(address).value or 0


def tp_name(t):
    return ctypes.string_at(word(id(t) + TP_NAME)).decode("utf-8", "replace")


def own(t, name):
    """What the type itself says: a metaclass may say otherwise"""
    return type.__dict__[name].__get__(t)


def import_all():
    """Every module written in C that is there and can be imported"""
    names = set(sys.builtin_module_names)
    for folder in sys.path:
        if os.path.basename(folder) == "lib-dynload":
            names.update(os.path.basename(path).split(".")[0] for path in glob.glob(os.path.join(folder, "*.so")))
    for name in sorted(names):
        if not name.startswith(NOT_OF_THE_LIBRARY):
            try:
                __import__(name)
            except ImportError:
                pass


def is_in_c(t):
    """Not made by a class statement: such a class's tp_name is the text of its __name__"""
    return not t.__flags__ & HEAPTYPE or word(id(t) + TP_NAME) != text_of(own(t, "__name__"))


def types():
    """All types written in C, below object"""
    waiting, found, seen = [object], [], set()
    while waiting:
        t = waiting.pop()
        if id(t) not in seen:
            seen.add(id(t))
            found.append(t)
            waiting += type.__subclasses__(t)
    return [t for t in found if is_in_c(t)]


class Marker(object):
    pass


def visited_by(t, address):
    """Addresses that tp_traverse visits of the instance at an address"""
    if own(t, "__flags__") & HAVE_GC:
        return [id(other) for other in gc.get_referents(ctypes.cast(address, ctypes.py_object).value)]
    function, found = word(id(t) + TP_TRAVERSE), []

    def visit(other, _):
        found.append(other)
        return int(len(found) > MOST)
    if function:
        TRAVERSE(function)(address, VISIT(visit), None)
    return found


VISIT = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
TRAVERSE = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, VISIT, ctypes.c_void_p)


def words_of(t):
    """Offsets of the words of an instance behind its head, which has the number of items where there are any"""
    return range(HEAD + WORD if own(t, "__itemsize__") else HEAD, own(t, "__basicsize__") - WORD + 1, WORD)


class Prober(object):
    """Which words of instances are visited: found[number of the type][offset] is how often, None where that crashes"""

    def __init__(self, types):
        self.types, self.found = types, [{} for _ in types]
        places = [(number, offset) for number, t in enumerate(types) for offset in words_of(t)]
        start = 0
        while start < len(places):
            start += self.round(places[start:])

    def child(self, write, places):
        last, marker = None, Marker()
        for number, offset in places:
            os.write(write, b"?")
            if number != last:
                last, address = number, allocate(self.types[number], 0)
            place = ctypes.c_void_p.from_address(address + offset)
            was, place.value = place.value, id(marker)
            visited = visited_by(self.types[number], address).count(id(marker))
            os.write(write, str(min(visited, 9)).encode())
            place.value = was

    def round(self, places):
        """What a child tells until it ends or crashes. Return: of how many places"""
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                os.close(2)
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                self.child(write, places)
            finally:
                os._exit(0)
        os.close(write)
        with os.fdopen(read) as source:
            said = source.read().split("?")[1:]
        os.waitpid(pid, 0)
        for (number, offset), times in zip(places, said):
            self.found[number][offset] = int(times) if times else None
        return len(said) or len(places)


def members(t):
    """name -> offset of what the type's own tp_members call objects. PyMemberDescrObject: PyDescr_COMMON, d_member"""
    found = {}
    for name, value in own(t, "__dict__").items():
        if type(value).__name__ == "member_descriptor":
            member = word(id(value) + HEAD + (3 if sys.version_info[0] > 2 else 2) * WORD)
            if ctypes.c_int.from_address(member + WORD).value in (OBJECT, OBJECT_EX):
                found[name] = ctypes.c_ssize_t.from_address(member + 2 * WORD).value
    return found


def describe(t, visited):
    return {"tp_name": tp_name(t), "base": tp_name(t.__base__) if t.__base__ else "", "basicsize": own(t, "__basicsize__"),
            "itemsize": own(t, "__itemsize__"), "gc": bool(own(t, "__flags__") & HAVE_GC), "dict": own(t, "__dictoffset__"),
            "weaklist": own(t, "__weakrefoffset__"), "members": members(t), "visited": visited,
            "sequence": "n_sequence_fields" in own(t, "__dict__"),
            "attributes": sorted(name for name, value in own(t, "__dict__").items()
                                 if type(value).__name__ in ("member_descriptor", "getset_descriptor"))}


def files():
    """The interpreter's own ELF files: executable, libpython, modules"""
    with open("/proc/self/maps") as source:
        paths = set(line.split(None, 5)[5].strip() for line in source if "/" in line)
    return sorted(path for path in paths if "python" in os.path.basename(path) or "lib-dynload" in path)


if __name__ == "__main__":
    gc.disable()
    import_all()
    all_types = types()
    account = {"version": sys.hexversion, "debug": hasattr(sys, "gettotalrefcount"), "files": files(),
               "types": [describe(t, visited) for t, visited in zip(all_types, Prober(all_types).found)]}
    with open(sys.argv[1], "w") as out:
        json.dump(account, out, indent=1)
