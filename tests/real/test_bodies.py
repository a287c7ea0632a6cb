# SPDX-License-Identifier: Apache-2.0
"""
Members that extension types add to those of the type they derive from: built-in ones, of fixed and of variable size.

Truth is gc.get_referents() of each object, sys.getsizeof(), and what a forked child's collection found.
"""
import collections
import json
import os
import shutil
import subprocess
import tempfile

import heaps
import programs
import pytest
import target
from heaps import address

TARGETS = os.path.join(target.HERE, "targets")
DEBIAN = "/usr/bin/python3"         # lxml and Cython are Debian's

CYTHON = """
cdef class Text(str):
    cdef public object owner
cdef class Set(set):
    cdef public object owner
    cdef object other
cdef class Failure(Exception):
    cdef public object owner
cdef class Deeper(Failure):
    cdef dict __dict__
    cdef object __weakref__
    cdef public object more
"""
WITH_CYTHON = """
import sys
sys.path.insert(0, sys.argv[1])
import bodies
class Mine(bodies.Deeper): pass
kept = [bodies.Text("text"), bodies.Set([1.5, 2.5]), bodies.Failure("what"), bodies.Deeper("what"), Mine("what")]
for one in kept:
    one.owner = Owner()
kept[-1].more, kept[-1].mine = [0.5], [7.5]
tell(kept)
"""
WITH_LXML = """
from lxml import etree
page = etree.fromstring("<page a='1'><title>Title</title><p>lorem</p>tail</page>")
kept = page.xpath("//text()") + page.xpath("//@a") + [page]
tell(kept)
"""
TELL = """
import gc, json, os, sys, time
class Owner(object): pass
def tell(some):
    gc.collect()
    rows = [{"address": id(one), "type": type(one).__name__, "referents": [id(x) for x in gc.get_referents(one)]} for one in some]
    with open(sys.argv[1] + "/new", "w") as out:
        json.dump(rows, out)
    os.rename(sys.argv[1] + "/new", sys.argv[1] + "/account.json")
    time.sleep(1000)
"""

pytest_generate_tests = programs.parametrize


def build(interpreter, folder):
    """derived.so, by the interpreter's own headers; skips where it has none"""
    ask = "import sysconfig; print(sysconfig.get_paths()['include'])"
    include = subprocess.run([interpreter.path, "-c", ask], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    if not os.path.exists(os.path.join(include, "Python.h")):
        pytest.skip("no Python.h")
    debug = ["-DPy_DEBUG"] if interpreter.version[0] == 2 and interpreter.debug else []
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-w", "-I", include] + debug +
                   [os.path.join(TARGETS, "derived.c"), "-o", os.path.join(folder, "derived.so")], check=True)


@pytest.fixture(scope="module")
def derived(interpreter):
    folder = tempfile.mkdtemp(prefix="py-heap-derived-")
    try:
        build(interpreter, folder)
        program = target.Program([interpreter.path, os.path.join(TARGETS, "derived_program.py"), folder, folder], folder)
        program.wait("account.json")
        program.account = json.loads(program.said("account.json"))
        program.heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
        yield program
        program.heap.close()
        program.remove()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_references(derived):
    """What the collector visits is what gc.get_referents() says; what is not collected refers to its members all the same"""
    wrong = []
    for row in derived.account["rows"]:
        rows = derived.heap.ask("refs", "%#x" % row["address"])["rows"]
        visited = collections.Counter(address(each["address"]) for each in rows if each["visited"])
        if visited != collections.Counter(row["referents"]) or row["owner"] not in [address(each["address"]) for each in rows]:
            wrong.append((row["type"], [each["edge"] for each in rows], row))
    assert not wrong, "%d: %s" % (len(wrong), wrong[:3])


def test_sizes(derived):
    wrong = []
    for row in derived.account["rows"]:
        found = derived.heap.ask("object", "%#x" % row["address"])["summary"]["bytes"]
        if found != row["size"]:
            wrong.append((row["type"], row["size"], found))
    assert not wrong, "%d: %s" % (len(wrong), wrong[:10])


def test_garbage(derived):
    answer = derived.heap.ask("garbage")
    found = collections.Counter()
    for row in answer["rows"]:
        found[row["type"].split(".")[-1]] += row["count"]
    assert +found == derived.account["found"]
    assert not answer["warnings"]


def test_refaudit(derived):
    """The members' references are found, of those too that the collector does not visit"""
    rows = derived.heap.ask("refaudit")["rows"]
    assert [row for row in rows if row["type"] != "str"] == []      # 3.6 counts an interned str once too often by itself


def test_why(derived):
    """Each owner is held by the object that it was attached to, and by nothing else"""
    seen = set()
    for row in derived.account["rows"]:
        if row["type"] in seen or row["type"].startswith("Python_"):
            continue
        seen.add(row["type"])
        rows = derived.heap.ask("referrers", "%#x" % row["owner"])["rows"]
        assert row["address"] in [address(each["address"]) for each in rows], row


# ---- extension types that others wrote ----

def compare(source, folder, references):
    """What each of the objects refers to is what the interpreter says; at least so many references in all"""
    path = os.path.join(folder, "program.py")
    with open(path, "w") as out:
        out.write(TELL + source)
    program = target.Program([DEBIAN, path, folder], folder)
    try:
        program.wait("account.json")
        heap = heaps.open_heap(program.words("live"), "auto")
        rows = json.loads(program.said("account.json"))
        for row in rows:
            found = [address(each["address"]) for each in heap.ask("refs", "%#x" % row["address"])["rows"] if each["visited"]]
            assert sorted(found) == sorted(row["referents"]), row
        assert sum(len(row["referents"]) for row in rows) >= references
        heap.close()
    finally:
        program.end()


def can_import(name):
    return os.path.exists(DEBIAN) and subprocess.run([DEBIAN, "-c", "import " + name], stderr=subprocess.DEVNULL).returncode == 0


def test_lxml(tmp_path):
    """Texts and attributes of a document keep it"""
    if target.why_not("live") or not can_import("lxml.etree"):
        pytest.skip(target.why_not("live") or "no python3-lxml")
    compare(WITH_LXML, str(tmp_path), references=8)


def test_cython(tmp_path):
    if target.why_not("live") or not shutil.which("cython3"):
        pytest.skip(target.why_not("live") or "no cython3")
    include = subprocess.run([DEBIAN, "-c", "import sysconfig; print(sysconfig.get_paths()['include'])"], stdout=subprocess.PIPE,
                             check=True).stdout.decode().strip()
    if not os.path.exists(os.path.join(include, "Python.h")):
        pytest.skip("no Python.h")
    (tmp_path / "bodies.pyx").write_text(CYTHON)
    subprocess.run(["cython3", "-3", "bodies.pyx"], cwd=str(tmp_path), check=True, stderr=subprocess.DEVNULL)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O0", "-w", "-I", include, "bodies.c", "-o", "bodies.so"], cwd=str(tmp_path), check=True)
    compare(WITH_CYTHON, str(tmp_path), references=15)
