# SPDX-License-Identifier: Apache-2.0
"""Debian's packages for numbers, secrets and texts. See packages.py."""
import os
import tempfile

from packages import uses


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
