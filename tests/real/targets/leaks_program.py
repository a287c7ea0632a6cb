# SPDX-License-Identifier: Apache-2.0
"""
One disease, or none, as reported of real programs: leaks_program.py FOLDER DISEASE. The account: what py-heap leaks has to name.
"""
import functools
import gc
import json
import logging
import os
import sys
import threading
import time

KEPT = []
IMMORTAL = (3, 12, 0) <= sys.version_info < (3, 12, 7)      # all interned strings


class Connection(object):
    def __init__(self, number):
        self.number, self.inbox = number, [number] * 8


class Node(object):
    def __init__(self, after):
        self.after, self.load = after, bytearray(40)


def loggers():
    """a child logger per connection"""
    log = logging.getLogger("gateway")
    for number in range(20000):
        log.getChild("peer-%d" % number)
    return {"kind": "holders", "title": "loggerDict", "evidence": "logging.Logger"}


def cache():
    """lru_cache on a method keeps every self"""
    class Client(object):
        def __init__(self, number):
            self.name, self.index = "client-%d" % number, bytearray(20000)

        @functools.lru_cache(maxsize=None)
        def branch(self, ref):
            return self.name + ref
    KEPT.append(Client)
    for number in range(500):
        Client(number).branch("main")
    return {"kind": "holders", "title": "cache", "evidence": "lru_cache"}


def cycles():
    """cycles, and the collector is off"""
    gc.disable()
    for number in range(20000):
        one, other = Connection(number), Connection(-number)
        one.peer, other.peer = other, one
    return {"kind": "garbage", "title": "garbage", "evidence": "gc.disable()"}


def errors():
    """kept exceptions keep the frames of failed jobs"""
    def parse(table, number):
        raise ValueError("row %d" % number)

    def load(number):
        parse(bytearray(100000), number)
    failed = KEPT
    for number in range(100):
        try:
            load(number)
        except ValueError as error:
            failed.append((number, error))
    return {"kind": "holders", "title": "KEPT", "evidence": "ValueError"}


def chain():
    """a chain of 30,000 objects"""
    last = None
    for _ in range(30000):
        last = Node(last)
    KEPT.append(last)
    return {"kind": "holders", "title": "KEPT[0]", "evidence": "chain"}


def buffers():
    """four large buffers, each a local of a thread that waits"""
    def work():
        upload = bytearray(3 << 20)
        started.release()
        threading.Event().wait()
        return upload
    started = threading.Semaphore(0)
    for _ in range(4):
        thread = threading.Thread(target=work)
        thread.daemon = True
        thread.start()
        started.acquire()
    return {"kind": "holders", "title": "upload", "evidence": "4 objects of type bytearray"}


def interned():
    """attributes with names that the program makes"""
    KEPT.append([sys.intern("row_%d" % number) for number in range(60000)])
    return {"kind": None, "title": "interned" if IMMORTAL else "KEPT[0]", "evidence": "row_" if IMMORTAL else "str"}


def pinned():
    """a burst of objects, of which a few stay"""
    rows = []
    for number in range(200000):
        rows.append((number, float(number), "value %d" % number))
        if number % 700 == 0:
            KEPT.append(Connection(number))
    del rows
    return {"kind": "pins", "title": "arenas", "evidence": "KEPT"}


def healthy():
    """a program with some data of every sort, and nothing that grows"""
    KEPT.extend(Connection(number) for number in range(500))
    KEPT.append({str(number): [number] for number in range(500)})
    return {}


def main(folder, disease):
    account = globals()[disease]()
    if disease != "cycles":
        gc.collect()
    for name, text in (("account", json.dumps(account)), ("ready", "")):
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    time.sleep(1000)


main(sys.argv[1], sys.argv[2])
