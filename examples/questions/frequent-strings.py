# SPDX-License-Identifier: Apache-2.0
"""frequent-strings.py CORE|PID: which texts are there over 1,000 times, each in a str of its own? Times, text."""
import collections
import sys

import libheap

with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    times = collections.Counter(obj.value for obj in heap.objects(type="str"))
    for text, count in sorted(times.items()):
        if count > 1000:
            print(count, text)
