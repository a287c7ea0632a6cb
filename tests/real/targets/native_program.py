# SPDX-License-Identifier: Apache-2.0
"""
Objects of the standard library, and of others if they are there, that own native memory: while each kind is made, recorder.c
notes which blocks of malloc's are taken.
"""
import ctypes
import gc
import json
import os
import struct
import sys
import threading
import time

folder = sys.argv[1]
libc = ctypes.CDLL(None)
libc.malloc_usable_size.restype = ctypes.c_size_t
libc.malloc.restype = ctypes.c_void_p
recorder = ctypes.CDLL(os.environ["LD_PRELOAD"])
COUNT = 5
makers, kept = [], []


def kind(make):
    makers.append(make)
    return make


@kind
def buffers():
    return ctypes.create_string_buffer(5000)


@kind
def compressors():
    import zlib
    return zlib.compressobj()


@kind
def decompressors():
    import zlib
    one = zlib.decompressobj()
    one.decompress(zlib.compress(b"text" * 1000)[:20])
    return one


@kind
def bzip():
    import bz2
    return bz2.BZ2Compressor()


@kind
def lzma():
    import lzma
    return lzma.LZMACompressor(preset=1)


@kind
def databases():
    import sqlite3
    one = sqlite3.connect(":memory:")
    one.execute("create table numbers (i integer, t text)")
    one.executemany("insert into numbers values (?, ?)", ((i, "text %d" % i) for i in range(2000)))
    one.commit()
    return one


@kind
def parsers():
    from xml.parsers import expat
    one = expat.ParserCreate()
    one.Parse("<a><b c='d'>text", False)
    return one


@kind
def hashes():
    import hashlib
    return hashlib.sha256(b"text")


@kind
def locks():
    return threading.Lock()


@kind
def documents():
    from lxml import etree
    return etree.fromstring("<a>%s</a>" % ("<b c='d'>some text</b>" * 500))


def make_all(make, number):
    """Once before: what a module does when it is first used"""
    make()
    gc.collect()
    objects = [None] * COUNT
    indices = list(range(COUNT))
    recorder.record_begin(number)
    for i in indices:
        objects[i] = make()
    gc.collect()
    recorder.record_end()
    return objects


def usable(address):
    return libc.malloc_usable_size(ctypes.c_void_p(address))


def pointer(address):
    return ctypes.c_void_p.from_address(address).value


def arrays():
    """[address, bytes]: an array owns its data, unless it is a view, and its dimensions, of which it keeps the address (PyArrayObject)"""
    import numpy
    made = [numpy.zeros(shape) for shape in ((3,), (50, 70), (300, 400), (1000, 1000))]
    made += [numpy.array([object(), None] * 300), numpy.arange(10000, dtype="u1")]
    views = [made[1][3:, 2:], made[3].T, made[5][7:]]
    kept.append((made, views))
    data, dimensions = object.__basicsize__, object.__basicsize__ + 16
    return ([[id(one), usable(pointer(id(one) + data)) + usable(pointer(id(one) + dimensions))] for one in made]
            + [[id(one), usable(pointer(id(one) + dimensions))] for one in views])


class Dialog(object):
    pass


def cycle():
    """An object that native memory of another holds, which it holds"""
    one = Dialog()
    one.button = ctypes.create_string_buffer(5000)
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))
    ctypes.memmove(one.button, struct.pack("P", id(one)), struct.calcsize("P"))
    return {"dialog": id(one), "button": id(one.button), "memory": ctypes.addressof(one.button)}


def views():
    """A word of a body far into a block does not take it from its owner; z_stream.next_out owns nothing"""
    import zlib
    owner, viewer = ctypes.create_string_buffer(5000), ctypes.create_string_buffer(7000)
    streams = [zlib.decompressobj() for _ in range(3)]
    nobodys = libc.malloc(ctypes.c_size_t(3000))
    small = ctypes.c_char(b"x")     # has its value in a word of the body that is not used where there is a buffer
    for address, word in ((id(viewer) + ctypes.addressof(small) - id(small), ctypes.addressof(owner) + 2000),
                          (id(streams[0]) + object.__basicsize__ + 24, ctypes.addressof(owner) + 2000),
                          (id(streams[1]) + object.__basicsize__ + 24, nobodys + 1000)):
        ctypes.c_void_p.from_address(address).value = word
    kept.append((owner, viewer, streams))
    padding = 32 if hasattr(sys, "gettotalrefcount") else 0
    return {"buffers": [[id(one), usable(ctypes.addressof(one) - padding)] for one in (owner, viewer)],
            "streams": [id(one) for one in streams]}


account = {"kinds": {}, "arrays": [], "cycle": cycle(), "views": views()}
for number, make in enumerate(makers, 1):
    try:
        kept.append(make_all(make, number))
    except ImportError:
        continue
    account["kinds"][make.__name__] = {"number": number, "addresses": [id(one) for one in kept[-1]]}
try:
    account["arrays"] = arrays()
except ImportError:
    pass
recorder.record_write(os.path.join(folder, "blocks").encode())
with open(os.path.join(folder, "account.json"), "w") as out:
    json.dump(account, out)
with open(os.path.join(folder, "ready"), "w"):
    pass
time.sleep(9999)
