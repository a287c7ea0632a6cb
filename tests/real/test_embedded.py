# SPDX-License-Identifier: Apache-2.0
"""Python in another program: GDB, which links libpython, and uwsgi, whose plugin does, with forked workers and subinterpreters."""
import os
import re
import shutil
import signal
import subprocess
import time

import heaps
import pytest
import target

MARKERS, CYCLES = 456, 78        # targets/embedded.py
TARGETS = os.path.join(target.HERE, "targets")


def count(rows, name):
    return [row["count"] for row in rows if row["type"] == name]


def check(words, name, times=1, layout="auto"):
    """The objects of targets/embedded.py, imported so many times, counted exactly. Returns what info says"""
    heap = heaps.open_heap(words, layout)
    try:
        said = heap.ask("info")
        assert said["complete"] is True and not said["warnings"], said["warnings"]
        rows = heap.ask("types")["rows"]
        assert count(rows, name + ".Marker") == [MARKERS] * times
        assert count(rows, name + ".Cycle") == [2 * CYCLES] * times
        garbage = heap.ask("garbage")
        assert count(garbage["rows"], name + ".Cycle") == [2 * CYCLES] * times
        assert "disabled" in garbage["summary"]["reason"]
        assert heap.ask("gc")["summary"]["enabled"] is False
        assert not heap.ask("arenas")["warnings"]
        return said["summary"]
    finally:
        heap.close()


@pytest.fixture(scope="module")
def debugger(tmp_path_factory):
    if not shutil.which("gdb"):
        pytest.skip("no gdb")
    ask = ["gdb", "-nx", "-batch", "-ex", "python import sys; print(sys.version_info[:2])"]
    said = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60).stdout.decode()
    version = re.match(r"\((\d+), (\d+)\)", said)
    if not version or int(version.group(1)) < 3:
        pytest.skip("gdb has no Python 3 in it")
    folder = str(tmp_path_factory.mktemp("gdb"))
    words = "sys.path.insert(0, %r); import embedded; import time; time.sleep(600)" % TARGETS
    one = target.Program(["gdb", "-nx", "-batch", "-ex", "python import sys; " + words], folder, {"TOLD": folder})
    one.wait("embedded.ready")
    time.sleep(0.2)                # the file is there before the rest of its module has run
    one.version = "%s.%s" % version.groups()
    yield one
    one.remove()


@pytest.mark.parametrize("way", target.WAYS)
def test_gdb(debugger, way):
    if target.why_not(way):
        pytest.skip(target.why_not(way))
    said = check(debugger.words(way), "embedded")
    assert said["python"].startswith(debugger.version)
    assert os.path.basename(said["executable"]) == "gdb"
    assert os.path.basename(said["libpython"]).startswith("libpython" + debugger.version)


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as source:
        return [int(child) for child in source.read().split()]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A master and two workers; a second application, in a subinterpreter, where uwsgi has put it"""
    uwsgi = shutil.which("uwsgi_python3") or shutil.which("uwsgi_python311")
    if not uwsgi:
        pytest.skip("no uwsgi with Python (packages uwsgi-core, uwsgi-plugin-python3)")
    folder = str(tmp_path_factory.mktemp("uwsgi"))
    program = os.path.join(TARGETS, "embedded.py")
    words = ["--die-on-term", "--socket", os.path.join(folder, "socket"), "--master", "--processes", "2", "--pythonpath", TARGETS,
             "--mount", "/first=" + program, "--mount", "/second=" + program]
    one = target.Program([uwsgi] + words, folder, {"TOLD": folder})
    deadline = time.monotonic() + 60
    while "spawned uWSGI worker 2" not in one.said("err") and one.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield one
    one.process.send_signal(signal.SIGTERM)
    try:
        one.process.wait(20)
    except subprocess.TimeoutExpired:
        pass
    one.remove()


def test_uwsgi(server):
    workers = children(server.pid)
    assert len(workers) == 2
    name, = [name[:-len(".ready")] for name in os.listdir(server.folder) if name.endswith(".ready")]     # uwsgi makes it up
    for pid in [server.pid] + workers:
        said = check(["-p", str(pid)], name, 2)
        assert said["interpreters"] == 2, "one for each mounted application"
