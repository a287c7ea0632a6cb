# SPDX-License-Identifier: Apache-2.0
"""
Workers that write to what they share with their parent for one reason each: run as PROGRAM FOLDER.

idle: nothing; counts: reads objects, without a collection; heads: collects, and reads nothing; data: writes to a buffer;
frozen: as heads, of a parent that has called gc.freeze().
"""
import ctypes
import gc
import os
import sys
import time

from account import publish

COUNT = 60000
BUFFER = 8 << 20
PAGE = 4096


class Rule(object):
    pass


class Rules(list):
    pass


def read():
    for rule in rules:
        rule.number


def write():
    for at in range(0, BUFFER, PAGE):
        buffer[at] = 7


prctl = ctypes.CDLL(None).prctl
prctl(41, 1, 0, 0, 0)                   # PR_SET_THP_DISABLE: else the system itself makes large pages of what sleeping workers have


def fork(name, work):
    pid = os.fork()
    if pid:
        return pid
    prctl(1, 9)                         # PR_SET_PDEATHSIG, SIGKILL: it ends with its parent
    work()
    with open(os.path.join(sys.argv[1], name), "w") as out:
        out.write("done")
    time.sleep(600)
    os._exit(0)


rules = []
for number in range(COUNT):
    rule = Rule()
    rule.number = number + 100000
    rules.append(rule)
buffer = bytearray(BUFFER)
gc.disable()
gc.collect()
workers = {"idle": fork("idle", lambda: None), "counts": fork("counts", read), "heads": fork("heads", gc.collect),
           "data": fork("data", write)}
if hasattr(gc, "freeze"):
    gc.freeze()
    workers["frozen"] = fork("frozen", gc.collect)
while not all(os.path.exists(os.path.join(sys.argv[1], name)) for name in workers):
    time.sleep(0.05)
publish(sys.argv[1], "workers.json", workers)
publish(sys.argv[1], "ready", {})
time.sleep(600)
