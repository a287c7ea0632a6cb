# SPDX-License-Identifier: Apache-2.0
"""longest-chain.py CORE|PID TYPE NAME: the longest chain of objects of TYPE, each of which is the attribute NAME of the one
before. How many, and the first's address. Each is walked to its end: where many join, that takes its time."""
import sys

import libheap


def walk(at):
    path = {}
    while at in after and at not in path:
        path[at], at = True, after[at]
    seen.update(path)
    return len(path)


with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    after = {obj: obj.attribute(sys.argv[3]) for obj in heap.objects(type=sys.argv[2])}
    seen, followers = set(), set(after.values())
    chains = [(walk(obj), obj) for obj in after if obj not in followers]
    chains += [(walk(obj), obj) for obj in after if obj not in seen]  # rings
    length, first = max(chains, key=lambda chain: chain[0])
    print(length, hex(first.address))
