# SPDX-License-Identifier: Apache-2.0
"""Bytearrays, and the objects that their bytes are: run as PROGRAM FOLDER."""
import ctypes
import json
import os
import sys
import time


class Kept(object):
    pass


class Mine(bytearray):
    pass


def buffer(one):
    """ob_bytes_object, the last field (3.15+)"""
    return ctypes.c_void_p.from_address(id(one) + bytearray.__basicsize__ - 8).value if sys.version_info >= (3, 15) else None


def moved():
    one = bytearray(range(200))
    del one[:50]
    return one


kept = Kept()
kept.all = [bytearray(size) for size in (1, 20, 400, 600, 5000, 300000, 5000000)] + [moved(), Mine(b"mine" * 10)]
rows = [{"address": id(one), "type": type(one).__name__, "size": sys.getsizeof(one), "buffer": buffer(one)} for one in kept.all]
with open(os.path.join(sys.argv[1], "bytearray.part"), "w") as out:
    out.write(json.dumps(rows))
os.rename(os.path.join(sys.argv[1], "bytearray.part"), os.path.join(sys.argv[1], "bytearray.json"))
os.close(os.open(os.path.join(sys.argv[1], "ready"), os.O_CREAT | os.O_WRONLY))
time.sleep(1000)
