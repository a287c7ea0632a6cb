# SPDX-License-Identifier: Apache-2.0
"""who_holds.py CORE|PID TYPE: what keeps objects of this type alive? By path: how many, their bytes, and who refers to one of them."""
import sys

import libheap

with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    for row in heap.why(type=sys.argv[2], limit=5):
        print("%d objects, %d bytes: %s" % (row["count"], row["bytes"], row["path"] or "garbage"))
        for holder in heap.referrers(row["example"], limit=3):
            print("    %s %s" % (holder["type"], holder["address"]))
