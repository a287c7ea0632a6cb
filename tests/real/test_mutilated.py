# SPDX-License-Identifier: Apache-2.0
"""
Cores that lack something: the end, a note, all notes, a segment, program headers.

Whatever is taken away, each command ends soon and by itself: with what the whole core answers, with a part of that which says that
it is one (`complete` is false), or with a line that says what is wrong.
"""
import contextlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys

import compare
import heaps
import interpreters
import pytest
import target

COMMANDS = "info", "types", "gc", "garbage", "arenas", "freelists", "waste", "sites", "leaks", "memory", "pins"
# They end as the others do, but of memory that nothing says was there they have less, and the rest they still explain.
ABOUT_MEMORY = "leaks", "memory", "pins"
PATIENCE_EACH = 20           # seconds; a whole core of this size takes 0.1
PT_LOAD, PT_NOTE, PT_NULL = 1, 4, 0
PHDR = struct.Struct("<IIQQQQQQ")        # type, flags, offset, vaddr, paddr, filesz, memsz, align
NAMES = {1: "PRSTATUS", 2: "FPREGSET", 3: "PRPSINFO", 6: "AUXV", 0x46494c45: "FILE", 0x53494749: "SIGINFO", 0x202: "X86_XSTATE"}
SEGMENTS = 12                # how many of them are emptied, one at a time
# What info says of files and of where it knows things from may be less without the note or the page that told it.
ABOUT_FILES = {"executable", "libpython", "build_id", "python_file", "debug_file", "debug_file_by", "layout_origin"}
PROGRAM = '''
import gc, time
gc.disable()
class Marker: pass
kept = [Marker() for i in range(20000)]
for i in range(1000):
    a, b = Marker(), Marker()
    a.b, b.a = b, a
open("ready", "w").close()
time.sleep(600)
'''


