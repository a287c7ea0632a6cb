# SPDX-License-Identifier: Apache-2.0
"""
Every place where py-heap may say something other than the interpreter, by name, with the reason.

Nothing here is a number of objects that may differ: each entry names objects, and test_truth.py holds py-heap to them.
"""

# Untracked objects that Python code cannot reach: only C structs hold them, and no tp_traverse visits them. The
# account's closure misses them; py-heap finds them in their pool blocks. Types that may have such extras; each extra
# is put to a forked child of the program (the oracle), which must find a live object of that type and size there.
# Objects that the collector tracks are never excused: gc.get_objects() lists them all.
HELD_BY_C = {
    "str": "interned names, names in C structs (type slots, method tables, parser keywords), locals of other threads",
    "bytes": "code: localspluskinds (3.11+), zipimport and codec buffers",
    "int": "locals of other threads, C caches (structseq, time, random seeds)",
    "float": "constants in C modules (math, datetime caches)",
    "tuple": "untracked tuples: code.co_localsplusnames (3.11+), interpreter caches, type slots' names",
    "code": "code objects in a C cache or running in frames of other threads",
    "dict": "untracked dicts: the table of interned strings, static types' dicts (3.12+)",
    "datetime.timedelta": "constants in the state of _datetime",
    "datetime.timezone": "constants in the state of _datetime",
    "datetime.datetime": "constants in the state of _datetime",
    "decimal.Decimal": "constants in the state of _decimal",
    "re.Pattern": "caches in C modules",
    "PyCapsule": "C APIs held by other C modules only",
    "_thread.lock": "locks of thread states (tstate_lock, on_delete_data)",
    "weakref": "weak references in C structs only",
    "moduledef": "module definitions handed out by PyModuleDef_Init",
    "object": "sentinels in C statics",
    "builtin_function_or_method": "untracked functions in C statics",
    "_thread._localdummy": "keys in the dicts of thread states",
    "_RunningLoopHolder": "asyncio's running loop in the dict of a thread state",
    "type": "static types that no Python object refers to",
    "Struct": "the cache of _struct, a static variable (3.8)",
    "_struct.Struct": "the cache of _struct (3.9+)",
    "sqlite3.Cache": "held by connections, which are no gc objects (-3.9)",
    "sqlite3.Statement": "held by a cache of statements",
    "managedbuffer": "buffers of memoryviews",
    "unicode": "errors of IncrementalNewlineDecoder (2.7)",
    "long": "constants of datetime (2.7)",
    "imp.NullImporter": "2.7: no object, but a C string of one character in a block whose second word still names the type of"
                        " what was freed there; nothing in the block tells",
}

# Objects that the oracle, a child that runs code after the dump, cannot vouch for.
ORACLE_CANNOT_TELL = {
    "str": "names that only the cache of method lookups holds (typeobject.c): lookups that the oracle makes replace them",
    "_thread._localdummy": "the oracle's process has one thread: the dicts of the others' thread states are gone",
    "moduledef": "its class is not reachable from Python code, so the oracle does not know it (3.12+)",
}

# Objects whose tp_traverse says something of the moment rather than of the heap.
REFERENTS_NOT_COMPARED = {
    "gevent.hub.Hub": "a greenlet that was switched away from is no object of the collector, for the moment: its tp_is_gc says so",
    "module": "the state of a module written in C is traversed by a function of its own, over variables of its own",
    "frame": "an executing frame's value stack is not traversed (its depth is not stored), py-heap cannot know it either",
    "PyCapsule": "some are traversed by a C function that their maker gave (3.13+)",
    "_ctypes.PyCPointerType": "visits the prototype that its StgDict, another object, holds (-3.12)",
}


# Objects that gc.get_referrers() does not tell, though the collector visits what they refer to, as gc.get_referents() shows: their
# tp_traverse drops the answer of a function that it calls, most often PyObject_VisitManagedDict() (gh-148274), and with it the
# "found" of gc.get_referrers()'s visitor.
REFERRERS_MISSED = {
    "typing.TypeVar": "Objects/typevarobject.c: typevar_traverse() (3.12, 3.13)",
    "typing.ParamSpec": "Objects/typevarobject.c: paramspec_traverse() (3.12, 3.13)",
    "typing.TypeVarTuple": "Objects/typevarobject.c: typevartuple_traverse() (3.12, 3.13)",
    "_asyncio.Future": "Modules/_asynciomodule.c: FutureObj_traverse() (3.13)",
    "_asyncio.Task": "Modules/_asynciomodule.c: TaskObj_traverse(), of FutureObj_traverse() (3.6-3.11), of its dict (3.13)",
}


# Types whose __sizeof__() counts texts and arrays of C structs that py-heap does not follow: counts are compared, bytes are not.
SIZE_NOT_COMPARED = {
    "Struct": "format codes, counted by a rule that changed within 3.11",
    "_struct.Struct": "format codes, counted by a rule that changed within 3.11",
    "StgDict": "ctypes' type data: format text, shape, ffi types (-3.12)",
    "_ctypes.PyCArrayType": "ctypes' type data (3.13+)",
    "_ctypes.PyCFuncPtrType": "ctypes' type data (3.13+)",
    "_ctypes.PyCPointerType": "ctypes' type data (3.13+)",
    "_ctypes.PyCSimpleType": "ctypes' type data (3.13+)",
    "_ctypes.PyCStructType": "ctypes' type data (3.13+)",
    "_ctypes.UnionType": "ctypes' type data (3.13+)",
    "ctypes._endian._swapped_struct_meta": "ctypes' type data (3.13+)",
    "ctypes._endian._swapped_union_meta": "ctypes' type data (3.13+)",
    "_ctypes.CType_Type": "ctypes' type data (3.13+)",
}


# Up to 3.10 a function that ran 1,024 times gets an opcode cache, which code.__sizeof__() counts: taking the account runs
# functions of account.py, json and sys that often, in the child only.
OPCODE_CACHES_UNTIL = (3, 10)
# The interpreter that the running test is of; types whose size an extension's code tells, as py-heap says itself
about = {"version": (0, 0, 0), "sized_by_code": ()}


def size(type_name, size_of):
    has_opcode_cache = type_name == "code" and about["version"][:2] <= OPCODE_CACHES_UNTIL
    if type_name in SIZE_NOT_COMPARED or type_name in about["sized_by_code"] or has_opcode_cache:
        return 0
    return size_of


def excused(type_name):
    return HELD_BY_C.get(type_name)
