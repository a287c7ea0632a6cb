# SPDX-License-Identifier: Apache-2.0
"""A heap is opened once per stop, and anew when the inferior may have changed. "set debug py-heap on" says when."""

import contextlib
import json
import subprocess
import sys

from gdbs import every_gdb, stages
from sleepers import wait_until_asleep

LIST = "import time; marker = [None]; print(hex(id(marker)), flush=True); time.sleep(600)"
GROWING = """
class Session: pass
CACHE = [Session()]
stop()
CACHE.extend(Session() for _ in range(999))
stop()
"""
SESSIONS = "py-heap find --type __main__.Session -n 1 -f json"


@contextlib.contextmanager
def a_list():
    """A Python of its own, since calls of GDB's end its sleep with an error (ERESTART_RESTARTBLOCK)"""
    with subprocess.Popen([sys.executable, "-c", LIST], stdout=subprocess.PIPE, text=True) as process:
        try:
            process.address = process.stdout.readline().strip()
            wait_until_asleep(process.pid)
            yield process
        finally:
            process.kill()


def opened(done):
    return [line.split()[1] for line in done.stderr.splitlines() if line.startswith("[py-heap]")]


def answers(done):
    return [json.loads(part) for part in done.parts if part.startswith("{")]


@every_gdb
def test_opened_once_per_stop(gdb, sleeper):
    """Commands, functions, and looking around with GDB ask the same heap"""
    done = gdb("set debug py-heap on", "py-heap types -n 1", "bt 1", "frame 1", "x/2x $sp", "info registers rip", "thread 1",
               "break PyList_Append", "print $py_heap_type(%s)" % sleeper.address, "py-heap object %s" % sleeper.address,
               "info sharedlibrary libc", "py-heap threads", pid=sleeper.pid)
    assert opened(done) == ["opened:", "closed:"], done.stderr  # closed when GDB ended
    assert "__main__.Node" in done.parts[8] and done.parts[-1]


@every_gdb
def test_answers_are_of_now(gdb):
    """What GDB calls or writes is in the next answer"""
    with a_list() as process:
        ask, a = "py-heap object %s -f json" % process.address, process.address
        done = gdb("set debug py-heap on", ask, "call (void) Py_IncRef((void *) %s)" % a, ask,
                   "print (int) PyList_Append((void *) %s, (void *) %s)" % (a, a), ask,
                   "printf \"%%d\\n\", (int) PyList_Append((void *) %s, (void *) %s)" % (a, a), ask,
                   "set var *(long *) %s = 77" % a, ask,
                   "python gdb.selected_inferior().write_memory(%s, (55).to_bytes(8, 'little'))" % a, ask, pid=process.pid)
    counts = [answer["summary"]["refcount"] for answer in answers(done)]
    assert counts[1:] == [counts[0] + 1, counts[0] + 2, counts[0] + 3, 77, 55], done.stderr
    sizes = [answer["summary"]["bytes"] for answer in answers(done)]
    assert sizes[0] == sizes[1] < sizes[2], done.stderr
    assert opened(done).count("opened:") == 6


@every_gdb
def test_registers_are_of_now(gdb, sleeper):
    """They keep objects alive, too; the register gets its own value back, and the process goes on"""
    done = gdb("set debug py-heap on", "set $before = $rbx", "py-heap info", "set var $rbx = 1", "py-heap info", "set var $rbx = $before",
               pid=sleeper.pid)
    assert opened(done) == ["opened:", "closed:"] * 2 and sleeper.poll() is None, done.stderr


@every_gdb
def test_stops_and_cores_are_told_apart(gdb, tmp_path):
    """The same process at two stops, attached to once more, and two cores of it"""
    first, second = tmp_path / "first", tmp_path / "second"
    with stages(GROWING) as process:
        done = gdb("set debug py-heap on", "continue", SESSIONS, "generate-core-file %s" % first, "continue", SESSIONS,
                   "generate-core-file %s" % second, "detach", "attach %d" % process.pid, SESSIONS, "detach", "core-file %s" % first,
                   SESSIONS, "core-file %s" % second, SESSIONS, pid=process.pid)
    assert [answer["row_count"] for answer in answers(done)] == [1, 1000, 1000, 1, 1000], done.stderr
    assert opened(done) == ["opened:", "closed:"] * 5
