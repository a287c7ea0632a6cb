# SPDX-License-Identifier: Apache-2.0
"""unused-slots.py CORE|PID: which dict has most room that it does not use? Slots unused, items, address."""
import sys

import libheap


def unused(obj):
    return obj.dict_info.slots - obj.dict_info.used


with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    found = max((obj for obj in heap.objects() if obj.dict_info), key=unused)
    print(unused(found), found.dict_info.used, hex(found.address))
