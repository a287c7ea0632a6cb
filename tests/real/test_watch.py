# SPDX-License-Identifier: Apache-2.0
"""
diff --watch: py-heap takes the moments itself. What grew and what stayed is what the program planted between them; ^C, the end of the
process and another program in its place end it early, with the answer of what was taken; no file is left, and few are kept.
"""
import json
import os
import re
import signal
import subprocess
import time

import heaps
import interpreters
import programs
import pytest
import sleepers
import target

SECONDS = 4, 16, 60          # for a step of the program: more if the processors were busy
IDLE = "import time; time.sleep(1000)"
EXECS = "import os, signal, sys; signal.signal(signal.SIGUSR1, lambda *_: os.execv(sys.executable, [sys.executable, '-c', %r]))\n" \
        "while True: signal.pause()" % IDLE


@pytest.fixture(scope="module")
def python():
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug
             and not one.debug_dir]         # one that starts itself anew
    if not found or target.why_not("live"):
        pytest.skip(target.why_not("live") or "no interpreter")
    return found[-1]


class Watch:
    """py-heap diff --watch while it runs"""

    def __init__(self, pid, python, every, *words, **more):
        options = ["--debug-dir", python.debug_dir] if python.debug_dir else []
        line = [heaps.EXECUTABLE, "diff", "-p", str(pid), "--watch", every, "-f", "json"] + list(words) + options
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
        self.lines = []

    def wait(self, number):
        """Until it says that this moment was taken"""
        while not self.lines or not re.match(r"py-heap: moment %d of " % number, self.lines[-1]):
            line = self.process.stderr.readline().decode()
            assert line, self.lines
            self.lines.append(line)

    def answer(self, status=0):
        out, err = self.process.communicate(timeout=60)
        assert self.process.returncode == status, (self.lines, err)
        return json.loads(out.decode()) if status == 0 else err.decode()


@pytest.fixture
def idle(python):
    with subprocess.Popen([python.path, "-c", IDLE]) as process:
        sleepers.wait_until_asleep(process.pid)
        yield process
        process.kill()


def watch_planted(python, seconds):
    """What py-heap and the program say; None: a step was not done before the next moment"""
    program, said = programs.start(python, "growth"), {}
    try:
        begin = time.monotonic()
        watch = Watch(program.pid, python, "%ds" % seconds, "-n", "3")
        for number, step in (1, "cache"), (2, "listeners"):
            watch.wait(number)
            program.process.send_signal(signal.SIGUSR1)
            program.wait(step)
            said[step] = json.loads(program.said(step))
            if time.monotonic() > begin + number * seconds:
                watch.process.kill()
                watch.process.communicate()
                return None
        return watch.answer(), said, program.pid
    finally:
        program.remove()


def test_planted(python):
    """The first half is the set that stays, all of it is growth"""
    answer, said, pid = next(filter(None, (watch_planted(python, seconds) for seconds in SECONDS)))
    rows = {row["type"].rsplit(".", 1)[-1]: row for row in answer["rows"]}
    assert (rows["Session"]["stays"], rows["Session"]["count_delta"]) == (len(said["cache"]["stay"]), 20000 - 50)
    assert int(rows["Session"]["example"], 16) in said["cache"]["stay"] and "CACHE[" in rows["Session"]["path"]
    assert (rows["Listener"]["stays"], rows["Listener"]["count_delta"], rows["Listener"]["path"]) == (0, 40000, None)
    assert answer["summary"]["moments"] == 3 and answer["summary"]["middle"] == 2 and answer["complete"]
    assert answer["target"]["path"] is None and answer["target"]["pid"] == pid


def test_two_moments(python, idle):
    answer = Watch(idle.pid, python, "100ms", "-n", "2").answer()
    assert answer["summary"]["objects_delta"] == 0 and answer["summary"]["middle"] is None
    assert all(row["stays"] is None for row in answer["rows"])


def test_by_path_and_objects(python, idle):
    for words in ["--by-path"], ["--objects"]:
        assert Watch(idle.pid, python, "100ms", *words).answer()["rows"] == []


def test_files_are_few_and_nobody_elses(python, idle, tmp_path):
    """Killed, it leaves none; it has three, and one that it writes"""
    watch = Watch(idle.pid, python, "50ms", "-n", "100000", env=dict(os.environ, TMPDIR=str(tmp_path)))
    watch.wait(8)
    with open("/proc/%d/maps" % watch.process.pid) as maps:
        files = {line.split()[4] for line in maps if str(tmp_path) in line}
    assert len(files) <= 4 and os.listdir(tmp_path) == []
    watch.process.kill()
    watch.process.communicate()
    assert os.listdir(tmp_path) == [] and idle.poll() is None


def test_interrupted(python, idle):
    """One moment is no answer; some are, of the last two as well"""
    watch = Watch(idle.pid, python, "1h")
    watch.wait(1)
    watch.process.send_signal(signal.SIGINT)
    assert "interrupted" in watch.answer(130)
    watch = Watch(idle.pid, python, "300ms", "-n", "1000")
    watch.wait(4)
    watch.process.send_signal(signal.SIGINT)
    answer = watch.answer()
    assert answer["summary"]["moments"] >= 4 and answer["summary"]["middle"] == answer["summary"]["moments"] - 1
    assert answer["complete"] and not answer["warnings"]
    sleepers.wait_until_asleep(idle.pid)


def test_ended(python, idle):
    watch = Watch(idle.pid, python, "500ms", "-n", "1000")
    watch.wait(2)
    idle.kill()
    answer = watch.answer()
    assert answer["summary"]["moments"] == 2 and not answer["complete"]
    assert [warning["code"] for warning in answer["warnings"]] == ["watch-ended"]
    assert "of 1000 moments" in answer["warnings"][0]["text"] and "has ended" in answer["warnings"][0]["text"]
    assert "no such process" in Watch(idle.pid, python, "1s").answer(1)


def test_another_program(python):
    with subprocess.Popen([python.path, "-c", EXECS]) as process:
        sleepers.wait_until_asleep(process.pid)
        try:
            watch = Watch(process.pid, python, "1s", "-n", "1000")
            watch.wait(2)
            process.send_signal(signal.SIGUSR1)
            answer = watch.answer()
        finally:
            process.kill()
    assert answer["summary"]["moments"] == 2 and answer["summary"]["same_process"]
    assert [warning["code"] for warning in answer["warnings"]] == ["watch-ended"] and not answer["complete"]
    assert re.search("runs another program now|Python is not initialized|no CPython", answer["warnings"][0]["text"])


@pytest.mark.parametrize("words, said", [
    (["--watch", "1s", "core"], "give -p PID"),
    (["--watch", "0s", "-p", "1"], "needs a time like"),
    (["--watch", "1.5s", "-p", "1"], "needs a time like"),
    (["--watch", "9999999999h", "-p", "1"], "needs a time like"),
    (["--watch", "1s", "-n", "1", "-p", "1"], "2 at least"),
    (["--watch", "1s", "-n", "2", "--objects", "-p", "1"], "3 at least"),
    (["--watch", "1s", "before", "-p", "1"], "give no before"),
    (["-p", "1"], "BEFORE [BETWEEN] is missing"),
])
def test_usage(words, said):
    status, _, err = heaps.run(["diff"] + words)
    assert status == 2 and said in err
