# SPDX-License-Identifier: Apache-2.0
"""
heap_program.py FOLDER SCALE [freeze]: fills a heap with objects of every kind, tells FOLDER what it holds, and waits.
heap_program.py FOLDER package NAME: the same with what the use of a package leaves (packages.py).

The account is taken by forked children: a child has the same objects at the same addresses, and whatever telling costs
happens in the child, not in the heap that is told of. fork() goes through ctypes with the GIL held, because
os.fork() would drop the other threads' states in the child, and no other thread can run (and allocate) meanwhile.
Runs on 2.7 and 3.x.
"""
import ctypes
import gc
import json
import os
import sys

import account

try:
    from _signal import pause     # its call keeps no block, unlike one by ctypes
except ImportError:
    from signal import pause      # 2.7
import keep
if sys.argv[2] == "package":
    import packages
else:
    import kinds_attributes  # noqa: F401
    import kinds_classes  # noqa: F401  (the order of imports is the order of building)
    import kinds_containers  # noqa: F401
    import kinds_functions
    import kinds_garbage
    import kinds_library  # noqa: F401
    import kinds_new  # noqa: F401


def build(scale, part):
    for index, make in enumerate(keep.KINDS):
        if index % 3 == part:
            keep.KEEP[make.__name__] = make(scale)


def build_all(scale, freeze):
    """A third of the objects in each generation, and garbage in each."""
    gc.disable()
    old = kinds_garbage.make(3)
    build(scale, 0)
    gc.collect()
    if freeze:
        gc.freeze()
    middle = kinds_garbage.make(2)
    build(scale, 1)
    gc.collect(0)
    young = kinds_garbage.make(4)
    build(scale, 2)
    del old[:], middle[:], young[:]
    while len(kinds_functions.STARTED) < 3:
        account.nap()


def use(name):
    gc.disable()
    keep.KEEP[name] = packages.use(name)


def libc(name, *arguments):
    function = getattr(ctypes.PyDLL(None), name)
    function.restype = None
    function.argtypes = arguments
    return function


FOLDER = sys.argv[1]
fork, prctl = libc("fork"), libc("prctl", *[ctypes.c_ulong] * 5)
prctl(1, 9, 0, 0, 0)                              # PR_SET_PDEATHSIG: do not outlive the tests
prctl(0x59616d61, 2 ** 64 - 1, 0, 0, 0)           # PR_SET_PTRACER, any: gcore and py-heap are no parents of ours
if sys.argv[2] == "package":
    use(sys.argv[3])
else:
    build_all(int(sys.argv[2]), "freeze" in sys.argv[3:])
stats_fd = account.create(FOLDER, "mallocstats.txt")
collect_fd = account.create(FOLDER, "collectable.txt")
dup2, getpid, allocated = os.dup2, os.getpid, getattr(sys, "getallocatedblocks", None)
take, collect, answer = account.take, account.collect, account.answer
get_objects, get_count, debug_stats = gc.get_objects, gc.get_count, getattr(sys, "_debugmallocstats", None)
NEW_GC = sys.version_info >= (3, 8)
parent = getpid()
# What the first call of these makes (parsers' tuples of keywords, imported codecs) then is in the parent too.
dup2(stats_fd, stats_fd)
with open(os.devnull, "w") as nowhere:
    json.dump([], nowhere)
if NEW_GC:
    get_objects(generation=0)

# From here to pause() the parent makes nothing that lasts: no name is bound, no object is kept, and no attribute is
# looked up: that evicts a name from the method cache of types, which may be the last to hold it.
fork()
if getpid() != parent:
    dup2(stats_fd, 2)
    if debug_stats:
        debug_stats()
    if NEW_GC:
        take(FOLDER, allocated(), get_count(), get_objects(generation=0), get_objects(generation=1),
             get_objects(generation=2))
    else:
        take(FOLDER, allocated and allocated(), get_count(), get_objects(), [], [])
fork()
if getpid() != parent:
    dup2(collect_fd, 2)
    collect(FOLDER)
fork()
if getpid() != parent:
    answer(FOLDER)
pause()
