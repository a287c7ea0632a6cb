# SPDX-License-Identifier: Apache-2.0
"""threads: stacks, lines and locals as sys._current_frames() tells them; tasks as asyncio does."""
import collections
import json
import os
import tempfile
import time

import pytest
import target
from conftest import chosen, layouts
from heaps import address, open_heap

SETTLED = 20                    # seconds for a thread to come to rest, or not at all
ASYNC_SINCE = (3, 6)
CODE_UNITS_SINCE = (3, 11)      # interpreter frames, whose system's thread ids are known too
WAYS = "live", "gcore", "kernel"        # the kernel's ends the process
RESTS = {"stacks": "rests here", "tasks": "this task runs here"}
PROGRAMS = {"stacks": "threads_program.py", "tasks": "tasks_program.py"}


def pytest_generate_tests(metafunc):
    """All dumps and layouts of one interpreter in a row: its program is started once"""
    for name in PROGRAMS:
        if name not in metafunc.fixturenames:
            continue
        places, ids = [], []
        for one in chosen(metafunc.config):
            if one.allocator or (name == "tasks" and one.version < ASYNC_SINCE):
                continue
            for way in WAYS:
                for layout in layouts(one, way) if way != "kernel" else ("table",):
                    reason = one.unsupported() or target.why_not(way)
                    places.append(pytest.param((one, way, layout), marks=[pytest.mark.skip(reason=reason)] if reason else []))
                    ids.append("%s-%s-%s" % (one.name, way, layout))
        metafunc.parametrize(name, places, ids=ids, indirect=True, scope="session")


class Said(target.Program):
    """A program that writes an account and then stays as it is; answers are asked for once a dump and layout"""

    def __init__(self, interpreter, name):
        folder = tempfile.mkdtemp(prefix="py-heap-threads-")
        program = os.path.join(target.HERE, "targets", PROGRAMS[name])
        target.Program.__init__(self, [interpreter.path, program, folder], folder)
        account = name.replace("stacks", "threads") + ".json"
        self.interpreter = interpreter
        self.wait(account)
        self.account = json.loads(self.said(account))
        self.program_file = os.readlink("/proc/%d/exe" % self.pid)
        self.settle(program, name)

    def settle(self, program, name):
        """The thread that has written the account goes on to the line where it rests"""
        with open(program) as source:
            self.line = next(number for number, text in enumerate(source, 1) if text.rstrip().endswith("# " + RESTS[name]))
        deadline = time.monotonic() + SETTLED
        while time.monotonic() < deadline:
            rows = self.ask("live", "auto", None)[0]["rows"]
            if any(row["file"] == program and row["line"] == self.line for row in rows):
                break
            time.sleep(0.05)
        time.sleep(0.2)             # and on to what that line calls

    def ask(self, way, layout, *words):
        heap = open_heap(self.words(way), layout, self.interpreter.debug_dir)
        try:
            answers = [heap.ask("threads", word) if word else heap.ask("threads") for word in words]
        finally:
            heap.close()
        if way == "kernel":
            self.ask_without_files(layout, words, answers)
        for answer in answers:
            if way == "gcore" and self.lost and "--tasks" not in words:
                assert answer["complete"] is False and [one["code"] for one in answer["warnings"]] == ["stack"]
            else:
                assert answer["complete"] is True and not answer["warnings"], answer["warnings"]
        return answers

    def ask_without_files(self, layout, words, answers):
        """The same of its core where none of its files is but one with nothing in it: a sysroot without any would be refused"""
        empty = os.path.join(self.folder, "empty")
        os.makedirs(empty + os.path.dirname(self.program_file), exist_ok=True)
        open(empty + self.program_file, "w").close()
        heap = open_heap(self.words("kernel"), layout, sysroot=empty)
        for word, answer in zip(words, answers):
            assert (heap.ask("threads", word) if word else heap.ask("threads"))["rows"] == answer["rows"]
        heap.close()


@pytest.fixture(scope="session")
def programs():
    """One program at a time: programs(interpreter, name)"""
    running = {}

    def get(interpreter, name):
        if (interpreter.name, name) not in running:
            end()
            running[interpreter.name, name] = Said(interpreter, name)
        return running[interpreter.name, name]

    def end():
        for one in running.values():
            one.remove()
        running.clear()
    yield get
    end()


class Stacks:
    """What py-heap says of the threads, in the form of the account"""

    def __init__(self, programs, interpreter, way, layout):
        self.interpreter, self.layout = interpreter, layout
        self.program = programs(interpreter, "stacks")
        self.account = self.program.account
        self.answer, locals_answer = self.program.ask(way, layout, None, "--locals")
        named = collections.defaultdict(dict)
        for row in locals_answer["rows"]:
            named[row["thread"], row["frame"]][row["name"]] = [row["type"].split(".")[-1], row["bytes"]]
        self.lost = way == "gcore" and self.program.lost        # entries from C, and the calls before them, are zeros
        self.rows, self.stacks = [], []
        for row in self.answer["rows"]:
            if row["frame"] == 0:
                self.rows.append([])
                self.stacks.append([])
            told = named[row["thread"], row["frame"]]
            assert (row["locals"], row["locals_bytes"]) == (len(told), sum(size for _, size in told.values())), row
            self.rows[-1].append(row)
            self.stacks[-1].append([row["function"], row["file"], row["line"], told])

    def said(self):
        return self.account["stacks"]

    def rests(self):
        """Index of the thread that took the account: it is in another line since"""
        return next(i for i, stack in enumerate(self.stacks) if stack[0][0] == "rest")


