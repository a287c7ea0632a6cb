# SPDX-License-Identifier: Apache-2.0
"""Two references too many, one of them far inside of memory that was reserved and never touched: run as PROGRAM FOLDER."""
import ctypes
import mmap
import struct
import sys
import time

from account import publish

GB = 1 << 30
NORESERVE = 0x4000          # /usr/include/bits/mman-map-flags-generic.h


class Held(object):
    pass


class Lost(object):
    pass


reserved = mmap.mmap(-1, 200 * GB, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NORESERVE)
held, lost = Held(), Lost()
for one in held, lost:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))
struct.pack_into("Q", reserved, 100 * GB, id(held))
publish(sys.argv[1], "ready", {})
time.sleep(600)
