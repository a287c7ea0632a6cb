# SPDX-License-Identifier: Apache-2.0
"""py-heap browse, by its keys in tmux: lists add up to what 'retained' says, and nothing in a heap disturbs the terminal."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

import pytest
from sleepers import asleep

PROGRAM = """
import time
class Session:
    def __init__(self, number):
        self.number = number + 1000000
        self.text = "a secret that nobody is told %d" % number
class Node:
    pass
class Shared:
    pass
KEPT = {"session %d" % i: Session(i) for i in range(300)}
KEPT.update(("list %d" % i, ["item %d of %d" % (n, i) for n in range(i)]) for i in range(60))
KEPT["tuple"] = tuple(str(i) + " in a tuple" for i in range(500))
HOSTILE = {"esc \\x1b[31mred\\x1b]0;title\\x07": [1.5], "line\\nbreak\\ttab": [2.5], "wide " + "\\u6f22\\u5b57" * 40: [3.5],
           "combining e\\u0301\\u0301\\u0301\\u0301 \\u0e01\\u0e34\\u0e49": [4.5], "rtl \\u202eabc\\u202c \\u05d0\\u05d1": [5.5],
           "emoji \\u231a\\U0001f469\\u200d\\U0001f469\\u200d\\U0001f467": [6.5], "long " + "x" * 5000: [7.5],
           "\\u0301mark": [8.5], "lone \\ud800": [9.5]}
