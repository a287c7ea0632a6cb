# SPDX-License-Identifier: Apache-2.0
"""
Debian's packages, each imported and used a little: @uses registers a function that returns what it made, to be kept.

None needs a network, a display or a server. What is left behind in passing (caches, cycles, C state) is the point.
"""
import os
import tempfile

USES = {}


def uses(function):
    USES[function.__name__] = function
    return function


# ---- web ----

@uses
def flask():
    import flask
    app = flask.Flask("population")
    app.route("/item/<int:number>")(lambda number: flask.render_template_string("<p>{{ number }}</p>", number=number))
    client = app.test_client()
    return app, [client.get("/item/%d" % n).data for n in range(5)]


@uses
def django():
    from django.conf import settings
    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
                       INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
                       TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}])
    import django
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.template import engines
    call_command("migrate", verbosity=0)
    User.objects.create(username="someone")
    page = engines["django"].from_string("{% for u in users %}{{ u.username }}{% endfor %}")
    return page, page.render({"users": User.objects.all()}), list(User.objects.all())


@uses
def fastapi():
    import fastapi
    import pydantic

    class Item(pydantic.BaseModel):
        name: str
        prices: list[float] = []

    app = fastapi.FastAPI()
    app.post("/items")(lambda item: item)
    return app, app.openapi(), [Item(name="n%d" % n, prices=[n, 1]) for n in range(50)]


@uses
def aiohttp():
    import asyncio
    from aiohttp import ClientSession, web

    async def serve():
        app = web.Application()
        app.router.add_get("/{name}", lambda request: answer(request))
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        async with ClientSession() as session:
            texts = [await (await session.get("http://127.0.0.1:%d/%d" % (port, n))).text() for n in range(5)]
        await runner.cleanup()
        return app, texts

    async def answer(request):
        return web.Response(text=request.match_info["name"])

    return asyncio.run(serve())


@uses
def tornado():
    import asyncio
    import tornado.template
    import tornado.web

    async def later():
        await asyncio.sleep(0)
        return tornado.template.Template("{% for n in ns %}{{ n }},{% end %}").generate(ns=range(9))

    return tornado.web.Application([("/", tornado.web.RequestHandler)]), asyncio.run(later())


@uses
def twisted():
    from twisted.internet import defer, reactor
    from twisted.web import resource, server
    waiting = [defer.Deferred().addCallback(len) for _ in range(20)]
    waiting[0].callback("done")
    return server.Site(resource.Resource()), waiting, reactor


@uses
def requests():
    import requests
    session = requests.Session()
    asked = [session.prepare_request(requests.Request("GET", "http://localhost/", params={"n": n})) for n in range(9)]
    try:
        session.get("http://127.0.0.1:9/", timeout=1)
    except requests.ConnectionError as error:
        return session, asked, error


@uses
def jinja2():
    import jinja2
    import mako.template
    page = jinja2.Environment().from_string("{% for n in ns %}{{ loop.index }}{{ n|upper }}{% endfor %}")
    other = mako.template.Template("% for n in range(3):\n ${n}\n% endfor\n")
    return page, page.render(ns=["a", "b"]), other, other.render()


@uses
def httpx():
    import httpx
    return httpx.Client(), [httpx.Request("POST", "http://localhost/%d" % n, json={"n": n}) for n in range(5)]


@uses
def bottle():
    import bottle
    import gunicorn.app.base
    app = bottle.Bottle()
    app.route("/x/<name>")(lambda name: name)
    return app, [app.match({"PATH_INFO": "/x/%d" % n, "REQUEST_METHOD": "GET"}) for n in range(5)], gunicorn.app.base


# ---- data ----

@uses
def numpy():
    import numpy
    table = numpy.arange(10000.0).reshape(100, 100)
    names = numpy.array([{"n": n} for n in range(50)], dtype=object)
    records = numpy.zeros(10, dtype=[("a", "i4"), ("b", "f8")])
    return table, table[::2], names, records, numpy.linalg.inv(numpy.eye(5)), numpy.random.default_rng(1).normal(size=9)


@uses
def pandas():
    import pandas
    frame = pandas.DataFrame({"key": ["a", "b", "c"] * 30, "value": range(90)})
    return frame, frame.groupby("key").sum(), frame.set_index("key"), pandas.date_range("2020-01-01", periods=9)


