# SPDX-License-Identifier: Apache-2.0
"""
One disease, or none, as reported of real programs: leaks_program.py FOLDER DISEASE. The account: what py-heap leaks has to name.
"""
import functools
import gc
import io
import json
import logging
import os
import sys
import threading
import time
import weakref

KEPT = []
INDEX = {}
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
    return {"kind": "caches", "title": "cache", "evidence": "lru_cache"}


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


def native_cycles():
    """objects that memory of the buffers holds that they have"""
    import ctypes
    import struct
    for number in range(600):
        one = Connection(number)
        one.button = ctypes.create_string_buffer(20000)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(one))
        ctypes.memmove(one.button, struct.pack("P", id(one)), struct.calcsize("P"))
    return {"kind": "native_cycles", "title": "c_char_Array_20000", "evidence": "-> native memory -> __main__.Connection"}


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


def registry():
    """a dict of a module that nobody empties"""
    global SESSIONS
    SESSIONS = {"session-%d" % number: Connection(number) for number in range(20000)}
    return {"kind": "caches", "title": "SESSIONS", "evidence": "20,000 items of one shape"}


def instances():
    """a class that lists its instances"""
    class Job(object):
        all = []

        def __init__(self, number):
            self.payload = bytearray(500 + number % 10)
            self.all.append(self)
    KEPT.append(Job)
    for number in range(5000):
        Job(number)
    return {"kind": "holders", "title": "all", "evidence": "5,000 __main__."}


def weak_keys():
    """values of a WeakKeyDictionary that refer to their own keys"""
    class Layout(object):
        def __init__(self, widget):
            self.widget = widget
    global EXTRA
    EXTRA = weakref.WeakKeyDictionary()
    for number in range(1000):
        widget = Connection(number)
        widget.image = bytearray(3000)
        EXTRA[widget] = Layout(widget)
        del widget
    return {"kind": "caches", "title": "EXTRA.data", "evidence": "refer to their own keys (1,000 of 1,000 items)"}


def weak_values():
    """keys of a WeakValueDictionary that refer to their own values"""
    class Key(object):
        def __init__(self, value):
            self.value = value
    global SHARED
    SHARED = weakref.WeakValueDictionary()
    for number in range(1000):
        value = Connection(number)
        value.image = bytearray(3000)
        SHARED[Key(value)] = value
        del value
    return {"kind": "caches", "title": "SHARED.data", "evidence": "refer to their own values (1,000 of 1,000 items)"}


def handlers():
    """a handler is added for every request"""
    log = logging.getLogger("web")
    for number in range(3000):
        log.addHandler(logging.StreamHandler())
    return {"kind": "handlers", "title": "handlers with 3,000 logging.StreamHandler", "evidence": "addHandler()", "small": True}


def generators():
    """streams that nobody reads to their end"""
    def rows(number):
        page = bytearray(4000)
        for row in page:
            yield number, row
    for number in range(1000):
        stream = rows(number)
        next(stream)
        KEPT.append(stream)
    return {"kind": "generators", "title": "1,000 generator objects that have not finished: ", "evidence": "KEPT["}


def unawaited():
    """calls of async functions that nobody awaits"""
    scope = {}
    exec("async def send(body):\n    return body", scope)
    KEPT.extend(scope["send"](bytearray(4000)) for number in range(1000))
    return {"kind": "generators", "title": "1,000 coroutine objects that never started: send", "evidence": "KEPT["}


def threads():
    """a thread for each subscriber, and none of them ends"""
    def watch(number):
        seen = bytearray(3000)
        started.release()
        never.wait()
        return seen
    started, never = threading.Semaphore(0), threading.Event()
    threading.stack_size(256 << 10)
    for number in range(250):
        thread = threading.Thread(target=watch, args=(number,))
        thread.daemon = True
        thread.start()
        started.acquire()
    return {"kind": "threads", "title": "250 threads that have not ended: ", "evidence": "at the same line"}


