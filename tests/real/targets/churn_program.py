# SPDX-License-Identifier: Apache-2.0
"""
Blocks of every size that malloc keeps in a list of some kind, half of them freed, by the main thread and others. Run as
PROGRAM FOLDER LIBRARY; chunks.json says which, before they are; malloc_info.xml is malloc's own account, after that.
"""
import ctypes
import json
import os
import random
import sys
import threading

OTHERS = 3
SIZES = list(range(8, 200, 8)) + [256, 400, 520, 1000, 1032, 1500, 4000, 20000, 70000]
EACH = 24

libc, churn = ctypes.CDLL(None), ctypes.CDLL(sys.argv[2])
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
ctypes.PyDLL(None).prctl(ctypes.c_int(1), ctypes.c_ulong(9), *[ctypes.c_ulong(0)] * 3)       # PR_SET_PDEATHSIG
ctypes.PyDLL(None).prctl(ctypes.c_int(0x59616d61), ctypes.c_ulong(2 ** 64 - 1), *[ctypes.c_ulong(0)] * 3)  # PR_SET_PTRACER
plans, freed, kept = [], [], []
made, go = threading.Barrier(OTHERS + 1), threading.Event()


def make(number):
    chance = random.Random(number)
    sizes = SIZES * EACH
    chance.shuffle(sizes)
    blocks = [libc.malloc(size) for size in sizes]
    gone = [block for i, block in enumerate(blocks) if chance.random() < (0.9 if i % 500 < 100 else 0.5)]
    freed.extend(gone)
    kept.extend(set(blocks) - set(gone))
    chance.shuffle(gone)
    return (ctypes.c_void_p * len(gone))(*gone), len(gone)


def other(number):
    blocks, count = make(number)
    made.wait()
    go.wait()
    churn.free_and_stay(blocks, ctypes.c_long(count))


for number in range(OTHERS):
    threading.Thread(target=other, args=(number,), daemon=True).start()
blocks, count = make(OTHERS)
made.wait()
with open(os.path.join(sys.argv[1], "chunks.json"), "w") as out:
    json.dump([freed, kept], out)
info, ready = (os.path.join(sys.argv[1], name).encode() for name in ("malloc_info.xml", "ready"))
go.set()
churn.free_and_tell(blocks, ctypes.c_long(count), OTHERS, info, ready)
