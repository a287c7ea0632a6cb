# SPDX-License-Identifier: Apache-2.0
"""Objects of the standard library that programs hold in numbers. Runs on 2.7 and 3.x."""
import collections
import io
import re
import sys
import tempfile

from keep import kind


Point = collections.namedtuple("Point", "x y")


class DefaultChild(collections.defaultdict):
    pass


class OrderedChild(collections.OrderedDict):
    pass


@kind
def collections_(n):
    made = []
    for i in range(n // 100):
        d = collections.deque(range(i % 300))
        bounded = collections.deque([[]], maxlen=5)
        for j in range(9):
            bounded.append([j])
        turned = collections.deque("abc" * 40)
        turned.rotate(50)
        for _ in range(70):
            turned.popleft()
        ordered = collections.OrderedDict(("o%d" % j, [j]) for j in range(i % 12))
        ordered["z"] = d
        ordered.pop("o1", None)
        default = collections.defaultdict(list, a=1)
        default["b"].append(default)
        made.append((d, bounded, turned, iter(d), reversed(d), ordered, default, collections.Counter("hello"),
                     Point(i, [i]), DefaultChild(int, x=[]), OrderedChild(a=[]), iter(ordered), ordered.items()))
        ordered.attribute = made[-1]
    if hasattr(collections, "ChainMap"):
        made.append(collections.ChainMap({}, {"a": []}))
        made += [collections.UserDict(a=[]), collections.UserList([1]), collections.UserString("s")]
    return made


@kind
def files(n):
    made = [io.BytesIO(b"x" * 3000), io.BytesIO(), io.StringIO(u"text \u0441" * 99), io.StringIO(), sys.stdout]
    written = io.StringIO()
    for i in range(30):
        written.write(u"line %d\n" % i)
    handle = tempfile.TemporaryFile()
    handle.write(b"z" * 100)
    handle.flush()
    made += [written, handle, io.open("/dev/null", "r"), io.open("/dev/null", "rb", buffering=0),
             io.open("/dev/zero", "rb"), io.BufferedReader(io.BytesIO(b"abc")), io.TextIOWrapper(io.BytesIO(b"abc\n"))]
    made[-1].read(1)
    return made


@kind
def library(n):
    import datetime
    import decimal
    import fractions
    import json
    import random
    import struct
    import xml.etree.ElementTree as etree
    made = [re.compile("(a|%d)(?P<name>b+)" % i) for i in range(60)]
    made += [p.match("abbb") for p in made] + [re.finditer("a", "aaa"), made[0].scanner("abab")]
    made += [datetime.datetime(2020, 1, 1 + i % 28) for i in range(n // 50)] + [datetime.timedelta(1), datetime.date(1999, 1, 1)]
    made += [decimal.Decimal(10) ** i for i in range(60)] + [fractions.Fraction(1, 3), decimal.getcontext()]
    made += [struct.Struct(str("<iq")), random.Random(3), json.JSONEncoder(), json.loads('{"a": [1, {"b": null}]}')]
    tree = etree.fromstring("<a x='1'>" + "<b>text<c/></b>" * (n // 100) + "</a>")
    return made, tree, [tree.find("b")], etree.ElementTree(tree)


@kind
def extension(n):
    made = []
    try:
        import ctypes
        made += [ctypes.c_int(3), (ctypes.c_int * 30)(), ctypes.create_string_buffer(900), ctypes.pointer(ctypes.c_int(1)),
                 ctypes.py_object([1])]
        import sqlite3
        connection = sqlite3.connect(":memory:")
        connection.execute("create table t(a)")
        made += [connection, connection.execute("select 1")]
    except ImportError:
        pass
    import zlib
    import hashlib
    import socket
    made += [zlib.compressobj(), hashlib.sha256(b"x"), socket.socket(), socket.socketpair()]
    return made
