# SPDX-License-Identifier: Apache-2.0
"""why --type, --through, --avoid, --all-roots, and roots in native memory: a program whose graph is known to the last edge."""

import json
import re
import subprocess
import sys

import pytest
from sleepers import wait_for_rest

SCRIPT = """
import ctypes, gc, threading, time
gc.disable()
names = "Session Cache Wrapper Leaked Static Malloc Local Node Tree Garbage Thread Cell Specific Shared".split()
for name in names:
    globals()[name] = type(name, (), {})
CACHE = {"sessions": {i: Session() for i in range(4800)}}
SINGLE = Session()
PARENT = Cache()
CHILDREN = [Wrapper() for _ in range(500)]
for child in CHILDREN:
    child.parent = PARENT
del child
SAME = [PARENT] * 1000
ONE = [PARENT]
incref = ctypes.pythonapi.Py_IncRef
incref.argtypes = [ctypes.py_object]
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def leak():
    incref(Leaked())
def static():
    one = Static()
    incref(one)
    ctypes.c_void_p.in_dll(ctypes.pythonapi, "PyOS_InputHook").value = id(one)
def malloc():
    one = Malloc()
    incref(one)
    ctypes.c_size_t.from_address(libc.malloc(16)).value = id(one)
def specific():
    key, one = ctypes.c_uint(), Specific()
    incref(one)
    libc.pthread_key_create(ctypes.byref(key), None)
    libc.pthread_setspecific(key, ctypes.c_void_p(id(one)))
def closure():
    inside = Cell()
    return lambda: inside
leak(), static(), malloc(), specific()
FUNCTION = closure()
HEAD = None
for _ in range(5000):
    node = Node()
    node.next, HEAD = HEAD, node
del node
def tree(depth):
    t = Tree()
    t.children = [tree(depth - 1) for _ in range(3)] if depth else []
    return t
ROOT = tree(5)
here, ready = threading.local(), threading.Semaphore(0)
def handler(n, shared):
    local = [Local() for _ in range(n)]
    here.thing = Thread()
    ready.release()
    time.sleep(600)
shared = Shared()
for _ in range(3):
    threading.Thread(target=handler, args=(4, shared), daemon=True).start()
for _ in range(3):
    ready.acquire()
del shared
garbage = Garbage()
garbage.me = garbage
del garbage
print(1, flush=True)
time.sleep(600)
"""
MAIN = "sys.modules['__main__']."


@pytest.fixture(scope="module")
def why(py_heap):
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)

        def run(*words, text=False):
            answer = py_heap("why", "-p", process.pid, *words, *([] if text else ["-f", "json"]))
            return answer if text or answer.returncode else json.loads(answer.stdout)

        run.pid = process.pid
        yield run
        process.kill()


@pytest.fixture(scope="module")
def parent(why):
    return by_type(why, "Cache")["rows"][0]["example"]


def by_type(why, name, *words):
    return why("--type", "__main__." + name, *words)


def shapes(answer):
    return {row["path"]: row["count"] for row in answer["rows"]}


def paths(answer):
    return [(row["path"], row["count"]) for row in answer["rows"]]


def test_a_type(why):
    answer = by_type(why, "Session")
    assert shapes(answer) == {MAIN + "CACHE['sessions'][\u2026]": 4800, MAIN + "SINGLE": 1}
    assert answer["summary"] == {"type": "__main__.Session", "objects": 4801, "lost": 0, "frozen": 0,
                                 "bytes": sum(row["bytes"] for row in answer["rows"])}
    assert re.fullmatch(re.escape(MAIN + "CACHE['sessions'][") + r"\d+\]", answer["rows"][0]["example_path"])


def test_the_sentence(why):
    said = why("--type", "Session", text=True).stdout
    assert said.startswith("4,801 __main__.Session: 4,800 by __main__.CACHE['sessions'][\u2026], 1 by __main__.SINGLE\n")
    assert why("--type", "Local", text=True).stdout.startswith("12 __main__.Local: 12 by frames\n")
    assert why("--type", "Garbage", text=True).stdout.startswith("1 __main__.Garbage: 1 by no root\n")


