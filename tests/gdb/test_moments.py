# SPDX-License-Identifier: Apache-2.0
"""Moments that "py-heap snapshot NAME" keeps: what "py-heap diff NAME" says of them, and that nothing of them stays."""

import json
import os
import signal

import pytest
from gdbs import every_gdb, remote_line, stages
from sleepers import asleep

GROWING = """
class Session: pass
CACHE = []
def secret(): return "planted" + " secret of the program"
KEPT = secret()
stop()                                              # 1
CACHE.extend(Session() for _ in range(1000))
KEPT = [KEPT, bytearray(3000000)]
stop()                                              # 2
del CACHE[600:]
CACHE.extend(Session() for _ in range(50))
stop()                                              # 3
"""


def grown(text, name="__main__.Session"):
    return [row for row in json.loads(text)["rows"] if row["type"] == name]


@every_gdb
def test_growth_since_a_moment(gdb):
    with stages(GROWING) as process:
        done = gdb("continue", "py-heap snapshot before", "continue", "py-heap diff before -f json", "py-heap snapshot between",
                   "continue", "py-heap diff before between -f json", "py-heap diff between -f json",
                   "py-heap leaks --since before -f json", "py-heap snapshot", "py-heap diff before", pid=process.pid)
    assert done.parts[1].endswith(" of disk, until GDB ends. Let it go on, then: py-heap diff before\n"), done.stderr
    row, = grown(done.parts[3])
    assert (row["count_before"], row["count_after"], row["born"]) == (0, 1000, 1000)
    row, = grown(done.parts[6])
    assert row["count"] == 600 and row["doubtful"] == 0, "born before the second moment, and still there"
    row, = grown(done.parts[7])
    assert (row["count_before"], row["count_after"], row["born"]) == (1000, 650, 50)
    assert json.loads(done.parts[8])["rows"][0]["kind"] == "growth", done.stderr
    assert [line.split()[:3] for line in done.parts[9].splitlines()[1:]] == [
        [name, "1", str(process.pid)] for name in ("before", "between")]
    assert " than in before.\n" in done.parts[10] and "/proc/" not in done.stdout + done.stderr


def test_the_answer_is_that_of_a_file(gdb, tmp_path):
    """Of the same stop: a moment, and a snapshot in a file"""
    path = tmp_path / "file.core"
    with stages(GROWING) as process:
        done = gdb("continue", "py-heap snapshot before", "py-heap snapshot --values -o %s" % path, "continue",
                   "py-heap diff before -f json", "py-heap diff %s -f json" % path, "py-heap diff before --by-path -f json",
                   "py-heap diff %s --by-path -f json" % path, pid=process.pid)
    assert path.exists() and json.loads(done.parts[4])["rows"], done.stderr
    for i in (4, 6):
        assert json.loads(done.parts[i])["rows"] == json.loads(done.parts[i + 1])["rows"]


def test_moments_of_gdbserver(gdb, gdbserver):
    with stages(GROWING) as process:
        done = gdb("set sysroot /", remote_line(gdbserver, process.pid), "continue", "py-heap snapshot before", "continue",
                   "py-heap diff before -f json", "detach")
    row, = grown(done.parts[5])
    assert (row["count_before"], row["count_after"], row["born"]) == (0, 1000, 1000), done.stderr


def test_moments_of_a_core(gdb, core):
    done = gdb("py-heap snapshot m", "py-heap diff m -f json", core=core)
    assert json.loads(done.parts[1])["rows"] == [], done.stderr


def test_nothing_stays(gdb, sleeper, tmp_path, monkeypatch):
    """The folder of temporary files has nothing while a moment is kept, and nothing when GDB was killed"""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with asleep() as process:
        done = gdb("py-heap snapshot a", "python print(os.listdir('%s'), pyheap_gdb.moments.table())" % tmp_path,
                   "python os.kill(os.getpid(), 9)", pid=process.pid)
    assert done.returncode == -signal.SIGKILL and "[] MOMENT" in done.stdout, done.stderr
    assert os.listdir(tmp_path) == []