NAMES = [type(name, (), {})() for name in ("\\x1b[2J", "a\\nb", "\\u6f22" * 50, "e\\u0301" * 40)]
ONE, OTHER = [Shared()], []
OTHER.append(ONE[0])
NEST = Node(); NEST.child = Node(); NEST.child.child = Node(); NEST.child.child.data = b"x" * 100000
print(1, flush=True)
time.sleep(600)
"""
SECRET = "nobody is told"
LINES = 24
SECONDS = 60
FOOT = 3    # lines below the rows


class Screen:
    """py-heap browse in a tmux of its own"""

    def __init__(self, build, folder, words, columns=80, lines=LINES, **environment):
        self._tmux = ["tmux", "-S", tempfile.mktemp(dir=folder), "-u", "-f", "/dev/null"]
        variables = dict(PYHEAP_CACHE="off", DEBUGINFOD_URLS="", LC_ALL="C.UTF-8", **environment)
        command = "stty > before; env %s %s browse %s; echo status $?; stty > after; sleep 600" % (
            " ".join("%s=%s" % item for item in variables.items()), os.path.join(build, "corefile-tools", "py-heap"),
            shlex.join(map(str, words)))
        subprocess.run([*self._tmux, "new-session", "-d", "-x", str(columns), "-y", str(lines), command], check=True, cwd=folder)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.tmux("kill-server")

    def tmux(self, *words):
        return subprocess.run([*self._tmux, *words], check=True, stdout=subprocess.PIPE, text=True).stdout

    def lines(self):
        return self.tmux("capture-pane", "-p").split("\n")

    def until(self, pattern, seconds=SECONDS):
        """The screen, once there is a match on it and it is drawn: two looks see the same"""
        end, before = time.monotonic() + seconds, None
        while True:
            text = "\n".join(self.lines())
            if text == before and re.search(pattern, text):
                return text
            before = text
            assert time.monotonic() < end, "no %r in\n%s" % (pattern, text)
            time.sleep(0.02)

    def key(self, *keys, then):
        self.tmux("send-keys", "--", *keys)
        return self.until(then)

    def find(self, text):
        self.key("/", then=r"\n find:")
        self.tmux("send-keys", "-l", "--", text)
        self.key("Enter", then=r"\n .*%s.*\n .*\n Enter in" % re.escape(text))    # in the line of what is selected

    def enter(self, *names):
        for name in names:
            self.find(name)
            self.key("Enter", then=r"^.*\n(?!%s\n) below " % re.escape(self.lines()[1]))

    def pid(self):
        shell = self.tmux("list-panes", "-F", "#{pane_pid}").strip()
        return int(subprocess.run(["pgrep", "-f", "py-heap browse", "-P", shell], stdout=subprocess.PIPE, text=True,
                                  check=True).stdout.split()[0])


@pytest.fixture(scope="module", autouse=True)
def can_browse(py_heap):
    if not shutil.which("tmux"):
        pytest.skip("no tmux")
    if "without ncursesw" in py_heap("browse", "/nonexistent").stderr:
        pytest.skip("built without ncursesw")


@pytest.fixture
def browse(build, core, tmp_path):
    def run(*words, **more):
        # by a short name, which leaves room for commands in a line
        screen = Screen(build, str(tmp_path), words or (os.path.relpath(core, tmp_path),), **more)
        screen.until(r"\? help")
        return screen

    return run


@pytest.fixture(scope="module")
def ask(py_heap, core):
    return lambda command, *words: json.loads(py_heap(command, core, *words, "-f", "json").stdout)


def size(number):
    if number < 1024:
        return "%d B" % number
    for unit in "KMG":
        number /= 1024
        if number < 1023.95:
            break
    return "%.1f %cB" % (number, unit)


def rows(lines, columns):
    """(retained, objects, type, name) of each line of a wide terminal"""
    own = 10 if columns >= 100 else 0
    return [(line[1:10].strip(), line[27 + own:39 + own].strip(), line[40 + own:76 + own].strip(), line[77 + own:].strip())
            for line in lines[3:-FOOT] if line[1:10].strip()]


def of_object(row):
    return size(row["retained"]), "{:,}".format(row["dominated"] + 1), row["type"]


def of_others(of_type):
    return size(sum(row["retained"] for row in of_type)), "{:,}".format(sum(row["dominated"] + 1 for row in of_type))


def test_lists_add_up(browse, ask):
    """All rows of a list, and the others by type, are those of 'retained --under'; the sum is the object's own"""
    kept = next(row for row in ask("retained")["rows"] if row["path"] == "sys.modules['__main__'].KEPT")
    below = ask("retained", "--under", kept["address"], "-n", "0")["rows"]
    largest, rest = below[:200], below[200:]
    types = {row["type"] for row in rest}
    with browse(columns=200, lines=230) as screen:
        screen.enter("__main__", "KEPT")
        lines = screen.lines()[:230]
        found = rows(lines, 200)
        assert sorted(row[:3] for row in found if "other" not in row[3]) == sorted(map(of_object, largest))
        others = {row[2]: row for row in found if "other" in row[3]}
        assert set(others) == types and len(found) == 200 + len(types)
        for name in types:
            of_type = [row for row in rest if row["type"] == name]
            assert others[name][:2] == of_others(of_type)
            assert others[name][3] == "%d other%s" % (len(of_type), "s"[:len(of_type) != 1])
        retained = sum(row["retained"] for row in below)
        assert retained + kept["bytes"] == kept["retained"]
        assert lines[228].strip() == "%d objects right below: %s + %s itself = %s" % (
            len(below), size(retained), size(kept["bytes"]), size(kept["retained"]))
        assert [row["retained"] for row in largest] == sorted((row["retained"] for row in largest), reverse=True)
        # a group is entered: the others of its type, and no more
        group = max(types, key=lambda name: sum(row["type"] == name for row in rest))
        of_group = [row for row in rest if row["type"] == group]
        for _ in range([row[2:] for row in found].index((group, others[group][3]))):
            screen.tmux("send-keys", "Down")
        text = screen.key("Enter", then=r"\n others below dict")
        found = rows(text.split("\n")[:230], 200)
        assert sorted(row[:3] for row in found[:200]) == sorted(map(of_object, of_group[:200]))
        assert [row[:2] for row in found[200:]] == [of_others(of_group[200:])] and len(of_group) > 200
        assert "%d objects: %s\n" % (len(of_group), size(sum(row["retained"] for row in of_group))) in text


def test_first_list_adds_up(browse, ask):
    whole = ask("retained", "-n", "1")["summary"]
    with browse(columns=120, lines=600) as screen:
        text = "\n".join(screen.lines())
        assert re.search(r"objects: %s[;\n]" % re.escape(size(whole["bytes"])), text.replace("\n\n", "\n"))
        assert sum(int(row[1].replace(",", "")) for row in rows(text.split("\n")[:600], 120)) == whole["objects"]