def test_what_repeats_is_one(why):
    """Five thousand links are three rows: the first, the second, and all the others"""
    assert shapes(by_type(why, "Node")) == {MAIN + "HEAD": 1, MAIN + "HEAD.next": 1, MAIN + "HEAD.next.next\u2026": 4998}
    assert shapes(by_type(why, "Tree")) == {MAIN + "ROOT": 1, MAIN + "ROOT.children[\u2026]": 3,
                                            MAIN + "ROOT.children[\u2026].children[\u2026]\u2026": 360}


def test_frames_of_one_function_are_one(why):
    answer = by_type(why, "Local")
    assert shapes(answer) == {"<frame handler>.f_locals['local'][\u2026]": 12}
    assert answer["rows"][0]["root"].startswith("frame handler (")


def test_threads_are_told_apart(why):
    answer = by_type(why, "Local")
    row, = why(answer["rows"][0]["example"])["rows"]
    root = r"frame handler \(\S+:\d+\) of thread \d+"
    assert re.fullmatch(root, row["root"]) and re.fullmatch(root + " and others", answer["rows"][0]["root"])
    shared, = by_type(why, "Shared")["rows"]
    rows = [row for row in why(shared["example"], "--all-roots")["rows"] if row["path"] == "<frame handler>.f_locals['shared']"]
    assert len(rows) == 3 == len({row["root"] for row in rows}) and all(re.fullmatch(root, row["root"]) for row in rows)


def test_thread_locals(why):
    """A threading.local of a module holds what each thread has in it"""
    row, = by_type(why, "Thread")["rows"]
    assert row["count"] == 3 and row["path"].startswith(MAIN + "here.") and row["path"].endswith("['thing']")


@pytest.mark.parametrize("name, root", [
    ("Static", r"static data of (lib)?python\S+ \(PyOS_InputHook\)"),
    ("Specific", r"thread-local storage of thread \d+"),
    ("Malloc", r"native memory at 0x[0-9a-f]+ \(may be stale\)"),
    ("Leaked", r"1 counted reference that was not found|C stack of thread \d+ \(may be stale\)"),
    ("Garbage", r"none"),
])
def test_native_roots(why, name, root):
    row, = by_type(why, name)["rows"]
    assert re.fullmatch(root, row["root"])
    rows = why(row["example"])["rows"]
    assert [other["root"] for other in rows] == ([row["root"]] if name != "Garbage" else [])


def test_holders_are_merged(why, parent):
    answer = why(parent)
    assert paths(answer) == [(MAIN + "PARENT", 1), (MAIN + "SAME[0]", 1000), (MAIN + "ONE[0]", 1), (MAIN + "CHILDREN[0].parent", 500)]
    assert answer["summary"]["holders"] == 503 and answer["summary"]["paths"] == 4
    assert [row["shape"] for row in answer["rows"]] == [
        MAIN + "PARENT", MAIN + "SAME[\u2026]", MAIN + "ONE[0]", MAIN + "CHILDREN[\u2026].parent"]
    assert "503 objects hold it" in why(parent, text=True).stdout


def test_all_roots(why, parent):
    """Each holder, and other roots: sys.__dict__ has the modules too"""
    rows = why(parent, "--all-roots")["rows"]
    assert {MAIN + "CHILDREN[%d].parent" % i for i in range(500)} < {row["path"] for row in rows}
    others = [row for row in rows if row["root"] != "sys.modules"]
    assert "sys.__dict__['modules']['__main__'].PARENT" in [row["path"] for row in others]
    assert len({row["root"] for row in others}) > 3
    assert all(row["addresses"][-1] == parent and len(row["addresses"]) == row["length"] for row in rows)


def test_through(why, parent):
    assert (MAIN + "CHILDREN[0].parent", 500) in paths(why(parent, "--through", "Wrapper"))
    assert all(".parent" in row["path"] for row in why(parent, "--through", "__main__.Wrapper")["rows"])
    assert {row["count"] for row in by_type(why, "Local", "--through", "frame")["rows"]} == {12}
    assert by_type(why, "Local", "--through", "Tree")["summary"]["lost"] == 12


