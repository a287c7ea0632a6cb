# SPDX-License-Identifier: Apache-2.0
"""
heap_of_size.py N: a mixed heap of about N objects, for bench.py.

N = 10 million makes 7.9 M objects that the collector tracks, 25 M blocks and a core of about 2 GB; garbage is 1.75 % of N.
Prints a line of JSON when it stands, then obeys lines on stdin: "core" (fork a child that dumps core in the current
folder), "collect" (time the interpreter's own gc.collect() on this very heap), and ends with stdin.
"""
import collections
import gc
import json
import os
import random
import sys
import time

TRACKED_SHARE, GARBAGE_SHARE = 0.72, 0.0175     # of N; replacing leaves some more than the first


class User:
    def __init__(self, number):
        self.number = number * 1009
        self.name = "user %d" % number
        self.tags = [number * 31, "tag %d" % (number % 1000)]
        self.score = number * 0.5


class Point:
    __slots__ = ("x", "y", "owner")

    def __init__(self, x, owner):
        self.x, self.y, self.owner = x * 1.5, x * 2.5, owner


class Node:
    def __init__(self):
        self.items = {}


def handler(user, weight):
    return lambda event: (user, weight, event)


def record(number):
    """The mix: an instance, a row as a dict, rows as lists and tuples, a slots object, now and then something rarer"""
    user = User(number)
    row = {"id": number + 1000000, "user": user, "text": "row %d of the table" % number, "at": number / 3.0}
    made = [row, Point(number, user), ([number + 5000000], "k%d" % number, number * 7.5), [str(number), number * 11, user]]
    if number % 4 == 0:
        made.append({number * 3, number * 5 + 1, user.name})
    if number % 8 == 0:
        made.append(handler(user, number * 13))
    if number % 16 == 0:
        made.append(collections.deque([number * 17, row], maxlen=8))
    return made


def cycle():
    """Five tracked objects (six where instances have a dict of their own)"""
    a, b = Node(), Node()
    a.items["b"], b.items["a"] = b, [a]
    return a


def build(size):
    """Made in order, then half replaced at random: a heap that has lived has neighbours of all ages, and so do gc's rings"""
    chance = random.Random(1)
    probe = len(gc.get_objects())
    kept = [record(i) for i in range(1000)]
    each = (len(gc.get_objects()) - probe) / 1000.0 - 0.5          # half of a record's tuples will be untracked or shared
    kept += [record(i) for i in range(1000, int(size * TRACKED_SHARE / each))]
    for _ in range(len(kept) // 2):
        kept[int(chance.random() * len(kept))] = record(int(chance.random() * 1e9))
    for made in kept:
        made[0]["user"].friend = kept[int(chance.random() * len(kept))][0]["user"]
    gc.collect()                      # all is old, and tuples of plain values are untracked, as in a program that has run
    for _ in range(int(size * GARBAGE_SHARE / 5)):
        cycle()
    return kept


def collect():
    times = []
    for _ in range(3):                # the first finds the garbage, the others nothing
        before = time.process_time()
        found = gc.collect()
        times.append((found, time.process_time() - before))
    return {"garbage": times[0][0], "with_garbage": times[0][1], "nothing": min(t for _, t in times[1:])}


def say(what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main():
    gc.disable()
    keep = build(int(sys.argv[1]))
    before = time.process_time()
    census = len(collections.Counter(map(type, gc.get_objects())))
    say({"pid": os.getpid(), "tracked": len(gc.get_objects()), "blocks": sys.getallocatedblocks(), "types": census,
         "census": time.process_time() - before, "version": sys.version.split()[0]})
    for line in sys.stdin:
        if line.strip() == "core":
            child = os.fork()
            if child == 0:
                os.abort()
            os.waitpid(child, 0)
            say({"child": child})
        elif line.strip() == "collect":
            say(collect())
    return keep


main()