@uses
def scipy():
    import scipy.optimize
    import scipy.sparse
    import scipy.stats
    return (scipy.optimize.minimize(lambda x: (x[0] - 1) ** 2, [0.0]), scipy.sparse.eye(20, format="csr"),
            scipy.stats.norm(0, 1).cdf(0.5))


@uses
def sklearn():
    import numpy
    from sklearn.linear_model import LinearRegression
    points = numpy.arange(20.0).reshape(10, 2)
    return LinearRegression().fit(points, points[:, 0])


@uses
def matplotlib():
    import io
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    figure, axes = pyplot.subplots()
    axes.plot([1, 2, 3], label="line")
    axes.legend()
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return figure, out


@uses
def networkx():
    import networkx
    graph = networkx.gnm_random_graph(30, 60, seed=1)
    return graph, networkx.shortest_path(networkx.path_graph(9), 0, 8)


@uses
def h5py():
    import h5py
    import numpy
    path = os.path.join(tempfile.mkdtemp(), "some.h5")
    with h5py.File(path, "w") as out:
        out["table"] = numpy.arange(100)
    file = h5py.File(path, "r")
    return file, file["table"], file["table"][3:9]


@uses
def openpyxl():
    import openpyxl
    book = openpyxl.Workbook()
    for row in range(20):
        book.active.append([row, "text %d" % row])
    return book


@uses
def pil():
    import io
    from PIL import Image, ImageDraw, ImageFilter
    image = Image.new("RGB", (64, 64), "red")
    ImageDraw.Draw(image).line((0, 0, 64, 64), fill=128)
    out = io.BytesIO()
    image.save(out, "PNG")
    return image.filter(ImageFilter.BLUR), Image.open(io.BytesIO(out.getvalue()))


@uses
def sympy():
    import sympy
    x = sympy.symbols("x")
    return sympy.integrate(sympy.sin(x) * x, x), sympy.solve(x ** 2 - 2, x)


# ---- crypto ----