def test_avoid(why, parent):
    assert [path for path, _ in paths(why(parent, "--avoid", "list"))][:1] == [MAIN + "PARENT"]
    assert not any("[0]" in path and "sys.__dict__" not in path for path, _ in paths(why(parent, "--avoid", "list")))
    assert paths(why(parent, "--avoid", "list", "--avoid", "dict")) == []
    assert by_type(why, "Local", "--avoid", "frame")["summary"]["lost"] == 12
    assert by_type(why, "Cell")["summary"]["lost"] == 0
    assert by_type(why, "Cell", "--avoid", "cell")["summary"]["lost"] == 1
    assert "There is no such path" in why(parent, "--avoid", "list", "--avoid", "dict", text=True).stdout


def test_avoid_nothing(why, parent):
    answer = why(parent, "--avoid", "Sesion")
    assert [warning["code"] for warning in answer["warnings"]] == ["no-such-type"] and len(answer["rows"]) == 4


@pytest.mark.parametrize("words, status, text", [
    (["--type", "Sesion"], 2, "why: --type: no object has the type 'Sesion', did you mean 'Session'?"),
    (["--type", "Zebra"], 2, "why: --type: no object has the type 'Zebra' ('types' lists the types there are)"),
    (["--type", "Session", "--through", "Cahce"], 2, "why: --through: no object has the type 'Cahce', did you mean 'Cache'?"),
    (["--type", "Session", "0x1000"], 2, "why: ADDR names one object, --type all objects of a type: give one of them"),
    (["--type", "Session", "--all-roots"], 2, "why: --all-roots is for one object, --type groups all objects of a type"),
    ([], 2, "why: no object: give ADDR, or --type TYPE"),
])
def test_errors(why, words, status, text):
    answer = why(*words, text=True)
    assert (answer.returncode, answer.stderr) == (status, "py-heap: %s\n" % text)


def test_levels_down(py_heap, why):
    head = next(row["example"] for row in by_type(why, "Tree")["rows"] if row["path"] == MAIN + "ROOT")
    rows = json.loads(py_heap("refs", "-p", why.pid, head, "--depth", "4", "-f", "json").stdout)["rows"]
    trees = [(row["depth"], row["edge"]) for row in rows if row["type"] == "__main__.Tree"]
    assert {depth for depth, _ in trees} <= {2, 3, 4} and len(trees) in (3, 12), "a dict may lie between, or not"
    assert len({row["address"] for row in rows}) == len(rows)
    told = {head} | {row["address"] for row in rows}
    assert all(row["via"] in told for row in rows)


def test_levels_up(py_heap, why, parent):
    def ask(*words):
        return json.loads(py_heap("referrers", "-p", why.pid, parent, *words, "-f", "json").stdout)

    first, second = ask(), ask("--depth", "2")
    assert "depth" not in first["rows"][0] and ask("--depth", "1") == first
    assert {row["address"] for row in second["rows"] if row["depth"] == 1} == {row["address"] for row in first["rows"]}
    wrappers = [row for row in second["rows"] if row["type"] == "__main__.Wrapper"]
    assert len(wrappers) == 500 and {row["via"] for row in second["rows"] if row["depth"] == 1} == {parent}
    children = [row for row in second["rows"] if row["depth"] == 2 and row["type"] == "list"]
    assert [row["preview"] for row in children] == ["[500 items]"]
    assert second["summary"]["count"] == len(second["rows"])


@pytest.mark.parametrize("command", ["refs", "referrers"])
def test_depth_is_a_number(py_heap, why, parent, command):
    said = py_heap(command, "-p", why.pid, parent, "--depth", "0")
    assert (said.returncode, said.stderr) == (2, "py-heap: %s: --depth counts from 1, the object's own neighbours\n" % command)
    assert "--depth needs a number" in py_heap(command, "-p", why.pid, parent, "--depth", "deep").stderr