def test_types(browse, ask):
    types = sorted(ask("retained", "--by-type", "-n", "0")["rows"], key=lambda row: -row["retained"])
    with browse(columns=120, lines=230) as screen:
        text = screen.key("t", then=r"\n types *\n")
        found = rows(text.split("\n")[:230], 120)
        assert [row[:2] for row in found] == [(size(row["retained"]), "{:,}".format(row["count"])) for row in types]
        screen.find("Session")
        text = screen.key("Enter", then="objects of type __main__.Session")
        assert "\n 300 objects" in text and "100 others" in text


@pytest.mark.parametrize("columns", [80, 120])
def test_keys(browse, ask, columns):
    nest = {row["path"]: row for row in ask("retained", "-n", "0")["rows"]}
    child = nest["sys.modules['__main__'].NEST.child"]
    with browse(columns=columns) as screen:
        assert all(len(line) <= columns for line in screen.lines())
        screen.enter("__main__", "NEST")
        assert child["address"] in screen.until(r"\n 0x\w+  .*child")
        screen.key("m", then="1 marked: %s" % re.escape(size(child["retained"])))
        screen.key("Enter", then="below __main__.Node %s" % child["address"])
        screen.key("m", then="2 marked: %s" % re.escape(size(child["retained"])))     # the other one is below it
        screen.key("y", then="py-heap retained .*core.* --under %s" % child["address"])
        screen.key("p", then=r"\n from a root to .*NEST.child.child")
        assert "sys.modules" in "\n".join(screen.lines()[3:8])
        screen.key("y", then="py-heap why ")
        screen.key("Left", then="\n below __main__.Node")
        screen.key("Left", then="below __main__.Node 0x")
        screen.key("BSpace", then=r"below dict .*__dict__")
        screen.find("ONE")
        screen.key("r", then="\n what it refers to: list")
        screen.key("u", then="2 references of 2 objects")
        assert "OTHER" not in screen.until("__main__.Shared") and "[0]" in "\n".join(screen.lines())
        screen.key("y", then="py-heap referrers ")
        screen.key("Left", "Left", then=r"below dict .*__dict__")
        screen.key("s", then="\n by own size")
        screen.key("s", then="\n by objects")
        screen.key("s", then="\n by retained size")
        screen.find("KEPT")
        screen.key("Enter", then="others")
        first = screen.lines()[3]
        screen.key("End", then="\n 0x")
        assert screen.lines()[3] != first
        screen.key("Home", "NPage", "PPage", "Up", "k", "j", "h", then=r"below dict .*__dict__")
        screen.key("t", then="\n types")
        screen.key("y", then="py-heap retained .* --by-type")
        screen.find("Session")
        screen.key("Right", then="objects of type __main__.Session")
        screen.key("v", then="py-heap object .* 0x")
        screen.key("q", then="objects of type __main__.Session")
        screen.key("w", then="There are none")
        screen.key("q", then="objects of type __main__.Session")
        screen.key("?", then="the path from a root to it")
        screen.key("q", then="objects of type __main__.Session")
        screen.find("Session")
        screen.key("n", then="0x")
        screen.key("q", then="status 0")


def test_hostile_names(browse):
    """No text moves the cursor, breaks a line or runs over its end"""
    with browse(columns=80) as screen:
        screen.enter("__main__", "HOSTILE")
        lines = screen.lines()
        text = "\n".join(lines[3:LINES - FOOT])
        assert r"['line\nbreak\ttab']" in text and r"\u202eabc" in text and r"\x07']" in text and "e\u0301" in text
        assert len([line for line in lines[3:LINES - FOOT] if line.strip()]) == 10
        assert re.match(r" what|  RETAINED", lines[2]) and lines[LINES - 1].strip().startswith("Enter in")
        assert screen.tmux("display-message", "-p", "#{pane_title}") != "title\n"
        for _ in range(9):
            screen.tmux("send-keys", "Down")
        screen.until(r"\n 0x\w+  list  \['lone")
        screen.key("Left", then=r"below dict .*__dict__")
        screen.enter("NAMES")
        lines = screen.lines()
        assert r"a\nb" in "\n".join(lines) and len([line for line in lines[3:LINES - FOOT] if line.strip()]) == 4
        screen.key("t", then="\n types")
        screen.find(r"\x1b[2J")


