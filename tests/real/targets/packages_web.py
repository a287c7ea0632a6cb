# SPDX-License-Identifier: Apache-2.0
"""Debian's packages for the web, databases and asynchronous programs. See packages.py."""
import tempfile

from packages import uses


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
