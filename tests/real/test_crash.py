# SPDX-License-Identifier: Apache-2.0
"""
crash: faults in functions of an extension with known names. The signal, the address and the function are those that were planted, and
Python's calls are those that the program noted itself just before.
"""
import json
import os
import re
import shutil
import subprocess

import extensions
import heaps
import programs
import pytest
import sleepers
import target

PROGRAM = os.path.join(target.HERE, "targets", "crashing_program.py")
RAISING = os.path.join(target.HERE, "targets", "raising_program.py")

IMPOSSIBLE = "0x7474757373697069, an address that no process can have: rsi has the text 'apissutt'"

# signal, address, in the verdict
FAULTS = {
    "read_field": ("SIGSEGV", "0x58, 88 bytes from NULL", ": read of 0x58, 88 bytes from NULL, in read_field() of crashing.so"),
    "write_field": ("SIGSEGV", "0x10, 16 bytes from NULL", ": write to 0x10, 16 bytes from NULL, in write_field() of crashing.so"),
    "use_freed": ("SIGSEGV", "0x18, 24 bytes from NULL", ": read of 0x18, 24 bytes from NULL, in use_freed() of crashing.so"),
    "jump_away": ("SIGSEGV", "0x123456, no memory is there", ": a call led to 0x123456, no memory is there"),
    "follow_text": ("SIGSEGV", IMPOSSIBLE, "in follow_text() of crashing.so"),
    "fail_check": ("SIGABRT", None, "in fail_check() of crashing.so"),
    "give_up": ("SIGABRT", None, ": a fatal error of Python, reported by give_up"),
    "raise_and_abort": ("SIGABRT", None, "KeyError being raised"),
    "free_twice": ("SIGABRT", None, ": double free "),
    "divide": ("SIGFPE", None, "in divide() of crashing.so"),
    "read_cut_file": ("SIGBUS", None, "in read_cut_file() of crashing.so"),
    "dig": ("SIGSEGV", None, "Stack overflow"),
}
LIKE_GDB = {(2, 7), (3, 8), (3, 11), (3, 13)}
LOOPS = {"_PyEval_EvalFrameDefault", "PyEval_EvalFrameEx"}

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def folder(interpreter, tmp_path_factory):
    where = str(tmp_path_factory.mktemp("crashing"))
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    if not extensions.build(interpreter, "crashing", where):
        pytest.skip("no headers here")
    return where


def end(interpreter, folder, *words, source=PROGRAM):
    """A program that has ended, and its core"""
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    program = target.Program([interpreter.path, source, folder] + list(words), folder)
    program.process.wait(timeout=target.PATIENCE)
    core = os.path.join(folder, target.core_name(program.pid))
    assert program.process.returncode < 0 and os.path.exists(core), program.said("err")
    return program, core


def crash(interpreter, folder, *words):
    """What is said of the core, and the calls that the program noted"""
    program, core = end(interpreter, folder, *words)
    where = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
    try:
        status, said, err = heaps.run(["crash", core, "-f", "json", "-n", "0"] + where)
        text = heaps.run(["crash", core] + where)[1]
        info = heaps.run(["info", core] + where)[1]
    finally:
        os.remove(core)
    assert status == 0, err
    answer = json.loads(said)
    answer.update(text=text, info=info, tid=program.pid)
    return answer, json.loads(program.said("calls.json"))


def test_answers_begin_with_it(interpreter, tmp_path):
    """leaks and report of a process that crashed"""
    program, core = end(interpreter, str(tmp_path), "memset")
    report = str(tmp_path / "report.json")
    verdict = json.loads(heaps.run(["crash", core, "-f", "json"])[1])["summary"]["verdict"]
    leaks = json.loads(heaps.run(["leaks", core, "-f", "json"])[1])
    text = heaps.run(["leaks", core])[1]
    assert heaps.run(["report", core, "-o", report])[0] == 0
    os.remove(core)
    assert leaks["summary"]["verdict"] == verdict and text.startswith(verdict)
    with open(report) as read:
        first = json.load(read)["sections"][0]
    assert first["name"] == "crash" and first["answer"]["summary"]["verdict"] == verdict


def native(answer):
    return [row["function"] for row in answer["rows"] if row["kind"] == "native"]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_fault(interpreter, folder, fault):
    signal, address, verdict = FAULTS[fault]
    answer, calls = crash(interpreter, folder, fault)
    summary = answer["summary"]
    assert summary["signal"].split(":")[0] == signal and summary["thread"] == answer["tid"]
    assert address is None or summary["address"] == address
    assert verdict in summary["verdict"] and answer["text"].startswith(summary["verdict"])
    assert answer["info"].startswith(summary["verdict"])
    assert [[row["function"], row["file"], row["line"]] for row in answer["rows"] if row["kind"] == "python"] == calls
    assert native(answer)[-1] in ("_start", None) and fault in native(answer)
    assert answer["complete"] and answer["warnings"] == []


