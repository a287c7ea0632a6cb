# SPDX-License-Identifier: Apache-2.0
"""A server that is looked at: no request is lost, nobody waits longer than py-heap says, and it goes on whatever happens to py-heap."""
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

import heaps
import interpreters
import pauses
import programs
import pytest
import sleepers
import target
from clients import Clients

LITTLE = [["info"], ["info", "--layout-fields"], ["threads"], ["threads", "--locals"], ["crash"], ["freelists"]]
ROUNDS = 30                 # times py-heap is killed
LOOKS = 5
LONGEST = 0.3               # seconds after which py-heap is killed at the latest: it has an answer then, or nearly
BUSY = 1.5                  # seconds by which an answer may be late on a machine that has other work


@pytest.fixture(scope="module")
def server():
    found = [i for i in interpreters.find() if not i.unsupported() and not i.allocator and i.version >= (3, 7)]
    if not found or target.why_not("live"):
        pytest.skip(target.why_not("live") or "no interpreter")
    program = programs.start(interpreters.quick(found)[0], "server", "server.json")
    yield program
    program.remove()


def memory(pid):
    """Its mappings, and what it has in them that is its own"""
    with open("/proc/%d/maps" % pid) as source:
        maps = source.read()
    with open("/proc/%d/smaps_rollup" % pid) as source:
        return maps, re.findall(r"^(?:Anonymous|Private_Dirty|Swap): .*", source.read(), re.M)


def states(pid):
    """{thread: (state, tracer)}"""
    found = {}
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/status" % (pid, task)) as source:
                said = source.read()
        except (FileNotFoundError, ProcessLookupError):         # a thread that has ended
            continue
        found[task] = re.search(r"^State:\s+(\S)", said, re.M).group(1), re.search(r"^TracerPid:\s+(\d+)", said, re.M).group(1)
    return found


def expect_free(pid):
    """Soon: a process that dies lets go of what it traces a little later"""
    for _ in range(500):
        found = states(pid)
        if all(state in "RSD" and tracer == "0" for state, tracer in found.values()):
            return
        time.sleep(0.01)
    raise AssertionError("is stopped, or traced: %s" % found)


def look(program, *words):
    """Seconds for which py-heap says that the process was stopped"""
    status, out, err = heaps.run([*words, "-p", str(program.pid)])
    assert status == 0, err
    return pauses.seconds(out)


def test_nobody_waits_longer_than_it_says(server):
    with Clients(server.account["port"]) as clients:
        paused = [look(server, "types") for _ in range(LOOKS)]
    assert clients.lost == []
    assert len(clients.delays) > LOOKS
    assert max(clients.delays) < max(paused) + BUSY
    expect_free(server.pid)


def test_at_rest_nothing_changes(server):
    sleepers.wait_until_asleep(server.pid)
    before = memory(server.pid)
    look(server, "types")
    assert memory(server.pid) == before


def test_kill_at_any_moment(server):
    seed = random.randrange(1 << 32)
    chance = random.Random(seed)
    print("seed", seed, file=sys.stderr)
    with Clients(server.account["port"]) as clients:
        for _ in range(ROUNDS):
            asked = subprocess.Popen([heaps.EXECUTABLE, "types", "-p", str(server.pid)], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, LONGEST))
            asked.send_signal(signal.SIGKILL)
            asked.wait()
            expect_free(server.pid)
            count = len(clients.delays)
            deadline = time.monotonic() + 30
            while len(clients.delays) < count + 2 and time.monotonic() < deadline:
                time.sleep(0.005)
            assert len(clients.delays) >= count + 2
    assert clients.lost == []


@pytest.fixture(scope="module")
def copied(server):
    """Of a copy, which the library makes of any process"""
    sleepers.wait_until_asleep(server.pid)
    if not heaps.BINDING:
        pytest.skip("under sanitizers the library is not loaded into this Python")
    heap = heaps.open_heap(["-p", str(server.pid)], "auto")
    yield heap
    heap.close()


def ask(server, words):
    """What py-heap says, and how it came to know"""
    status, out, err = heaps.run([*words, "-p", str(server.pid), "-f", "json", "-n", "0", "-v"])
    assert status in (0, 3), err
    answer = json.loads(out)
    return {key: answer[key] for key in ("summary", "rows", "warnings", "complete", "target")}, err


@pytest.mark.parametrize("words", LITTLE, ids=" ".join)
def test_held_says_what_a_copy_says(server, copied, words):
    answer, how = ask(server, words)
    assert "read as needed" in how
    assert answer == copied.ask(*words)


def test_held_by_one_that_sleeps_itself(server, copied):
    """py-heap is stopped while it holds the server: it is too late then for what it has not read, and it copies all"""
    expected, copies = copied.ask("threads"), 0
    for _ in range(20):
        with subprocess.Popen([heaps.EXECUTABLE, "threads", "-p", str(server.pid), "-f", "json", "-v"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as asked:
            while asked.poll() is None and not any(tracer != "0" for _, tracer in states(server.pid).values()):
                pass
            asked.send_signal(signal.SIGSTOP)
            time.sleep(0.25)
            asked.send_signal(signal.SIGCONT)
            out, err = asked.communicate()
        assert asked.returncode == 0, err.decode()[-600:]
        assert json.loads(out)["rows"] == expected["rows"]
        copies += err.count(b"was stopped") - 1
        if copies:
            break
    assert copies
    expect_free(server.pid)
