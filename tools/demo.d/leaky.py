#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
A small service that leaks in three ways, says where, and waits to be looked at.

1. Sessions and their connections refer to each other, and the collector is off: "we do our own memory management".
2. A cache at module level that nothing ever leaves.
3. An extension that takes a reference to each of its buffers and never gives it back; here ctypes plays the extension.
"""
import ctypes
import gc
import sys
import time


class Session:
    def __init__(self, number):
        self.number = number
        self.connection = Connection(self)


class Connection:
    def __init__(self, session):
        self.session = session
        self.buffer = bytearray(400)


class Response:
    def __init__(self, url):
        self.url = url
        self.body = "<html>" + "x" * 300


class Pixels(bytearray):
    """A buffer that native code was handed"""


CACHE = {}


def native_resize(pixels):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(pixels))      # the bug: no Py_DecRef on the way out


def serve(requests):
    for number in range(requests):
        Session(number)
        CACHE["/page?id=%d" % number] = Response("/page?id=%d" % number)
        if number % 10 == 0:
            pixels = Pixels(2000)
            native_resize(pixels)
    return id(pixels)


gc.disable()
leaked = serve(20000)
print("response %#x" % id(CACHE["/page?id=7"]))
print("pixels %#x" % leaked)
sys.stdout.flush()
time.sleep(3600)