def streams():
    """streams that are not closed"""
    global OPEN
    OPEN = tuple(io.BytesIO() for number in range(200))
    for stream in OPEN:
        stream.write(b"x" * 20000)
    return {"kind": "buffers", "title": "200 _io.BytesIO objects that are open", "evidence": "OPEN["}


def stuck():
    """handlers wait for what never comes"""
    import asyncio
    scope = {}
    exec("async def handler(event):\n    body = bytearray(3000)\n    await event.wait()\n    return body", scope)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    event = asyncio.Event()
    KEPT.extend(loop.create_task(scope["handler"](event)) for number in range(1000))
    loop.call_later(.1, loop.stop)
    loop.run_forever()
    return {"kind": "tasks", "title": "1,000 pending tasks in handler", "evidence": "at the same line"}


def ring():
    """three tasks that wait for each other"""
    import asyncio
    scope = {"tasks": {}}
    exec("async def wait_for(name):\n    await tasks[name]", scope)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    for name, other in ("a", "b"), ("b", "c"), ("c", "a"):
        scope["tasks"][name] = loop.create_task(scope["wait_for"](other))
    KEPT.append(scope)
    loop.call_later(.1, loop.stop)
    loop.run_forever()
    return {"kind": "rings", "title": "3 tasks that wait for each other", "evidence": "None of them will ever go on", "small": True}


def frozen():
    """cycles that gc.freeze() hides from the collector"""
    gc.disable()
    made = []
    for number in range(10000):
        one, other = Connection(number), Connection(-number)
        one.peer, other.peer = other, one
        made.append(one)
    gc.freeze()
    del made[:], one, other
    return {"kind": "garbage", "title": "frozen", "evidence": "gc.unfreeze()"}


def lost_references():
    """native code takes references and never gives them back"""
    import ctypes
    for number in range(5000):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(Connection(number)))
    return {"kind": "references", "title": "__main__.Connection objects with references that nothing holds",
            "evidence": " more references", "small": True}


def immortal():
    """native code makes objects immortal"""
    import ctypes
    for number in range(20000):
        one = Connection(number)
        # Include/object.h, Include/refcount.h: bit 31 of the lower half of the count is set
        ctypes.c_uint32.from_address(id(one)).value = 0xc0000000
        KEPT.append(one)
    return {"kind": "immortal", "title": "20,000 immortal objects of type __main__.Connection", "evidence": "KEPT["}


def frames():
    """pictures in memory that their objects own, and that sys.getsizeof() does not count"""
    import ctypes
    KEPT.extend(ctypes.create_string_buffer(1 << 20) for number in range(64))
    for picture in KEPT:
        ctypes.memset(picture, 1, 1 << 20)
    return {"kind": "owned", "title": "memory that 64 ", "evidence": "KEPT["}


def shared():
    """each in two globals of a module, so that neither holds them"""
    for number in range(20000):
        KEPT.append(Connection(number))
        INDEX[number] = KEPT[-1]
    return {"kind": "holders", "title": "20,000 __main__.Connection that no single object holds", "evidence": "several ways"}


def native():
    """a C library keeps what it allocates"""
    import ctypes
    malloc = ctypes.CDLL(None).malloc
    malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    for number in range(80000):
        ctypes.memset(malloc(600), 1, 600)
    return {"kind": "memory", "title": "native code", "evidence": "of all writable memory"}


def holes():
    """a burst of large objects, of which a few stay"""
    burst = [bytearray(3000) for number in range(20000)]
    KEPT.extend(burst[::1000])
    return {"kind": "memory", "title": "free, and was not given back", "evidence": "malloc_trim()"}


def healthy():
    """a program with some data of every sort, and nothing that grows"""
    KEPT.extend(Connection(number) for number in range(500))
    KEPT.append({str(number): [number] for number in range(500)})
    return {}


def main(folder, disease):
    account = globals()[disease]()
    if disease not in ("cycles", "frozen"):
        gc.collect()
    for name, text in (("account", json.dumps(account)), ("ready", "")):
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    time.sleep(1000)


main(sys.argv[1], sys.argv[2])
