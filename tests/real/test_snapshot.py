# SPDX-License-Identifier: Apache-2.0
"""snapshot: answers are the core's, contents are not in it, and GDB opens it."""
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile

import heaps
import interpreters
import pytest
import sleepers
import target

PIECE = "hunter2-snap-"
VERSIONS = (2, 7), (3, 8), (3, 12)          # and the newest
NUMBER = 5678987651234                      # see the program
QUESTIONS = [
    "info", "types", "gc", "garbage --components", "cycles", "retained", "refaudit", "arenas --classes", "pins", "memory",
    "why --type Session", "why --type dict", "threads --locals", "freelists", "verify", "crash", "sites"]
OF_LIVE = "types", "cycles", "memory", "threads --locals"


def chosen():
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug]
    first = [next((one for one in found if one.version[:2] == version), None) for version in VERSIONS]
    return [one for one in first if one] + found[-1:]


class Dumps:
    """A process, its core, and snapshots of both"""

    def __init__(self, interpreter):
        folder = tempfile.mkdtemp(prefix="py-heap-snapshot-")
        source = os.path.join(target.HERE, "targets", "snapshot_program.py")
        self.program = target.Program([interpreter.path, source, folder, PIECE], folder, {"TOKEN": PIECE + "environment"})
        self.program.wait("ready")
        sleepers.wait_until_asleep(self.program.pid)
        self.core = self.program.words("gcore")[0]
        self.folder = folder
        self.snapshot = self.write("a.snapshot", self.core)
        self.live = self.write("live.snapshot", "-p", str(self.program.pid))

    def write(self, name, *words):
        path = os.path.join(self.folder, name)
        status, _, err = heaps.run(["snapshot", "-o", path] + list(words))
        assert status == 0, err
        return path


@pytest.fixture(scope="module", params=chosen(), ids=lambda one: one.name)
def dumps(request):
    if target.why_not("gcore"):
        pytest.skip(target.why_not("gcore"))
    made = Dumps(request.param)
    yield made
    made.program.remove()


def ask(question, path):
    words = question.split()
    status, out, err = heaps.run(words[:1] + [path] + words[1:] + ["-f", "json", "-n", "0", "--no-values"])
    assert status in (0, 3), err
    answer = json.loads(out)
    kind = answer.pop("target")["kind"]
    return status, kind, answer


def without_pages(answer):
    """The system says of a process which pages are resident; of its core gcore says nothing"""
    pages = "resident", "private_dirty", "shared", "swapped", "malloc_trim", "percent", "mapped"        # [vvar]
    for row in answer["rows"] + [answer["summary"]]:
        for key in pages:
            row.pop(key, None)
    return answer


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_are_the_cores(dumps, question):
    status, _, expected = ask(question, dumps.core)
    found = ask(question, dumps.snapshot)
    assert found == (status, "snapshot", expected)
    if question not in OF_LIVE or dumps.program.lost:
        return
    live = ask(question, dumps.live)
    assert live[:2] == (status, "snapshot") and without_pages(live[2]) == without_pages(expected)


def everywhere():
    """How contents may lie in memory"""
    for encoding in "ascii", "utf-16-le", "utf-32-le":
        yield PIECE.encode(encoding)
    yield struct.pack("<q", NUMBER)
    for number in range(NUMBER, NUMBER + 5):            # two digits of 30 bits
        yield struct.pack("<II", number & 0x3fffffff, number >> 30)
        yield struct.pack("<d", NUMBER / 7.0 + number - NUMBER)


def test_no_secrets(dumps):
    with open(dumps.core, "rb") as core:
        data = core.read()
    assert PIECE.encode() in data and any(text in data for text in list(everywhere())[3:])
    for path in dumps.snapshot, dumps.live:
        with open(path, "rb") as snapshot:
            data = snapshot.read()
        assert [text for text in everywhere() if text in data] == [], path
        assert b"Session" in data and b"snapshot_program.py" in data


def test_values(dumps):
    """With them contents are found; without, it is said that they cannot be"""
    path = dumps.write("values.snapshot", dumps.core, "--values")
    status, out, _ = heaps.run(["find", path, "--value", PIECE + "attribute-7", "-f", "json"])
    assert status == 0 and json.loads(out)["summary"]["objects"] >= 1
    status, _, err = heaps.run(["find", dumps.snapshot, "--value", PIECE])
    assert status == 1 and "blanked in this snapshot" in err


def test_small(dumps):
    """Compressed, and streamed: the same bytes"""
    packed = dumps.write("a.zst", dumps.core)
    assert os.path.getsize(packed) * 10 < os.path.getsize(dumps.core)
    done = subprocess.run([heaps.EXECUTABLE, "snapshot", dumps.core, "-o", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(dumps.snapshot, "rb") as plain:
        assert done.stdout == plain.read() and b"objects" in done.stderr
    assert ask("types", packed)[2] == ask("types", dumps.core)[2]


def test_snapshot_of_a_snapshot(dumps):
    again = dumps.write("again.snapshot", dumps.snapshot, "--values")
    with open(again, "rb") as one, open(dumps.snapshot, "rb") as other:
        one, other = one.read(), other.read()
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), None)
    assert at is None and len(one) == len(other), (at, one[at - 64:at + 64], other[at - 64:at + 64])


def calls(path, executable):
    done = subprocess.run(["gdb", "-nx", "-batch", "-c", path, executable, "-ex", "thread apply all bt"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=120)
    # Where it has no symbols GDB takes words of the stack for callers, which may be numbers.
    return [name for name in re.findall(r"^#\d+ +(?:0x\w+ in )?(\S+)", done.stdout.decode(), re.M) if name != "??"]


def test_gdb(dumps):
    if not shutil.which("gdb"):
        pytest.skip("no gdb")
    executable = os.path.realpath("/proc/%d/exe" % dumps.program.pid)
    expected = calls(dumps.core, executable)
    assert expected and calls(dumps.snapshot, executable) == expected
    assert dumps.program.lost or calls(dumps.live, executable) == expected
