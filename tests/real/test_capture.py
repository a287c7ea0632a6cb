# SPDX-License-Identifier: Apache-2.0
"""
capture --check: what it says of a process is what happens when that process is ended by SIGABRT: a core of about that size at that path,
or none. The settings are planted in the process; those of the system are as they are. The recipes of docs/capture.md are run.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import heaps
import interpreters
import pytest
import sleepers
import target

NOBODY = 65534
PROGRAM = """
import ctypes, mmap, os, resource, sys, time
libc = ctypes.CDLL(None)
class Kept: pass
kept = [Kept() for _ in range(20000)]
exec(sys.stdin.read())
print(1, flush=True)
time.sleep(600)
"""
DONTDUMP = """
area = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
area.write(b"x" * (8 << 20))
area.madvise(16)
"""
FILTER = "open('/proc/self/coredump_filter', 'w').write('%s')"
NO_USER = "os.setgroups([]); os.setgid(65534); os.setuid(65534);"
SIZES = 0.15        # of the size that was said: the process goes on meanwhile, and the core has notes

# What is done in the process: the findings, and whether a usable core is left
PLANTED = {
    "plain": ("pass", {}, True),
    "limit 0": ("resource.setrlimit(resource.RLIMIT_CORE, (0, -1))", {"core-limit": "no core"}, False),
    "limit of less than a page": ("resource.setrlimit(resource.RLIMIT_CORE, (4095, -1))", {"core-limit": "no core"}, False),
    "limit that cuts": ("resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, -1))", {"core-limit": "not usable"}, False),
    "limit of files": ("resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, -1))", {"file-limit": "not usable"}, False),
    "filter 0": (FILTER % "0", {"filter": "not usable"}, False),
    "filter without headers": (FILTER % "0x3", {"headers": "note"}, True),
    "filter of files, too": (FILTER % "0x3f", {}, True),
    "MADV_DONTDUMP": (DONTDUMP, {"dontdump": "partly"}, True),
    "folder that is gone": ("os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')", {"folder": "no core"}, False),
    "file there": ("open('core', 'w').close()", {"file-there": "note"}, True),
    "folder there": ("os.mkdir('core')", {"file-there": "no core"}, False),
}
# The same of a process of another user than root
OF_NOBODY = {
    "after setuid()": (NO_USER, {"dumpable": "no core"}, False),
    "after setuid(), dumpable": (NO_USER + "libc.prctl(4, 1)", {}, True),
    "not dumpable": (NO_USER + "libc.prctl(4, 1); libc.prctl(4, 0)", {"dumpable": "no core"}, False),
    "folder of others": ("os.mkdir('roots', 0o755); os.chdir('roots');" + NO_USER + "libc.prctl(4, 1)", {"folder": "no core"}, False),
    "folder of a group": ("os.mkdir('group'); os.chown('group', 0, 12); os.chmod('group', 0o770); os.chdir('group');"
                          "os.setgroups([12]); os.setgid(65534); os.setuid(65534); libc.prctl(4, 1)", {}, True),
    "file of others in a sticky folder": ("os.mkdir('all'); os.chmod('all', 0o1777); os.chdir('all'); open('core', 'w').close();" + NO_USER
                                          + "libc.prctl(4, 1)", {"file-there": "no core"}, False),
}


@pytest.fixture
def folder(tmp_path):
    """One in which anybody may write, also below folders that are ours alone"""
    with tempfile.TemporaryDirectory(prefix="py-heap-capture-") as name:
        os.chmod(name, 0o777)
        yield name


def start(setting, folder):
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, text=True,
                               preexec_fn=target.allow_core)
    process.stdin.write(setting)
    process.stdin.close()
    sleepers.wait_for_rest(process)
    return process


def check(pid):
    status, out, err = heaps.run(["capture", "--check", "-p", str(pid), "-f", "json"])
    answer = json.loads(out)
    assert status == (0 if answer["summary"]["usable"] else 3), err
    text = heaps.run(["capture", "--check", "-p", str(pid)])[1]
    assert text.startswith(answer["summary"]["verdict"][:70])
    return answer


def crash(process):
    process.send_signal(signal.SIGABRT)
    assert process.wait(timeout=target.PATIENCE) == -signal.SIGABRT


def is_read(core):
    """Whether py-heap finds the objects of the program in it"""
    status, out, _ = heaps.run(["types", core, "-f", "json", "-n", "0"])
    return status == 0 and {"__main__.Kept": 20000}.items() <= {row["type"]: row["count"] for row in json.loads(out)["rows"]}.items()


def compare(name, setting, findings, usable, folder):
    if target.core_name(1) != "core":
        pytest.skip("kernel.core_pattern is not 'core'")
    process = start(setting, folder)
    try:
        answer = check(process.pid)
        said = answer["summary"]
        assert ({row["finding"]: row["effect"] for row in answer["rows"]}, said["usable"]) == (findings, usable)
        there = said["path"] and os.path.exists(said["path"])
        crash(process)
    finally:
        process.kill()
        process.wait()
    if "no core" in findings.values():
        assert (said["path"] and os.path.exists(said["path"])) == there
        return
    assert is_read(said["path"]) == usable
    st = os.stat(said["path"])
    if usable:
        assert abs(st.st_size - said["length"]) < SIZES * said["length"]
        assert abs(st.st_blocks * 512 - said["bytes"]) < SIZES * said["bytes"]
        assert heaps.run(["info", said["path"]])[0] == 0


@pytest.mark.parametrize("name", PLANTED)
def test_planted(name, folder):
    compare(name, *PLANTED[name], folder)


@pytest.mark.parametrize("name", OF_NOBODY)
def test_of_another_user(name, folder):
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    with open("/proc/sys/fs/suid_dumpable") as setting:
        if setting.read().strip() != "0":
            pytest.skip("fs.suid_dumpable is not 0")
    compare(name, *OF_NOBODY[name], folder)


# ---- docs/capture.md: each block is run ----

with open(os.path.join(target.HERE, "..", "..", "docs", "capture.md"), encoding="utf-8") as source:
    DOCUMENT = source.read()
RECIPES = dict(re.findall(r"^```sh (\w+)\n(.*?)^```$", DOCUMENT, flags=re.M | re.S))
CODE = re.search(r"^```python\n(.*?)^```$", DOCUMENT, flags=re.M | re.S).group(1)
COREDUMPCTL = """#!/bin/sh
test "$5" = info && test "$6" = %d && echo "       Storage: %s (present)"
"""
KUBECTL = """#!/bin/sh
test "$1 $2 $3" = "exec POD --" && shift 3 && exec "$@"
"""
STARVED = """
import os, resource, sys
class Session(object): pass
sessions = []
def fill():
    while True:
        session = Session()
        session.data = bytearray(1 << 12)
        sessions.append(session)
