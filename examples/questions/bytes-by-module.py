# SPDX-License-Identifier: Apache-2.0
"""bytes-by-module.py CORE|PID: how many bytes do the objects take by the module of their type? Bytes, objects, module."""
import collections
import sys

import libheap

with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    size, count = collections.Counter(), collections.Counter()
    for obj in heap.objects():
        size[obj.type.module] += obj.size
        count[obj.type.module] += 1
    for module in sorted(size):
        print(size[module], count[module], module)
