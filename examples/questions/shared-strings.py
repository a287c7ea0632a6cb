# SPDX-License-Identifier: Apache-2.0
"""shared-strings.py CORE|PID: which objects of two interpreters share a string? Two of what their collectors track per
string: its address, interpreter and address of one object, interpreter and address of the other. Since Python 3.9."""
import sys

import libheap

with libheap.open(int(sys.argv[1]) if sys.argv[1].isdigit() else sys.argv[1]) as heap:
    strings = {obj.address for obj in heap.objects(type="str")}
    uses = sorted((ref.target_address, interpreter["id"], obj.address) for interpreter in heap.interpreters
                  for obj in heap.objects(interpreter=interpreter) for ref in obj.refs() if ref.target_address in strings)
    for (string, one, holder), (other_string, other, other_holder) in zip(uses, uses[1:]):
        if string == other_string and one != other:
            print(hex(string), one, hex(holder), other, hex(other_holder))
