# SPDX-License-Identifier: Apache-2.0
"""
A program that grows in steps: run as PROGRAM FOLDER. At each SIGUSR1 it takes the next step and writes FOLDER/MOMENT, with what it
planted since: ids of objects that stay, of those that came to the address of another of their type, and so on.
"""
import ctypes
import gc
import json
import os
import signal
import sys

NATIVE, BLOCK = 8 << 20, 4096

folder = sys.argv[1]
SLOTS = ["slot%d" % n for n in range(20)]


class Session(object):
    __slots__ = SLOTS + ["name"]

    def __init__(self, name):
        self.name = name


class Listener(object):
    __slots__ = SLOTS + ["number"]

    def __init__(self, number):
        self.number = number


class Request(object):
    """With a dict: what comes and goes"""

    def __init__(self, number):
        self.number, self.text, self.rest = number, "request %d" % number, [float(number)]


class Config(object):
    """One object that is changed, and stays"""

    def __init__(self):
        self.version, self.name = 100000, "config of %d" % os.getpid()


CACHE, LISTENERS, REQUESTS, CONFIG, TEMPORARY = {}, [], [], Config(), []
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p


def publish(moment, **what):
    path = os.path.join(folder, moment)
    with open(path + ".new", "w") as out:
        json.dump(what, out)
    os.rename(path + ".new", path)


def ids(objects):
    return [id(one) for one in objects]


def start():
    for n in range(100):
        CACHE["first %d" % n] = Session("session %d" % n)
        LISTENERS.append(Listener(n + 10 ** 6))
        TEMPORARY.append(Session("temporary %d" % n))
    REQUESTS.extend(Request(n + 10 ** 6) for n in range(500))
    gc.collect()
    gc.disable()                # what is new stays in the youngest generation: no address that is used again leaves a doubt
    return {"requests": ids(REQUESTS), "texts": ids(one.text for one in REQUESTS)}


def answer_requests(first):
    """Others get their memory. Return: how many."""
    before = set(ids(REQUESTS))
    del REQUESTS[:]
    REQUESTS.extend(Request(n + first) for n in range(500))
    return len(before & set(ids(REQUESTS)))


def grow_cache():
    """Of the sessions that come some are gone at the next moment"""
    reused = answer_requests(2 * 10 ** 6)
    del TEMPORARY[50:]
    CONFIG.version += 1
    stay = [Session("stays %d" % n) for n in range(20000)]
    TEMPORARY.extend(Session("goes %d" % n) for n in range(1000))
    for n, session in enumerate(stay):
        CACHE[n + 10 ** 6] = session
    return {"stay": ids(stay), "goes": ids(TEMPORARY[50:]), "requests": ids(REQUESTS), "texts": ids(one.text for one in REQUESTS),
            "reused": reused}


def grow_listeners():
    del TEMPORARY[50:]
    reused = answer_requests(4 * 10 ** 6)
    LISTENERS.extend(Listener(n + 3 * 10 ** 6) for n in range(40000))
    gc.collect()
    return {"listeners": ids(LISTENERS[100:]), "reused": reused}


def grow_native():
    for _ in range(NATIVE // BLOCK):
        ctypes.memset(libc.malloc(BLOCK), 1, BLOCK)
    return {"native": NATIVE}


STEPS = [("start", start), ("cache", grow_cache), ("listeners", grow_listeners), ("native", grow_native)]


def next_step(*_):
    name, step = STEPS.pop(0)
    publish(name, **step())


signal.signal(signal.SIGUSR1, next_step)
next_step()
publish("ready")
while True:
    signal.pause()
