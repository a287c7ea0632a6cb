# SPDX-License-Identifier: Apache-2.0
"""So many objects of each of some sizes; says what each asks for: sys.getsizeof(), which counts what is in front of it."""
import gc
import json
import os
import sys
import time

folder, count = sys.argv[1], int(sys.argv[2])


class Slots(object):
    __slots__ = "one", "two", "three"


makers = [lambda i, n=n: b"x" * n for n in range(8, 60, 3)]
makers += [lambda i, n=n: u"x" * n for n in range(8, 60, 5)]
makers += [lambda i, n=n: (None,) * n for n in range(25, 30)]       # more items than any freelist has
makers += [lambda i: Slots(), lambda i: [None]]
if sys.version_info[0] > 2:     # 2.7 has many floats in one block, and strings in two
    makers += [lambda i: i + 0.5, lambda i: (1 << 70) + i]
else:
    makers = [make for make in makers if not isinstance(make(1), unicode)]
gc.disable()
kept = [[None] * count for _ in makers]
asked = []
for make, objects in zip(makers, kept):
    asked.append(sys.getsizeof(make(1)) - (sys.getsizeof([0]) - sys.getsizeof([]) if isinstance(make(1), list) else 0))
    for i in range(count):
        objects[i] = make(i)
with open(os.path.join(folder, "account.json"), "w") as out:
    json.dump({"sizes": asked, "int": sum(sys.getsizeof(objects[0]) for objects in kept if count and type(objects[0]) is int)}, out)
with open(os.path.join(folder, "ready"), "w"):
    pass
time.sleep(9999)
