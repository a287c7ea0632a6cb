# SPDX-License-Identifier: Apache-2.0
"""The Python binding: the same answers as py-heap, failures as exceptions."""

import inspect
import json
import os
import pydoc
import signal
import subprocess
import sys
import threading
import time

import pytest
from sleepers import SLEEP, asleep

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")


@pytest.fixture(scope="module")
def libheap(build):
    if os.environ.get("PYHEAP_TEST_BINDING") == "0":
        pytest.skip("a library with a sanitizer cannot be loaded into this Python")
    os.environ.setdefault("LIBHEAP", os.path.join(build, "libheap", "libheap.so.0"))
    sys.path.insert(0, os.path.join(HERE, "..", "..", "libheap", "python"))
    import libheap
    return libheap


@pytest.fixture(scope="module")
def sleeper():
    with asleep() as process:
        yield process


def maps(pid):
    """Mappings of a process as open_reader() wants them."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as lines:
        for line in lines:
            bounds, rights, offset, _, _, *path = line.split(maxsplit=5)
            start, end = (int(bound, 16) for bound in bounds.split("-"))
            yield {"start": start, "end": end, "offset": int(offset, 16), "path": path[0].strip() if path else None,
                   "readable": rights[0] == "r", "writable": rights[1] == "w", "executable": rights[2] == "x"}


def memory(pid):
    """read(addr, size) of a process."""
    stream = os.open("/proc/%d/mem" % pid, os.O_RDONLY)

    def read(addr, size):
        try:
            return os.pread(stream, size, addr)
        except (OSError, OverflowError):
            return b""

    return read


def test_same_answer_as_the_shell(libheap, py_heap, sleeper):
    document = json.loads(py_heap("types", "-p", sleeper.pid, "--tracked", "-n", "5", "-f", "json").stdout)
    with libheap.open(sleeper.pid) as heap:
        for result in (heap.run("types", "--tracked", limit=5), heap.types(tracked=True, limit=5)):
            assert result.rows == document["rows"] == list(result)
            assert result.summary == document["summary"] and result.complete == document["complete"]
            assert result.target == document["target"] and result.warnings == document["warnings"]


def test_memory_read_by_the_caller(libheap, sleeper):
    with libheap.open(sleeper.pid) as heap:
        expected = heap.types().rows
    with libheap.open_reader(memory(sleeper.pid), maps(sleeper.pid), sleeper.pid) as heap:
        assert heap.types().rows == expected


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt])
def test_what_the_reader_raises_comes_out(libheap, sleeper, error):
    def read(addr, size):
        raise error("mine")

    with pytest.raises(error, match="mine"):
        libheap.open_reader(read, maps(sleeper.pid), sleeper.pid)


def test_what_progress_raises_comes_out(libheap, sleeper):
    def progress(phase, done, total):
        raise ZeroDivisionError(phase)

    with pytest.raises(ZeroDivisionError):
        with libheap.open(sleeper.pid, progress=progress) as heap:
            heap.types()


@pytest.fixture
def interruptible():
    """A shell starts what runs in the background with SIGINT ignored"""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_interrupt(libheap, interruptible):
    """
    ^C while the library works: KeyboardInterrupt, and the heap can be asked again. Python itself drops one that strikes in
    a finalizer: then another try is due.
    """
    script = "import time; kept = [[] for _ in range(3000000)]; print(1, flush=True); time.sleep(600)"
    with asleep(script) as process:
        with libheap.open(process.pid) as heap:
            start = time.monotonic()
            expected = heap.types().rows
            took = time.monotonic() - start
            for wait in (took / 3, took / 4, took / 5, took / 6):
                timer = threading.Timer(wait, os.kill, (os.getpid(), signal.SIGINT))
                try:
                    timer.start()
                    heap.types()
                    time.sleep(took)  # it was too quick: be interrupted here
                except KeyboardInterrupt:
                    break
            else:
                pytest.fail("never interrupted")
            assert heap.types().rows == expected


@pytest.mark.parametrize("name, path, said", [
    ("exe", "/bin/ls", "exe= /bin/ls: another build"),
    ("sysroot", "/nosuch", "sysroot= /nosuch: No such file"),
    ("debug_dir", "/etc/passwd", "debug_dir= /etc/passwd: it is no folder")])
def test_messages_name_pythons_arguments(libheap, sleeper, name, path, said):
    with pytest.raises(libheap.LibheapError) as caught:
        libheap.open(sleeper.pid, **{name: path})
    assert caught.value.text.startswith(said)
    with pytest.raises(libheap.LibheapError) as caught:
        libheap.open(sleeper.pid, hints={name: "the front end's " + name}, **{name: path})
    assert caught.value.text.startswith("the front end's " + said.replace("=", "", 1))


def test_hint_at_object(libheap, sleeper):
    with libheap.open(sleeper.pid) as heap:
        with pytest.raises(libheap.LibheapError, match=r"; Heap\.object\(\) tells more$"):
            heap.refs(0x10)
        assert " more rows (--limit 0 shows all)\n" in heap.answer("types", ["--limit=1"]).text


def test_failures(libheap, sleeper):
    with pytest.raises(libheap.LibheapError, match="/no/such/core") as caught:
        libheap.open("/no/such/core")
    assert caught.value.code == "EIO"
    with pytest.raises(libheap.LibheapError) as caught:
        libheap.open(999999999)
    assert caught.value.code == "ESRCH"
    with pytest.raises(ValueError):
        libheap.open(sleeper.pid, layout="tea-leaves")
    with libheap.open(sleeper.pid) as heap:
        with pytest.raises(libheap.LibheapError, match="did you mean 'types'"):
            heap.run("typs")
        with pytest.raises(libheap.LibheapError, match="did you mean '--tracked'") as caught:
            heap.types("--trakced")
        assert caught.value.code == "EUSAGE"
        with pytest.raises(AttributeError):
            heap.zebra
    with pytest.raises(ValueError, match="closed"):
        heap.types()


def test_records(libheap, commands):
    assert [record.name for record in libheap.commands()] == commands
    types = libheap.command("types")
    assert types.columns[:4] == ["type", "count", "bytes", "tracked"]
    assert {"tracked", "pid", "format"} <= {option.name for option in types.options}
    assert types.complete(["--form"]) == ["--format"]
    assert types.complete(["--pi"]) == [] and types.complete(["--pi"], takes_target=True) == ["--pid"]


def test_stubs_are_of_these_records(libheap):
    run = subprocess.run([sys.executable, os.path.join(ROOT, "tools", "gen-stubs"), "--check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


TYPED = """
import libheap
with libheap.open("core") as heap:
    heap.retained(limit=5, by_type=True).rows
    heap.why(0x7f0000000000, "0x10", type="app.Session")
    [obj.size + 1 for obj in heap.objects(type="dict")]
    heap.types["dict"].name
    heap.types(tracked=True, limit=5).rows
    [thread.frames for thread in heap.threads]
    heap.threads(limit=1, locals=True).summary