def leave_and_go_on():
    global reserve
    try:
        fill()
    except MemoryError:
        reserve = None
        print("%d %d" % (leave_core(), len(sessions)))
    del sessions[:]
resource.setrlimit(resource.RLIMIT_AS, (200 << 20, -1))
"""
VERSIONS = (2, 7), (3, 6), (3, 8), (3, 11), (3, 14)


def run_recipe(name, folder, pid, path=""):
    """What its last command says, of a process with this number"""
    done = subprocess.run(["sh", "-ec", RECIPES[name].replace("1234", str(pid)).replace("-p 1 ", "-p %d " % pid)], cwd=folder, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, PATH="%s:%s:%s" % (path, os.path.dirname(heaps.EXECUTABLE), os.environ["PATH"])))
    assert done.returncode == 0, done
    return done.stdout.decode()


@pytest.fixture
def running(folder):
    process = start("pass", folder)
    yield process
    process.kill()
    process.wait()


def write_program(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as out:
        out.write(text)
    os.chmod(path, 0o755)


@pytest.mark.parametrize("name", ["check", "gcore", "snapshot", "pod", "host"])
def test_recipe(name, folder, running):
    if target.why_not("gcore" if name == "gcore" else "live"):
        pytest.skip("cannot be done here")
    write_program(folder, "kubectl", KUBECTL)
    said = run_recipe(name, folder, running.pid, folder)
    assert "A crash would leave a core" in said if name == "check" else "__main__.Kept" in said
    assert running.poll() is None


def test_recipe_of_the_kernel(folder, running):
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    path = run_recipe("kernel", folder, running.pid).splitlines()[0].rsplit(": ", 1)[1]
    assert running.wait(timeout=target.PATIENCE) == -signal.SIGABRT and is_read(path)


def test_recipe_of_systemd(folder, running):
    core = os.path.join(folder, "core.%d" % running.pid)
    write_program(folder, "coredumpctl", COREDUMPCTL % (running.pid, core))
    if target.why_not("gcore"):
        pytest.skip(target.why_not("gcore"))
    run_recipe("gcore", folder, running.pid)
    assert "__main__.Kept" in run_recipe("systemd", folder, running.pid, folder)


def of_versions():
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug]
    some = [next((one for one in found if one.version[:2] == version), None) for version in VERSIONS]
    return [pytest.param(one, id=one.name) for one in some if one]


@pytest.mark.parametrize("ends", [True, False], ids=["excepthook", "goes on"])
@pytest.mark.parametrize("interpreter", of_versions())
def test_from_inside(interpreter, ends, folder):
    """The program runs out of memory, and either ends or goes on: the core of its child has all that it had"""
    if target.core_name(1) != "core":
        pytest.skip("kernel.core_pattern is not 'core'")
    last = "fill()" if ends else "leave_and_go_on()"
    done = subprocess.run([interpreter.path, "-c", CODE + STARVED + last], cwd=folder, timeout=120, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=target.allow_core, env=dict(os.environ, MALLOC_ARENA_MAX="2"))
    assert done.returncode == (1 if ends else 0) and (b"MemoryError" in done.stderr) == ends, done
    status, out, err = heaps.run(["types", os.path.join(folder, "core"), "-f", "json", "-n", "0"])
    counts = {row["type"]: row["count"] for row in json.loads(out)["rows"]}
    assert status == 0, err
    assert counts["__main__.Session"] > 10000 if ends else counts["__main__.Session"] - int(done.stdout.split()[1]) in (0, 1)
