# SPDX-License-Identifier: Apache-2.0
"""Large objects of all sorts, contents that look like references, and copies of an object's bytes in others' contents: PROGRAM FOLDER."""
import array
import ctypes
import io
import sys
import time

from account import publish

MB = 1 << 20


class Row(object):
    pass


arrays = [bytearray(b"\1" * MB) for _ in range(80)]
many = [bytes(bytearray([65 + i])) * (4 * MB) for i in range(30)]
texts = [u"a" * MB, u"\u6f22" * MB] + [u"%d" % i * MB for i in range(10)]
streams = [io.BytesIO(b"x" * (3 * MB)) for _ in range(5)]
rows = [Row() for _ in range(5000)]
references = array.array("L", [id(row) for row in rows])
looks_like_references = bytearray(ctypes.string_at(references.buffer_info()[0], 8 * len(references)) * 20)
references *= 20
numbers = [array.array("H", [i]) * (MB // 2) for i in range(10)]
copies = bytearray((b"\0" * 8 + ctypes.string_at(id(arrays[3]), 56)) * 20000)
objects = [None] * (4 * MB)         # references, no contents
grown = bytearray()
for _ in range(200):
    grown += b"z" * 10000
del arrays[7], many[5]              # freed, and perhaps had by something else
publish(sys.argv[1], "account", {"bytearray": hex(id(arrays[3])), "bytes": hex(id(many[3]))})
publish(sys.argv[1], "ready", {})
time.sleep(100000)
