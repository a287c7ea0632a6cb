# SPDX-License-Identifier: Apache-2.0
"""report: the commands' answers in one document, without contents."""

import json
import os
import re
import shlex
import struct
import subprocess

import pytest

SECRET = "hunter2"

PROGRAM = """
import gc, threading, time

class Session(object):
    def __init__(self, number):
        self.password, self.buffer = "%(secret)s-%%d" %% number, bytearray(2000)

CACHE = {"%(secret)s key %%d" %% i: Session(i) for i in range(5000)}
Odd = type("pipe|tick`\\n<b>*", (), {"__slots__": ("held",)})
odd = [Odd() for i in range(4000)]
gc.disable()
for i in range(20):
    lost = Session(i)
    lost.me = lost
del lost
print(1, flush=True)
time.sleep(600)
""" % {"secret": SECRET}

WORDS = {"info": ["info"], "verdict": ["leaks"], "memory": ["memory", "--depth", "2"], "types": ["types", "-n", "25"],
         "holders": ["retained", "--points", "-n", "25"], "garbage": ["garbage", "-n", "10"], "threads": ["threads", "-n", "100"]}


@pytest.fixture(scope="module")
def report(py_heap, core, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")

    def make(name, *words):
        path = folder / name
        run = py_heap("report", core, "-o", path, "-f", "json", *words)
        assert (run.returncode, run.stderr) == (0, ""), run.stderr
        answer = json.loads(run.stdout)
        assert answer["summary"]["bytes"] == path.stat().st_size and answer["complete"]
        return path, answer

    return make


def test_json_is_the_commands_answers(py_heap, core, report):
    path, answer = report("heap.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert (document["py_heap"], document["command"], document["values"], document["complete"]) == (1, "report", False, True)
    assert [section["name"] for section in document["sections"]] == list(WORDS) == [row["section"] for row in answer["rows"]]
    for section in document["sections"]:
        command, *words = WORDS[section["name"]]
        if command in ("types", "memory"):  # asked in one session in tests/real
            continue
        assert section["answer"] == json.loads(py_heap(command, core, *words, "--no-values", "-f", "json").stdout), section["name"]
    verdict = document["sections"][1]["answer"]
    assert answer["summary"]["suspects"] == verdict["summary"]["suspects"] >= 1 and "CACHE" in verdict["rows"][0]["title"]


def tables(text):
    """Rows of cells; a | in a cell is escaped"""
    found = []
    for block in re.findall(r"(?:^\|.*\|$\n)+", text, re.M):
        found.append([[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()])
    return found


def test_markdown(core, report):
    text = report("heap.md")[0].read_text(encoding="utf-8")
    assert text.startswith("# Heap report\n\n") and [line[3:] for line in re.findall("^## .*$", text, re.M)] == [
        "What it is", "What is wrong", "Where the memory is", "What fills the heap", "Who keeps it alive", "What waits for the collector",
        "What the threads do", "How sure we are"]
    for table in tables(text):
        assert len({len(row) for row in table}) == 1 and re.match("^-+:?$", table[1][0]), table
    sections = json.loads(report("heap.json")[0].read_text(encoding="utf-8"))["sections"]
    rows, = [section["answer"]["rows"] for section in sections if section["name"] == "types"]
    types, = [table for table in tables(text) if table[0][0] == "type" and len(table) == 27]
    assert [row[0].strip("`") for row in types[2:] if "pipe" not in row[0]] == [
        row["type"] for row in rows if "pipe" not in row["type"]]
    assert [row[1] for row in types[2:]] == ["{:,}".format(row["count"]) for row in rows]
    assert "1. bytes " in text and "sys.modules['__main__'].CACHE`" in text and "`py-heap retained %s --under 0x" % core in text
    assert "All memory that was needed was there, and made sense." in text


def test_hostile_names(report):
    """Nothing in a name is Markdown, or ends a cell"""
    text = report("heap.md")[0].read_text(encoding="utf-8")
    assert [row for table in tables(text) for row in table if row[0] == "`__main__.pipe\\|tick'\\n<b>*`"]


@pytest.mark.parametrize("suffix", ["md", "json"])
def test_no_contents_and_the_same_bytes(report, suffix):
    path, _ = report("heap." + suffix)
    hidden = path.read_bytes()
    assert SECRET.encode() not in hidden
    assert report("again." + suffix)[0].read_bytes() == hidden
    assert report("threads." + suffix, "--threads", "1")[0].read_bytes() == hidden
    shown = report("shown." + suffix, "--values")[0].read_text(encoding="utf-8")
    assert "It has contents" in shown if suffix == "md" else json.loads(shown)["values"]


@pytest.mark.parametrize("words, message", [([], "no file: give -o FILE.html, FILE.md or FILE.json"),
                                            (["-o", "x.txt"], "the file's suffix says its format: .html, .md or .json, not 'x.txt'")])
def test_usage(py_heap, words, message):
    run = py_heap("report", "no such core", *words)
    assert (run.returncode, run.stdout) == (2, "") and run.stderr.startswith("py-heap: report: %s\n" % message)


def test_files_that_cannot_be_written(py_heap, core, build, tmp_path):
    old = tmp_path / "old.md"
    old.write_text("old")
    old.chmod(0o400)
    for path in (old, tmp_path / "no" / "such.md", "/proc/nothing.json"):
        run = py_heap("report", core, "-o", path)
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1) and run.stderr.startswith("py-heap: write %s: " % path)
    run = subprocess.run(["sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" report \"$1\" -o \"$2/full.json\"",
                          build + "/corefile-tools/py-heap", core, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, run.stderr) == (1, "py-heap: write %s/full.json: File too large\n" % tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["old.md"] and old.read_text() == "old"


def without_last_segment(data):
    """The core without what its last writable segment has: the main thread's stack"""
    data = bytearray(data)
    offset, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
    writable = [at for at in range(offset, offset + count * 56, 56) if struct.unpack_from("<II", data, at)[0] == 1
                and struct.unpack_from("<II", data, at)[1] & 2 and struct.unpack_from("<Q", data, at + 32)[0]]
    struct.pack_into("<Q", data, writable[-1] + 32, 0)
    return bytes(data)


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_what_is_missing_is_said(py_heap, core, tmp_path, suffix):
    with open(core, "rb") as stream:
        (tmp_path / "cut").write_bytes(without_last_segment(stream.read()))
    run = py_heap("report", tmp_path / "cut", "-o", tmp_path / ("heap." + suffix), "-f", "json")
    assert run.returncode == 0, run.stderr
    text = (tmp_path / ("heap." + suffix)).read_text(encoding="utf-8")
    assert not json.loads(run.stdout)["complete"] and "Something is missing: the answers are about what is there." + (
        "\n\n- " if suffix == "md" else "</p>\n<ul>\n<li>") in text


def test_names_with_spaces(py_heap, core, tmp_path):
    """Commands to type name them as a shell takes them"""
    odd = tmp_path / "a core's file"
    os.symlink(str(core), str(odd))
    run = py_heap("report", odd, "-o", tmp_path / "report.md")
    assert run.returncode == 0, run.stderr
    commands = [line for line in (tmp_path / "report.md").read_text(encoding="utf-8").splitlines() if "py-heap " in line and "core" in line]
    assert commands and all(shlex.quote(str(odd)) in line or str(odd) not in line for line in commands)
    run = py_heap("export", core, "-o", tmp_path / "the heap.sqlite")
    assert run.returncode == 0 and "sqlite3 '%s'" % (tmp_path / "the heap.sqlite") in run.stdout, run.stdout