def test_joined(interpreter, folder):
    """Native calls stand between the Python calls that called them and that they called"""
    answer, _ = crash(interpreter, folder, "read_field")
    rows = [row for row in answer["rows"] if row["function"] in ("read_field", "call_back") or row["kind"] == "python"]
    order = [row["function"].rsplit(".", 1)[-1] for row in rows]
    assert order == ["read_field", "generate", "inner", "call_back", "call_back", "<lambda>", "middle", "main", "<module>"]
    assert "_PyEval_EvalFrameDefault" not in native(answer)


def test_freed(interpreter, folder):
    answer, _ = crash(interpreter, folder, "use_freed")
    name, at = re.search(r"\w+ has (a freed [\w.]+) at (0x\w+) \(local 'thing'\)$", answer["summary"]["verdict"]).groups()
    assert name == "a freed " + ("object" if interpreter.debug else "__main__.Thing")
    held = [row for row in answer["rows"] if row["object"] == at]
    assert [row["function"] for row in held] == ["generate"]


def test_thread(interpreter, folder):
    """A thread that is not the first: its calls, its id"""
    answer, calls = crash(interpreter, folder, "write_field", "thread")
    assert answer["summary"]["thread"] != answer["tid"] and "in write_field() of crashing.so" in answer["summary"]["verdict"]
    assert [[row["function"], row["file"], row["line"]] for row in answer["rows"] if row["kind"] == "python"] == calls
    assert len(calls) > 6


def test_handler(interpreter, folder):
    """faulthandler raises the signal again: what is shown is the first one"""
    if interpreter.version[0] == 2:
        pytest.skip("2.7 has no faulthandler")
    answer, calls = crash(interpreter, folder, "read_field", "handler")
    assert FAULTS["read_field"][2] in answer["summary"]["verdict"] and "raised it again" in answer["text"]
    assert answer["summary"]["address"] == FAULTS["read_field"][1] and native(answer)[0] == "read_field"
    assert [[row["function"], row["file"], row["line"]] for row in answer["rows"] if row["kind"] == "python"] == calls


def test_sent(interpreter, tmp_path):
    """By another process, while it rested"""
    folder = str(tmp_path)
    if target.why_not("kernel"):
        pytest.skip(target.why_not("kernel"))
    program = target.Program([interpreter.path, PROGRAM, folder, "rest"], folder)
    program.wait("ready")
    sleepers.wait_until_asleep(program.pid)
    core, = program.words("kernel")
    said = json.loads(heaps.run(["crash", core, "-f", "json"])[1])["summary"]
    assert said["signal"] == "SIGABRT: process %d sent it (user %d)" % (os.getpid(), os.getuid())
    assert said["verdict"].startswith("Ended by SIGABRT, which process %d sent: it was in " % os.getpid())


def test_recursion_is_folded(interpreter, folder):
    answer, _ = crash(interpreter, folder, "dig")
    assert native(answer).count("dig") > 5000 and "past the end of the thread's stack" in answer["summary"]["address"]
    assert re.search(r"the line above, [\d,]+ more times", answer["text"]) and len(answer["text"].splitlines()) < 100


def test_words(interpreter, folder):
    assert "the planted check" in crash(interpreter, folder, "fail_check")[0]["summary"]["verdict"]
    answer = crash(interpreter, folder, "read_cut_file")[0]
    assert answer["summary"]["signal"].startswith("SIGBUS: memory that does not exist")


def test_without_headers(interpreter, tmp_path):
    """Of every interpreter: ctypes calls a function of the C library"""
    answer, calls = crash(interpreter, str(tmp_path), "memset")
    summary = answer["summary"]
    assert summary["address"] == "0x58, 88 bytes from NULL"
    assert re.match(r"Segmentation fault: (write|access) to 0x58, 88 bytes from NULL, in .* of libc[-.]", summary["verdict"])
    assert ", called by " in summary["verdict"] and any("_ctypes" in row["file"] for row in answer["rows"] if row["kind"] == "native")
    rows = [row for row in answer["rows"] if row["kind"] == "python"]
    assert [[row["function"], row["file"], row["line"]] for row in rows[1:]] == calls
    assert rows[0]["function"] == "memset" and answer["complete"]
    before = [row["kind"] for row in answer["rows"]].index("python")
    assert before > 1 and "_PyEval_EvalFrameDefault" not in native(answer)