@pytest.fixture(scope="session")
def stacks(request, programs):
    return Stacks(programs, *request.param)


@pytest.fixture(scope="session")
def tasks(request, programs):
    interpreter, way, layout = request.param
    program = programs(interpreter, "tasks")
    return program.account, program.ask(way, layout, "--tasks")[0]


def test_stacks(stacks):
    """Every frame of every thread: function, file, line, and each local's name, type and size"""
    found = {str(address(rows[0]["thread"])): stack for rows, stack in zip(stacks.rows, stacks.stacks)}
    del found[str(stacks.account["teller"])]
    assert sorted(found) == sorted(stacks.said())
    for thread, stack in stacks.said().items():
        for mine, said in zip(found[thread], stack):
            assert mine == said, stacks.account["names"][thread]
        assert found[thread] and (stacks.lost or len(found[thread]) == len(stack))


def test_teller(stacks):
    """The thread that took the account rests in a line that the source says"""
    names = [row["function"].split(".")[-1].lstrip("_") for row in stacks.rows[stacks.rests()]]
    expected = ["rest", "teller", "run", "bootstrap_inner", "bootstrap"]
    assert names == expected[:len(names)] and (stacks.lost or len(names) == len(expected))
    assert stacks.stacks[stacks.rests()][0][:3] == ["rest", stacks.account["file"], stacks.program.line]


def test_threads(stacks):
    summary = stacks.answer["summary"]
    assert (summary["threads"], summary["frames"]) == (len(stacks.said()) + 1, len(stacks.answer["rows"]))
    for rows in stacks.rows:
        thread = str(address(rows[0]["thread"]))
        assert rows[0]["name"] == stacks.account["names"][thread]
        if stacks.interpreter.version >= CODE_UNITS_SINCE:
            assert rows[0]["native_id"] == stacks.account["native"][thread]
        else:
            assert rows[0]["native_id"] is None
        assert [row["frame"] for row in rows] == list(range(len(rows)))
        assert len({(row["thread"], row["native_id"], row["name"], row["gil"]) for row in rows}) == 1


def test_gil(stacks):
    """At most one thread has it; where it is not known, nobody says so"""
    held = [rows[0]["gil"] for rows in stacks.rows]
    assert held.count(True) <= 1 if True in held or False in held else set(held) == {None}


def by_task(answer):
    rows = collections.defaultdict(list)
    for row in answer["rows"]:
        rows[str(address(row["task"]))].append(row)
    return rows


def test_tasks(tasks):
    """State, name, coroutine, every suspended call, what it waits for"""
    account, answer = tasks
    found = by_task(answer)
    assert answer["summary"]["tasks"] == len(found) == len(account["tasks"]) + 1         # and the one that took the account
    assert set(account["all"]) <= set(found)
    for task, said in account["tasks"].items():
        rows = found[task]
        first = rows[0]
        assert (first["name"], first["state"], first["coroutine"]) == (said["name"], said["state"], said["coroutine"])
        calls = [[row["function"], row["file"], row["line"]] for row in rows if row["function"]]
        assert calls == said["calls"], said
        assert [row["frame"] for row in rows] == (list(range(len(calls))) or [None])
        if said["state"] == "pending":
            assert calls[-1:] == said["outermost"]                      # task.get_stack() has no more
        assert bool(first["waits_for"]) == said["waits"]
        assert sorted(one for one in first["waits_for"] if one[0] != "<") == sorted(said["waits_for"])


def waiters(account):
    """Names of those that wait for a task, as the program made them"""
    expected = collections.defaultdict(list)
    for task, said in account["tasks"].items():
        for other in said["waits_for"]:
            expected[other].append(said["name"] or "%#x" % int(task))
    return expected


def test_awaited_by(tasks):
    """As the program made them wait"""
    account, answer = tasks
    expected = waiters(account)
    found = {rows[0]["name"] or rows[0]["task"]: rows[0]["awaited_by"] for rows in by_task(answer).values()}
    assert expected
    for task, told in found.items():
        assert sorted(told) == sorted(expected[task]), task


def test_what_asyncio_says_of_waiting(tasks):
    """From 3.14 on tasks have a set of those who wait for them: the same, but between tasks in C and tasks in Python, of which none"""
    account, answer = tasks
    expected, own = waiters(account), {said["name"] for said in account["tasks"].values() if str(said["name"]).startswith("own ")}
    if all(said["awaited_by"] is None for said in account["tasks"].values()):
        pytest.skip("asyncio says it since 3.14")
    for said in account["tasks"].values():
        alike = [one for one in expected[said["name"]] if (one in own) == (said["name"] in own)]
        assert sorted(said["awaited_by"]) == sorted(alike), said["name"]


def test_running(tasks):
    """The task that took the account runs: its calls are those of its thread, down to the coroutine"""
    account, answer = tasks
    running = [row for row in answer["rows"] if row["state"] == "running"]
    assert [row["function"].split(".")[-1] for row in running] == ["wait", "wait", "main"]
    assert [row["frame"] for row in running] == [0, 1, 2] and not set(account["tasks"]) & {str(address(running[0]["task"]))}