"""
WRONG = ["heap.retained(limit='many')", "heap.retained(nonsense=True)", "heap.cycles(layout='tea-leaves')", "heap.objects(tracked=[])",
         "heap.get(1).size", "heap.types(limt=5)", "heap.arenas(limit='five')", "heap.gc(layout='dwarfs')"]


def test_types_are_checked(libheap, tmp_path):
    """mypy takes what is right, and each of what is wrong is a line of its own"""
    if subprocess.run([sys.executable, "-m", "mypy", "--version"], capture_output=True).returncode:
        pytest.skip("no mypy (package mypy)")
    source = tmp_path / "typed.py"
    source.write_text(TYPED + "".join("    %s\n" % line for line in WRONG))
    said = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "--follow-imports=silent", str(source)],
                          capture_output=True, text=True, env=dict(os.environ, MYPYPATH=os.path.join(ROOT, "libheap", "python")))
    lines = {int(line.split(":")[1]) for line in said.stdout.splitlines() if ": error:" in line}
    first = TYPED.count("\n") + 1
    assert lines == set(range(first, first + len(WRONG))), said.stdout + said.stderr


def test_commands_are_described(libheap, sleeper):
    """help() and signatures name the options of a command; dir() the commands, and what there is besides"""
    with libheap.open(sleeper.pid) as heap:
        of_heaps = [command for command in libheap.commands() if command.takes_target]
        for command in of_heaps:
            asked = getattr(heap, command.name.replace("-", "_"))
            names = set(inspect.signature(asked).parameters)
            assert {"words", "limit", "sort", "threads"} <= names and not names & {"format", "pid", "self"}
            assert ("output" in names) == command.writes_file
            assert {option.name.replace("-", "_") for option in command.options if option.metavar == "TYPE"} <= names
            text = pydoc.plain(pydoc.render_doc(asked))
            assert command.summary in text and ("tracked=False" in text or command.name != "types")
        assert {command.name.replace("-", "_") for command in of_heaps} <= set(dir(heap))
        assert {command.name for command in libheap.commands()} - {command.name for command in of_heaps} == {"capture", "fleet"}
        assert not hasattr(heap, "fleet")
        assert {"named", "__call__", "__getitem__"} <= set(dir(heap.types)) and "summary" in dir(heap.garbage)


def test_closed_while_asked(libheap):
    """By a callback, as GDB does when a connection ends while memory is read: the question fails, and nothing freed is used"""
    opened = []

    def close(*_):
        for heap in opened:
            heap.close()
        return b""

    with asleep("kept = [[i] for i in range(100000)]; " + SLEEP) as process:
        opened.append(libheap.open(process.pid, progress=close))
        time.sleep(0.2)  # opening may have told its progress, which is told ten times a second, and leaks may take less
        with pytest.raises(ValueError, match="closed while it was asked"):
            opened[0].run("leaks")
        with pytest.raises(ValueError, match="the heap is closed"):
            opened.pop().run("types")
        read = memory(process.pid)
        heap = libheap.open_reader(lambda addr, size: close() if opened else read(addr, size), maps(process.pid), process.pid)
        opened.append(heap)
        with pytest.raises(ValueError, match="closed while it was asked"):
            heap.run("types")
        with pytest.raises(ValueError, match="the heap is closed"):
            heap.types.named("dict")
