# SPDX-License-Identifier: Apache-2.0
"""
capture --check: what it says of a process is what happens when that process is ended by SIGABRT: a core of about that size at that path,
or none. The settings are planted in the process; those of the system are as they are.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile

import heaps
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