def test_the_same_name_replaces(gdb, core):
    opened = "python print(len([f for f in os.listdir('/proc/self/fd') if 'py-heap' in os.readlink('/proc/self/fd/' + f)]))"
    done = gdb("python import pyheap_gdb.moments", "py-heap snapshot a", "py-heap snapshot a", "py-heap snapshot b",
               "python print(len(pyheap_gdb.moments._moments))", "py-heap snapshot", opened, core=core)
    assert done.parts[4] == "2\n" and len(done.parts[5].splitlines()) == 3, done.stderr


@pytest.mark.parametrize("off", [False, True])
def test_contents_are_kept_unless_values_are_off(gdb, off):
    ask = "python print('%s' in open(list(pyheap_gdb.moments._moments.values())[0].path, errors='replace').read())"
    with stages(GROWING) as process:
        done = gdb("python import pyheap_gdb.moments", "set py-heap values off" if off else "echo", "continue", "py-heap snapshot a",
                   ask % "planted secret", pid=process.pid)
    assert done.parts[4] == "%s\n" % (not off), done.stderr


@pytest.mark.parametrize("command, said", [
    ("py-heap snapshot a.core", "py-heap: snapshot: 'a.core' is no name of a moment: letters, digits, _ and -; -o a.core writes a file"),
    ("py-heap snapshot 1234", "py-heap: snapshot: '1234' is no name of a moment: letters, digits, _ and -; -o 1234 writes a file"),
    ("py-heap snapshot a b", "py-heap: snapshot: unexpected argument 'a'"),
    ("py-heap snapshot a", "py-heap: nothing is being debugged: attach to a process or load a core first"),
    ("py-heap diff nosuch", "py-heap: there is no moment 'nosuch' and no such file: 'py-heap snapshot nosuch' keeps a moment, 'py-heap "
                            "snapshot' lists them"),
    ("py-heap leaks --since nosuch", "py-heap: there is no moment 'nosuch' and no such file: 'py-heap snapshot nosuch' keeps a moment, "
                                     "'py-heap snapshot' lists them")])
def test_errors(gdb, command, said):
    assert gdb(command).stderr == said + "\n"


def test_no_moments(gdb):
    done = gdb("py-heap snapshot", "complete py-heap diff ", "complete py-heap snapshot --no-v", "py-heap snapshot a --help")
    assert done.parts[0] == "No moment is kept: 'py-heap snapshot NAME' keeps one, for 'py-heap diff NAME'.\n"
    assert done.parts[2] == "py-heap snapshot --no-values\n" and "py-heap snapshot [NAME] [options]" in done.parts[3]


def test_completion(gdb, core):
    done = gdb("py-heap snapshot before", "py-heap snapshot between", "complete py-heap diff be", "complete py-heap diff before bet",
               "complete py-heap leaks --since bef", "complete py-heap types be", core=core)
    assert done.parts[2:6] == ["py-heap diff before\npy-heap diff between\n", "py-heap diff before between\n",
                               "py-heap leaks --since before\n", ""], done.stderr


def test_a_moment_is_of_its_inferior(gdb, sleeper):
    with asleep() as other:
        done = gdb("py-heap snapshot a", "add-inferior -no-connection", "inferior 2", "attach %d" % other.pid, "py-heap diff a",
                   "py-heap snapshot a", "py-heap snapshot b", "py-heap diff a -f json", "py-heap snapshot", "inferior 1",
                   "py-heap diff a -f json", "py-heap diff b", "inferior 2", "detach inferiors 1", "remove-inferiors 1", "py-heap snapshot",
                   pid=sleeper.pid)
    assert "py-heap: 'a' is a moment of inferior 1, and inferior 2 is selected" in done.stderr
    assert "py-heap: 'b' is a moment of inferior 2, and inferior 1 is selected" in done.stderr
    assert json.loads(done.parts[7])["rows"] == [] and json.loads(done.parts[10])["rows"] == []
    assert len(done.parts[8].splitlines()) == 4 and len(done.parts[15].splitlines()) == 3, done.stdout
