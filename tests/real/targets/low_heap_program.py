# SPDX-License-Identifier: Apache-2.0
"""
A heap where the counts of 3.11's static objects, taken as addresses, lead to: run as PROGRAM FOLDER.

Only a program that is not position-independent has its heap so low, and the kernel starts it anywhere in the first
gigabyte: ends at once, with 3, where it is not near.
"""
import json
import os
import re
import sys
import time

STATIC = 999999999          # _PyObject_IMMORTAL_REFCNT
FAR = 200 << 20


def heap():
    with open("/proc/self/maps") as maps:
        return [int(a, 16) for a in re.search(r"^(\w+)-(\w+) .*\[heap\]$", maps.read(), re.M).groups()]


def main(folder):
    start, end = heap()
    if not STATIC - FAR < start < STATIC - (1 << 20):
        sys.exit(3)
    keep = []
    while end < STATIC + (2 << 20):
        keep.append([[None, str] * 2000 for _ in range(64)])    # their items: [object, type, object, type, ...]
        end = heap()[1]
    words = [name for name in dir(str) + dir(type) if sys.getrefcount(name) > STATIC // 2]
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump([id(name) for name in words], out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