class Core:
    """A core that is changed in place, and changed back"""

    def __init__(self, path):
        self.path, self.size = path, os.path.getsize(path)
        with open(path, "rb") as core:
            header = core.read(64)
            self.phoff, self.phnum = struct.unpack_from("<Q", header, 32)[0], struct.unpack_from("<H", header, 56)[0]
            core.seek(self.phoff)
            table = core.read(self.phnum * PHDR.size)
        self.headers = list(PHDR.iter_unpack(table))
        self.whole = {command: self.ask(command)[2] for command in COMMANDS}

    def ask(self, command, path=None):
        """(exit status, what it said on standard error, the JSON answer)"""
        done = subprocess.run([heaps.EXECUTABLE, command, path or self.path, "-f", "json", "-n", "0"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE_EACH)
        out = done.stdout.decode()
        return done.returncode, done.stderr.decode(), json.loads(out) if out else None

    def indices(self, kind):
        return [i for i, header in enumerate(self.headers) if header[0] == kind]

    def at(self, index, field):
        """File offset of a field of a program header: 0 the type, 32 the size in the file"""
        return self.phoff + index * PHDR.size + field

    def notes(self):
        """(file offset, its name) of each note"""
        found = []
        with open(self.path, "rb") as core:
            for i in self.indices(PT_NOTE):
                at, size = self.headers[i][2], self.headers[i][5]
                core.seek(at)
                data, done = core.read(size), 0
                while done + 12 <= len(data):
                    namesz, descsz, kind = struct.unpack_from("<III", data, done)
                    found.append((at + done, NAMES.get(kind, "%#x" % kind)))
                    done += 12 + (namesz + 3) // 4 * 4 + (descsz + 3) // 4 * 4
        return found

    @contextlib.contextmanager
    def changed(self, *changes):
        """Each change: (file offset, new bytes)"""
        with open(self.path, "r+b") as core:
            before = []
            for at, data in changes:
                core.seek(at)
                before.append((at, core.read(len(data))))
                core.seek(at)
                core.write(data)
        try:
            yield
        finally:
            with open(self.path, "r+b") as core:
                for at, data in reversed(before):
                    core.seek(at)
                    core.write(data)


def what_changed(whole, said):
    """Keys of the summary that differ, and rows"""
    keys = [key for key in whole["summary"] if whole["summary"][key] != said["summary"].get(key) and key not in ABOUT_FILES]
    return keys + (["rows"] if whole["rows"] != said["rows"] else [])


def judge(wrong, core, how, path=None, clue=""):
    """Holds each command to what this module says, and a refusal to giving the clue; prints whole, part or refused for each"""
    words = []
    for command in COMMANDS:
        wrong.compared += 1
        example = "%s: %s" % (command, how)
        try:
            status, err, said = core.ask(command, path)
        except subprocess.TimeoutExpired:
            wrong.wrong("takes longer than %d seconds" % PATIENCE_EACH, example)
            continue
        except ValueError:
            wrong.wrong("answers with broken JSON", example)
            continue
        words.append("whole" if status != 1 else "refused")
        if status not in (0, 1, 3):
            wrong.wrong("ends with status %d" % status, "%s: %s" % (example, err[-300:]))
        elif status == 1 and (said or len(err.splitlines()) != 1 or not re.match("py-heap: .{20}", err)):
            wrong.wrong("refuses, but not in one clear line", "%s: %r" % (example, err[:300]))
        elif status == 1 and clue not in err:
            wrong.wrong("refuses without saying %r" % clue, "%s: %r" % (example, err[:300]))
        elif status != 1 and not said["complete"]:
            words[-1] = "part"
            if not said["warnings"]:
                wrong.wrong("does not say what is missing", example)
        elif status != 1 and command not in ABOUT_MEMORY and what_changed(core.whole[command], said):
            wrong.wrong("answers otherwise, and says that this is all",
                        "%s: %s" % (example, ", ".join(what_changed(core.whole[command], said))))
    sys.stdout.write("%s: %s\n" % (how, " ".join("%s=%s" % pair for pair in zip(COMMANDS, words))))


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    found = [i for i in interpreters.find() if not i.unsupported() and not i.allocator and not i.debug]
    if not found:
        pytest.skip("no interpreter")
    chosen = [i for i in found if i.path.startswith("/usr/")] or found
    one = target.Program([chosen[-1].path, "-c", PROGRAM], tmp_path_factory.mktemp("mutilated"))
    one.wait("ready")
    yield one
    one.remove()


@pytest.fixture(scope="module", params=["gcore", "kernel"])
def core(request, program):
    if target.why_not(request.param):
        pytest.skip(target.why_not(request.param))
    if request.param == "kernel" and request.config.getoption("--quick"):
        pytest.skip("--quick: gcore's core only")
    one = Core(program.words(request.param)[0])
    for command in COMMANDS:
        assert one.whole[command] and one.whole[command]["complete"], command
    return one


def test_cut(core, tmp_path):
    wrong, path = compare.Collector(), str(tmp_path / "cut")
    for percent in range(10, 100, 10):
        shutil.copy(core.path, path)
        os.truncate(path, core.size * percent // 100)
        judge(wrong, core, "cut at %d%%" % percent, path, "truncated")
    wrong.finish("cut cores")


def test_note_removed(core):
    wrong = compare.Collector()
    assert core.notes()
    for at, name in core.notes():
        with core.changed((at + 8, b"\0\0\0\0")):
            judge(wrong, core, "no note %s" % name, clue="names no mapped files")
    wrong.finish("cores without a note")


def test_no_notes(core):
    wrong = compare.Collector()
    with core.changed(*[(core.at(i, 0), struct.pack("<I", PT_NULL)) for i in core.indices(PT_NOTE)]):
        judge(wrong, core, "no notes", clue="names no mapped files")
    wrong.finish("cores without notes")


def test_segment_empty(core):
    wrong = compare.Collector()
    filled = [i for i in core.indices(PT_LOAD) if core.headers[i][5]]
    for i in filled[::max(1, len(filled) // SEGMENTS)]:
        with core.changed((core.at(i, 32), b"\0" * 8)):
            _, flags, _, start, _, size, _, _ = core.headers[i]
            judge(wrong, core, "segment at %#x empty (%d bytes, flags %d)" % (start, size, flags), clue="not in the dump")
    wrong.finish("cores with an empty segment")


def test_no_all_clear(core):
    """What says that nothing is wrong says so of all, or says that it is not all"""
    clear = re.compile(r"Nothing stands out\.$|pointers to them\.$|would free .* B\.$|accounted for\.$|of their bytes used\.$", re.M)
    filled = [i for i in core.indices(PT_LOAD) if core.headers[i][5] > 4096 and core.headers[i][1] & 2]
    wrong, partly = compare.Collector(), 0
    for i in filled[::max(1, len(filled) // SEGMENTS)]:
        with core.changed((core.at(i, 32), b"\0" * 8)):
            for command in "leaks", "refaudit", "pins":
                status, out, _ = heaps.run([command, core.path])
                wrong.compared += 1
                partly += status != 1
                if status != 1 and clear.search(out):
                    wrong.wrong("an all-clear of what was not seen", "%s without segment %#x: %s" % (
                        command, core.headers[i][3], clear.search(out).group()))
    assert partly, "all were refused: nothing was compared"
    wrong.finish("answers about cores with an empty segment")


def is_bss(core, index):
    """Anonymous memory right behind the program's own"""
    before, this = core.headers[index - 1], core.headers[index]
    return this[3] < 1 << 32 and before[0] == PT_LOAD and before[3] + before[6] == this[3] and this[1] == 6


def test_segment_gone(core):
    """Not even its header is there. Of .bss no note and no pointer in a ring or pool tells: that is not noticed"""
    wrong = compare.Collector()
    loads = [i for i in core.indices(PT_LOAD) if not is_bss(core, i)]
    for i in loads[1::max(1, len(loads) // SEGMENTS)]:
        with core.changed((core.at(i, 0), struct.pack("<I", PT_NULL))):
            _, flags, _, start, _, size, _, _ = core.headers[i]
            judge(wrong, core, "no segment at %#x (%d bytes, flags %d)" % (start, size, flags))
    wrong.finish("cores without a segment")


def test_number_of_headers(core):
    wrong = compare.Collector()
    for number in 0, 1, 2, core.phnum // 2, core.phnum - 1, core.phnum + 1, core.phnum + 1000, 0xfffe, 0xffff:
        with core.changed((56, struct.pack("<H", number))):
            judge(wrong, core, "%d of %d program headers" % (number, core.phnum))
    wrong.finish("cores with another number of program headers")