STATES = {"handled-memory": "being handled", "handled-own": "being handled", "generator-own": "being handled",
          "reported-memory": "reported as not caught", "none-own": None}


@pytest.mark.parametrize("kind", sorted(STATES))
def test_exception(interpreter, tmp_path, kind):
    """What the process had met when it gave up is what it noted itself"""
    program, core = end(interpreter, str(tmp_path), kind, source=RAISING)
    where = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
    summary = json.loads(heaps.run(["crash", core, "-f", "json"] + where)[1])["summary"]
    text = heaps.run(["crash", core] + where)[1]
    noted = json.loads(program.said("exception.json"))
    if interpreter.version[0] == 2 and noted is None:
        assert "being handled" in summary["exception"]      # 2.7 keeps it until the function returns, as its sys.exc_info() says
        return
    if noted is None or kind.startswith("generator") and (3, 7) <= interpreter.version < (3, 11):
        assert summary["exception"] is None and "raised in line" not in summary["verdict"]
        return
    name, line, function = noted
    builtin = "exceptions.MemoryError" if interpreter.version[0] == 2 else "MemoryError"
    name = builtin if name == "MemoryError" else "__main__." + name
    said = "%s %s, raised in line %d of %s (%s)" % (name, STATES[kind], line, os.path.basename(RAISING), function)
    assert summary["exception"] == said and summary["verdict"].endswith("; " + said)
    assert ("# what fills the memory" in text) == (name == builtin)


def test_nothing_crashed(interpreter, tmp_path):
    folder = str(tmp_path)
    program = target.Program([interpreter.path, PROGRAM, folder, "rest"], folder)
    try:
        program.wait("ready")
        sleepers.wait_until_asleep(program.pid)
        for way in ("live", "gcore"):
            heap = heaps.open_heap(program.words(way), "table", debug_dir=interpreter.debug_dir)
            answer = heap.ask("crash")
            heap.close()
            assert answer["summary"]["signal"] is None and "nothing crashed" in answer["summary"]["verdict"]
            assert answer["summary"]["thread"] == program.pid
            calls = [[row["function"], row["file"], row["line"]] for row in answer["rows"] if row["kind"] == "python"]
            assert calls[0][0] == "rest" and calls[1:] == json.loads(program.said("calls.json"))
    finally:
        program.end()


ASK_GDB = """set backtrace past-main on
set backtrace past-entry on
python
frame = gdb.newest_frame()
while frame is not None:
    kind = {gdb.NORMAL_FRAME: "native", gdb.INLINE_FRAME: "inlined"}.get(frame.type())
    if kind:
        print("CALL %s 0x%x %d %s" % (kind, frame.pc(), frame.find_sal().line, frame.function() or frame.name()))
    frame = frame.older()
end
"""


def test_like_gdb(interpreter, folder):
    """The same native calls as GDB's, at the same instructions, inlined ones with their names and lines"""
    if interpreter.version[:2] not in LIKE_GDB or not shutil.which("gdb"):
        pytest.skip("a few versions are compared")
    program, core = end(interpreter, folder, "write_field")
    script = os.path.join(folder, "ask.gdb")
    with open(script, "w") as out:
        out.write(ASK_GDB)
    said = subprocess.run(["gdb", "-nx", "-batch", "-x", script, os.path.realpath(interpreter.path), core],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=target.PATIENCE).stdout.decode()
    told = [(kind, int(pc, 16), int(line), name) for kind, pc, line, name in
            re.findall(r"^CALL (\w+) 0x(\w+) (\d+) (.*)$", said, re.M)]
    loops = {pc for kind, pc, _, name in told if kind == "native" and name in LOOPS}
    expected = [(kind, pc, line or None, name) for kind, pc, line, name in told if pc not in loops]
    rows = json.loads(heaps.run(["crash", core, "-f", "json", "-n", "0"])[1])["rows"]
    os.remove(core)
    # The thread is at an instruction, callers return to the one after the call.
    found = [(row["kind"], int(row["address"], 16), row["line"], row["function"]) for row in rows if row["kind"] != "python"]
    at = found[0][1]
    found = [(kind, pc + (pc != at), line, name) for kind, pc, line, name in found]
    assert [call[:2] for call in found] == [call[:2] for call in expected]
    # where several lines have one address, GDB takes another of them; where a function was inlined is not in that table
    callers = [i for i in range(1, len(found)) if found[i][1] == found[i - 1][1]]
    assert [found[i][2] for i in callers] == [expected[i][2] for i in callers]
    # for a symbol with several names GDB may say another
    assert [call[3] for call in found if call[0] == "inlined"] == [call[3] for call in expected if call[0] == "inlined"]
