# SPDX-License-Identifier: Apache-2.0
"""
A program with an instance of every type written in C for each word of its body: that word refers to an object of ours.

c_types_program.py FOLDER: writes what it knows of them into account.json, then "ready", and waits to be ended. Runs in 2.7 and
in 3.
"""
import ctypes
import gc
import json
import os
import sys
import time

import c_types


def lay_out(t, visited):
    """One instance for each word: [address, offset, address of what the word refers to, how often it is visited]"""
    rows, collected = [], c_types.own(t, "__flags__") & c_types.HAVE_GC        # else it is asked for classes derived from it
    for offset, times in sorted(visited.items()):
        if times is None:
            continue
        address, marker = c_types.allocate(t, 0), c_types.Marker()
        place = ctypes.c_void_p.from_address(address + offset)
        if not place.value:
            place.value = id(marker)
            kept.append(marker)
            rows.append([address, offset, id(marker), times if collected else 0])
    return rows


kept = []
gc.disable()
c_types.import_all()
account = []
types = c_types.types()
for t, visited in zip(types, c_types.Prober(types).found):
    account.append({"tp_name": c_types.tp_name(t), "bases": [c_types.tp_name(base) for base in type.__dict__["__mro__"].__get__(t)],
                    "words": lay_out(t, visited)})

with open(os.path.join(sys.argv[1], "account.json"), "w") as out:
    json.dump(account, out)
with open(os.path.join(sys.argv[1], "ready"), "w"):
    pass
time.sleep(600)
