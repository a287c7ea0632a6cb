# SPDX-License-Identifier: Apache-2.0
"""
crashing_program.py FOLDER KIND [thread|handler]: notes the calls that it is in, and ends by a fault in a function of crashing.c. "memset":
one of ctypes; "rest": it stays.
"""
import json
import os
import sys
import threading
import time

FOLDER, KIND = sys.argv[1:3]
sys.path.insert(0, FOLDER)
try:
    import crashing
except ImportError:         # no headers for this Python
    crashing = None


class Thing(object):
    __slots__ = ("name",)


def note():
    """The calls that this one is in, newest first, each with its line"""
    frame, calls = sys._getframe(1), []
    while frame:
        code = frame.f_code
        calls.append([getattr(code, "co_qualname", code.co_name), code.co_filename, frame.f_lineno])
        frame = frame.f_back
    with open(os.path.join(FOLDER, "calls.json"), "w") as out:
        json.dump(calls, out)
    return {"rest": rest, "memset": memset}[KIND] if KIND in ("rest", "memset") else getattr(crashing, KIND)


def memset(thing):
    import ctypes
    ctypes.memset(0x58, 1, 1)


def rest(thing):
    open(os.path.join(FOLDER, "ready"), "w").close()
    time.sleep(10000)


def generate():
    things = [Thing() for _ in range(100)]      # their pools stay in use
    thing = things.pop(50)
    yield note()(thing)


def inner():
    return next(generate())


def call_back(function):
    return crashing.call_back(function) if crashing else max([0], key=lambda key: function())


def middle():
    return sorted([0], key=lambda key: call_back(inner))


def main():
    middle()


if "handler" in sys.argv:
    import faulthandler
    faulthandler.enable()
if "thread" in sys.argv:
    worker = threading.Thread(target=main)
    worker.start()
    worker.join()
else:
    main()