@uses
def cryptography():
    import datetime
    from cryptography import x509
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = datetime.datetime(2020, 1, 1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, day, day + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    box = Fernet(Fernet.generate_key())
    return key, made, [box.encrypt(b"text") for _ in range(20)]


@uses
def cffi():
    import cffi
    ffi = cffi.FFI()
    ffi.cdef("struct point { int x, y; }; int abs(int);")
    kept = [ffi.new("struct point *", {"x": n}) for n in range(200)]
    del kept[::3]
    return ffi, kept, ffi.dlopen(None).abs(-3), ffi.callback("int(int)", lambda n: n)


@uses
def nacl():
    import bcrypt
    import nacl.secret
    import nacl.utils
    box = nacl.secret.SecretBox(nacl.utils.random(32))
    return box, [box.encrypt(b"text") for _ in range(9)], bcrypt.gensalt(4)


@uses
def paramiko():
    import paramiko
    return paramiko.SSHClient(), paramiko.ECDSAKey.generate()


@uses
def openssl():
    import OpenSSL.crypto
    import ssl
    key = OpenSSL.crypto.PKey()
    key.generate_key(OpenSSL.crypto.TYPE_RSA, 1024)
    return key, OpenSSL.crypto.X509(), [ssl.create_default_context() for _ in range(3)]


@uses
def pycryptodome():
    from Cryptodome.Cipher import AES
    from Cryptodome.Hash import SHA256
    return [AES.new(b"k" * 16, AES.MODE_GCM) for _ in range(5)], SHA256.new(b"text")


# ---- XML, parsing ----

@uses
def lxml():
    from lxml import etree, html, objectify
    tree = etree.fromstring("<a>%s</a>" % "".join("<b n='%d'>text</b>" % n for n in range(100)))
    kept = tree.xpath("//b/text()")[:10]
    return tree, kept, tree.xpath("//b")[5:9], html.fromstring("<p>a<b>c</b></p>"), objectify.fromstring("<r><x>1</x></r>").x


@uses
def bs4():
    import bs4
    import defusedxml.ElementTree
    import html5lib
    import xmltodict
    page = "<html><body>%s</body></html>" % "<p class='x'>text</p>" * 20
    return (bs4.BeautifulSoup(page, "html.parser"), bs4.BeautifulSoup(page, "lxml"), html5lib.parse(page),
            defusedxml.ElementTree.fromstring("<a><b/></a>"), xmltodict.parse("<a><b>1</b><b>2</b></a>"))


@uses
def yaml():
    import yaml
    text = "a: &x [1, 2.5, {b: c}]\nd: *x\n"
    return yaml.safe_load(text), yaml.load(text, yaml.CSafeLoader), yaml.dump({"k": list(range(9))}, Dumper=yaml.CDumper)


@uses
def json_likes():
    import msgpack
    import simplejson
    import tomlkit
    import ujson
    what = {"k%d" % n: [n, n * 0.5, None, "t"] for n in range(50)}
    return (simplejson.loads(simplejson.dumps(what)), ujson.loads(ujson.dumps(what)), msgpack.unpackb(msgpack.packb(what)),
            tomlkit.parse("a = 1\n[t]\nb = [1, 2]\n"), msgpack.Unpacker())


@uses
def parsers():
    import ply.lex
    import pyparsing
    import regex
    number = pyparsing.Word(pyparsing.nums)
    expression = pyparsing.infix_notation(number, [(pyparsing.one_of("+ -"), 2, pyparsing.OpAssoc.LEFT)])
    return ply.lex, expression, expression.parse_string("1+2-3"), regex.compile(r"(?P<a>\w+){e<=1}"), regex.findall("a", "aaa")


@uses
def texts():
    import docutils.core
    import markdown
    import pygments
    import pygments.formatters
    import pygments.lexers
    return (docutils.core.publish_doctree("Title\n=====\n\n* a\n* b\n"), markdown.markdown("# a\n* b\n"),
            pygments.highlight("def f(): pass", pygments.lexers.PythonLexer(), pygments.formatters.HtmlFormatter()))


@uses
def sphinx():
    import sphinx.application
    folder = tempfile.mkdtemp()
    for name, text in (("conf.py", "extensions = ['sphinx.ext.autodoc']\n"), ("index.rst", "Title\n=====\n\n.. py:function:: f()\n")):
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    app = sphinx.application.Sphinx(folder, folder, folder + "/out", folder + "/trees", "text", status=None, warning=None)
    app.build()
    return app


@uses
def protobuf():
    from google.protobuf import struct_pb2
    kept = [struct_pb2.Struct() for _ in range(20)]
    for n, one in enumerate(kept):
        one["key"] = {"n": n, "list": [1, "two", None]}
    return kept, kept[0].SerializeToString()


@uses
def schemas():
    import attr
    import babel.dates
    import dateutil.parser
    import dateutil.rrule
    import jsonschema
    made = attr.make_class("Made", ["a", "b"])
    return (jsonschema.Draft7Validator({"type": "object", "properties": {"a": {"type": "integer"}}}).is_valid({"a": 1}),
            [made(n, n) for n in range(20)], babel.Locale("de"), dateutil.parser.parse("2020-01-02T03:04Z"),
            list(dateutil.rrule.rrule(dateutil.rrule.DAILY, count=9, dtstart=dateutil.parser.parse("2020-01-01"))))


# ---- databases ----

@uses
def sqlalchemy():
    from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
    from sqlalchemy.orm import Session, declarative_base, relationship
    base = declarative_base()

    class Parent(base):
        __tablename__ = "parent"
        id, name = Column(Integer, primary_key=True), Column(String)
        children = relationship("Child")

    class Child(base):
        __tablename__ = "child"
        id, parent = Column(Integer, primary_key=True), Column(Integer, ForeignKey("parent.id"))

    engine = create_engine("sqlite://")
    base.metadata.create_all(engine)
    session = Session(engine)
    session.add_all([Parent(name="p%d" % n, children=[Child(), Child()]) for n in range(20)])
    session.commit()
    return engine, session, session.query(Parent).all()


@uses
def sqlite3():
    import sqlite3
    one = sqlite3.connect(":memory:")
    one.execute("create table t(a, b)")
    one.executemany("insert into t values(?, ?)", [(n, "text %d" % n) for n in range(50)])
    one.row_factory = sqlite3.Row
    one.create_function("f", 1, lambda a: a)
    return one, one.execute("select a, f(b) from t").fetchmany(9)


@uses
def databases():
    import lmdb
    import peewee
    import psycopg2.extensions
    import pymysql
    import redis
    base = peewee.SqliteDatabase(":memory:")
    model = type("Model", (peewee.Model,), {"Meta": type("Meta", (), {"database": base}), "name": peewee.CharField()})
    model.create_table()
    model.create(name="n")
    environment = lmdb.open(tempfile.mkdtemp())
    with environment.begin(write=True) as change:
        change.put(b"key", b"value")
    return list(model.select()), environment, psycopg2.extensions.adapt("text"), pymysql, redis.Redis()


# ---- async ----

@uses
def anyio():
    import anyio

    async def child(results, n):
        await anyio.sleep(0)
        results.append(n)

    async def parent():
        results = []
        async with anyio.create_task_group() as group:
            for n in range(9):
                group.start_soon(child, results, n)
        return results

    return anyio.run(parent)


@uses
def trio():
    import trio

    async def parent():
        send, receive = trio.open_memory_channel(5)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(send.send, "text")
            return send, receive, await receive.receive()

    return trio.run(parent)


@uses
def uvloop():
    import asyncio
    import uvloop


    async def several():
        return await asyncio.gather(*[asyncio.sleep(0, n) for n in range(9)])

    loop = uvloop.new_event_loop()
    return loop, loop.run_until_complete(several()), loop.create_future()


@uses
def greenlet():
    import greenlet
    kept = []

    def other(n):
        kept.append(n)
        greenlet.getcurrent().parent.switch(n)

    some = [greenlet.greenlet(other) for _ in range(5)]
    return some, [one.switch(n) for n, one in enumerate(some)], kept


@uses
def gevent():
    import gevent
    import gevent.queue
    queue = gevent.queue.Queue()
    some = [gevent.spawn(queue.put, n) for n in range(9)]
    gevent.joinall(some)
    return some, queue, gevent.spawn(queue.get)


@uses
def zmq():
    import zmq
    context = zmq.Context()
    one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
    one.bind("inproc://a")
    other.connect("inproc://a")
    other.send_json({"a": 1})
    return context, one, other, one.recv_json(), zmq.Frame(b"text")


# ---- GUI without a display, system ----

@uses
def gi():
    import gi
    from gi.repository import GLib, GObject

    class Thing(GObject.Object):
        number = GObject.Property(type=int)

    kept = [Thing(number=n) for n in range(20)]
    kept[0].connect("notify::number", lambda *some: None)
    return gi, kept, GLib.Variant("a{sv}", {"a": GLib.Variant("i", 1)}), GLib.MainLoop()


@uses
def pyqt5():
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PyQt5 import QtCore, QtWidgets
    app = QtWidgets.QApplication(["population"])
    window = QtWidgets.QWidget()
    layout = QtWidgets.QVBoxLayout(window)
    for n in range(9):
        button = QtWidgets.QPushButton("button %d" % n)
        button.clicked.connect(lambda: window.close())
        layout.addWidget(button)
    return app, window, QtCore.QTimer()


@uses
def tk():
    import tkinter
    one = tkinter.Tcl()
    return one, one.eval("set a 5"), one.createcommand("f", lambda: 1)


@uses
def pygame():
    os.environ.update(SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    import pygame
    pygame.display.init()
    return [pygame.Surface((8, 8)) for _ in range(9)], [pygame.Rect(n, n, 2, 2) for n in range(20)], pygame.math.Vector2(1, 2)


@uses
def cairo():
    import cairo
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 16, 16)
    context = cairo.Context(surface)
    context.arc(8, 8, 4, 0, 6)
    context.fill()
    return surface, context, context.copy_path()


@uses
def system():
    import bitarray
    import click
    import lz4.frame
    import psutil
    import pycurl
    import rich.table
    import setproctitle
    import zstandard
    table = rich.table.Table("a", "b")
    table.add_row("1", "2")
    return (bitarray.bitarray(100), click.command()(lambda: None), lz4.frame.compress(b"a" * 999), psutil.Process().memory_info(),
            pycurl.Curl(), table, setproctitle.getproctitle(), zstandard.ZstdCompressor().compress(b"a" * 999))


@uses
def containers():
    import dbus
    import multidict
    import zope.interface

    class Interface(zope.interface.Interface):
        attribute = zope.interface.Attribute("some")

    @zope.interface.implementer(Interface)
    class Made:
        pass

    many = multidict.CIMultiDict([("k%d" % n, n) for n in range(20)] + [("K1", 2)])
    return [Made() for _ in range(9)], many, many.keys(), dbus.Dictionary({"a": dbus.Int32(1)}, signature="sv")