def test_values_are_hidden(browse, core):
    for words, environment in (([core, "--no-values"], {}), ([core], {"PYHEAP_VALUES": "off"})):
        with browse(*words, columns=120, lines=60, **environment) as screen:
            screen.enter("__main__", "KEPT")
            assert "session " not in screen.until("<str of ")
            screen.key("t", then="\n types")
            screen.find("__main__.Session")
            screen.key("Enter", then="objects of type")
            screen.key("r", then="what it refers to")
            while "str" not in screen.lines()[60 - FOOT]:
                screen.key("Down", then="\n 0x")
            text = screen.key("v", then="py-heap object")
            assert SECRET not in text and "<str of" in text


def test_contents_are_shown(browse):
    with browse(columns=120) as screen:
        screen.enter("__main__", "KEPT", "session ")
        screen.find(".text")
        assert SECRET in screen.key("v", then="py-heap object")


def test_resize(browse):
    with browse(columns=80) as screen:
        screen.enter("__main__", "KEPT")
        for columns, lines in ((120, 40), (40, 10), (20, 3), (80, 24)):
            screen.tmux("resize-window", "-x", str(columns), "-y", str(lines))
            screen.key("Down", then="")
        screen.until(r"OBJECTS TYPE .*\n(.*\n){19}.*right below: .*\n Enter in")


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (None, 0)])
def test_terminal_is_restored(browse, tmp_path, number, status):
    with browse() as screen:
        if number == signal.SIGINT:
            screen.tmux("send-keys", "C-c")
        elif number:
            os.kill(screen.pid(), number)
        else:
            screen.tmux("send-keys", "q")
        text = screen.until("status %d" % status)
        assert "RETAINED" not in text and screen.tmux("display-message", "-p", "#{cursor_flag}") == "1\n"
        end = time.monotonic() + 10
        while not (tmp_path / "after").exists() or not (tmp_path / "after").stat().st_size:
            assert time.monotonic() < end
            time.sleep(0.02)
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()


def test_running_process(browse):
    with asleep(PROGRAM) as process:
        with browse("-p", process.pid) as screen:
            screen.enter("__main__", "NEST")
            screen.key("y", then="py-heap retained -p %d --under 0x" % process.pid)
            screen.key("q", then="status 0")


def test_a_core_that_shrinks(browse, core, tmp_path):
    """The terminal is as it was, and the line that says why is to be read"""
    copy = tmp_path / "core"
    shutil.copy(core, copy)
    with browse(copy, columns=120) as screen:
        os.truncate(copy, 4096)
        screen.tmux("send-keys", "Enter")
        text = screen.until("status 1")
        together = "".join(text.split())        # the path may be as long as the line
    assert "wastruncatedwhileitwasread" in together and "RETAINED" not in text


def test_what_is_wrong(py_heap, core, tmp_path, build):
    run = py_heap("browse", core)
    assert run.returncode == 2 and "is not a terminal: scripts have 'py-heap retained TARGET -f json'" in run.stderr
    run = py_heap("browse")
    assert run.returncode == 2 and "no target" in run.stderr
    for words in (["browse", "--help"], ["help", "browse"]):
        run = py_heap(*words)
        assert run.returncode == 0 and "Usage: py-heap browse TARGET" in run.stdout
        assert max(map(len, run.stdout.split("\n"))) <= 90
    for term in ("dumb", "nothing-of-that-name"):
        with Screen(build, str(tmp_path), [core], TERM=term) as screen:
            assert "TERM is '%s'" % term in screen.until("status 1").replace("\n", "")
    with Screen(build, str(tmp_path), ["/nonexistent"]) as screen:
        assert "/nonexistent" in screen.until("status 1")


def test_without_ncursesw(tmp_path):
    """A build without it says what to install"""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    main = tmp_path / "main.c"
    main.write_text('#include "cli.h"\nint main(void) { return cli_browse(0, 0, 0); }\n')
    words = ["cc", "-I", os.path.join(root, "libheap"), "-I", os.path.join(root, "corefile-tools"), "-o", tmp_path / "main", main,
             os.path.join(root, "corefile-tools", "no_browse.c")]
    subprocess.run(words, check=True)
    run = subprocess.run([tmp_path / "main"], stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 2 and "built without ncursesw: install libncurses-dev" in run.stderr
