# SPDX-License-Identifier: Apache-2.0
"""
--no-stop: a process is read while it runs. The answer always says so and is never a clean bill; of a process that does nothing it is
what a copy made in a stop says; and nothing is done to the process.
"""
import json
import os
import shutil
import subprocess
import time

import heaps
import interpreters
import pytest
import sleepers
import target

ROUNDS = 6
LONGEST = 60            # seconds

# Four threads that make and drop objects of all sizes, and large buffers, without a pause
WILD = """
import random, threading
class Node(object):
    def __init__(self, n):
        self.n, self.items = n, [n] * random.randrange(20)
keep = {}
def churn():
    while True:
        key = random.randrange(5000)
        keep[key] = bytearray(random.randrange(1 << 18)) if key % 97 == 0 else [Node(n) for n in range(random.randrange(30))]
        if key % 7 == 0:
            keep.pop(random.randrange(5000), None)
for _ in range(3):
    thread = threading.Thread(target=churn)
    thread.daemon = True
    thread.start()
churn()
"""
IDLE = """
import time
keep = [{n: str(n)} for n in range(1000)]
time.sleep(1000)
"""
QUESTIONS = ["types"], ["leaks"], ["verify"], ["refaudit"], ["threads"], ["gc"]


@pytest.fixture(scope="module")
def python():
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug]
    if not found or target.why_not("live"):
        pytest.skip(target.why_not("live") or "no interpreter")
    return found[-1]


def program(python, source):
    return subprocess.Popen([python.path, "-c", source], stdout=subprocess.DEVNULL)


@pytest.fixture
def idle(python):
    with program(python, IDLE) as process:
        sleepers.wait_until_asleep(process.pid)
        yield process
        process.kill()


def wait_until_busy(pid):
    """It has used a second of processor time: its threads run"""
    for _ in range(600):
        with open("/proc/%d/stat" % pid) as source:
            fields = source.read().rsplit(")", 1)[1].split()
        if int(fields[11]) + int(fields[12]) > os.sysconf("SC_CLK_TCK"):
            return
        time.sleep(0.1)
    raise AssertionError("does nothing")


def options(python):
    return ["--debug-dir", python.debug_dir] if python.debug_dir else []


def look(process, python, words, *more):
    status, out, err = heaps.run(words + ["-p", str(process.pid), "-f", "json"] + list(more) + options(python), timeout=LONGEST)
    assert status in (0, 3), err
    return json.loads(out)


def codes(answer):
    return [warning["code"] for warning in answer["warnings"]]


def test_wild(python):
    """No crash, no hang, always marked"""
    with program(python, WILD) as process:
        wait_until_busy(process.pid)
        try:
            for n in range(ROUNDS):
                answer = look(process, python, QUESTIONS[n % len(QUESTIONS)], "--no-stop")
                assert "read-running" in codes(answer) and answer["complete"] is False
            assert process.poll() is None
        finally:
            process.kill()


def test_idle_is_the_same(python, idle):
    """But for the mark"""
    for words in QUESTIONS:
        stopped, running = look(idle, python, words), look(idle, python, words, "--no-stop")
        assert running["rows"] == stopped["rows"] and running["summary"] == stopped["summary"]
        assert codes(running)[-1] == "read-running" and "read-running" not in codes(stopped)
        assert "processor time" not in running["warnings"][-1]["text"]


def test_no_all_clear(python, idle):
    """In words, too"""
    asked = ["-p", str(idle.pid), "--no-stop"] + options(python)
    assert "Nothing stands out in what could be looked at" in heaps.run(["leaks"] + asked)[1]
    assert "No damage in what could be checked" in heaps.run(["verify"] + asked)[1]


def test_nothing_is_done_to_it(python, idle):
    if not shutil.which("strace"):
        pytest.skip("no strace")
    words = ["strace", "-f", "-e", "trace=ptrace,kill,tkill,tgkill,process_vm_readv,process_vm_writev", "-o", "/dev/stdout",
             heaps.EXECUTABLE, "types", "-p", str(idle.pid), "--no-stop", "-o", os.devnull]
    calls = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LONGEST).stdout.decode()
    assert "process_vm_readv(%d," % idle.pid in calls
    for call in "ptrace(", "kill(", "process_vm_writev(":
        assert call not in calls, calls


def test_snapshot_stays_marked(python, idle, tmp_path):
    path = str(tmp_path / "running.core")
    status, _, err = heaps.run(["snapshot", "-p", str(idle.pid), "--no-stop", "-o", path] + options(python))
    assert status == 0 and "read while it ran" in err
    status, out, err = heaps.run(["types", path, "-f", "json"] + options(python))
    answer = json.loads(out)
    assert status == 0 and "read-running" in codes(answer) and answer["complete"] is False
