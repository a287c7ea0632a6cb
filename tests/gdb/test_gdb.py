# SPDX-License-Identifier: Apache-2.0
"""The plugin: what is registered, what is refused, and that GDB prints the bytes that py-heap prints."""

import json
import os
import subprocess
import tempfile

import pytest
from gdbs import every_gdb, remote_line

NAMES = ["info", "crash", "leaks", "types", "diff", "find", "gc", "garbage", "cycles", "retained", "interned", "sites", "waste", "object",
         "refs", "referrers", "why", "threads", "refaudit", "verify", "memory", "arenas", "pins", "orphans", "freelists", "report",
         "export", "snapshot"]
ADDRESSED = {"object", "refs", "referrers", "why", "arenas", "sites"}


def words_of(name, address, earlier):
    if name == "diff":
        return [name, str(earlier)]
    if name == "find":
        return [name, "--min-bytes", "10K"]
    if name == "report":
        return [name, "-o", os.path.join(tempfile.gettempdir(), "py-heap-gdb.json")]
    if name == "snapshot":
        return [name, "-o", os.path.join(tempfile.gettempdir(), "py-heap-gdb.snapshot")]
    if name == "export":
        return [name, "-o", os.path.join(tempfile.gettempdir(), "py-heap-gdb.sqlite")]
    return [name, address] if name in ADDRESSED else [name]


@every_gdb
def test_registered(gdb):
    done = gdb("complete py-heap ", "py-heap", "help py-heap")
    assert set(done.parts[0].split("\n")) - {""} == {"py-heap " + name for name in NAMES}
    for name in NAMES:
        assert "py-heap %s " % name in done.parts[1] and "py-heap %s " % name in done.parts[2]


OF_THE_SHELL = ["--pid", "--coredumpctl", "--no-stop", "--watch", "--exe", "--sysroot", "--debug-dir", "--max-memory", "--no-sandbox",
                "core.1234", "CORE", "(gdb)"]


@pytest.mark.parametrize("name", NAMES)
def test_help_is_the_shells_but_for_the_target(gdb, py_heap, name):
    done = gdb("help py-heap " + name, "py-heap %s --help" % name)
    shells = py_heap("help", name).stdout
    assert done.parts[0].strip() == done.parts[1].strip() and "Usage: py-heap " + name in done.parts[1]
    assert not [word for word in OF_THE_SHELL if word in done.parts[1]]
    # What is not about the target is the same, line by line.
    paragraph = shells.split("\n\n")[2]
    assert paragraph in done.parts[1]
    options = [line for line in shells.splitlines() if line.startswith(("  -", "      --"))]
    assert [line for line in options if not any(word in line for word in OF_THE_SHELL)] == [
        line for line in done.parts[1].splitlines() if line.startswith(("  -", "      --"))]
    assert ("ADDR may be any GDB expression" in done.parts[1]) == (name in ADDRESSED)


def test_help_lists_commands_once(gdb):
    text = gdb("help py-heap").parts[0]
    for name in NAMES:
        assert text.count("py-heap %s " % name) == 1


@every_gdb
def test_expressions_are_addresses(gdb, sleeper):
    marker = sleeper.address
    ways = ["$o", "(char *) $o + 0", "'(char *)$o'", "(char*)$o+0", marker]
    done = gdb("set $o = (char *) %s" % marker, *("py-heap object %s -f json" % way for way in ways),
               "py-heap retained --under $o -f json", pid=sleeper.pid)
    for part in done.parts[1:-1]:
        assert json.loads(part)["summary"]["address"] == marker, done.stderr
    assert json.loads(done.parts[-1])["rows"], done.stderr


@pytest.mark.parametrize("debug", [False, True])
def test_names_are_addresses(gdb, sleeper, debug):
    """With debug information GDB knows their types"""
    done = gdb("py-heap object PyDict_Type -f json", "py-heap object &PyDict_Type -f json",
               "print $py_heap_object(&PyDict_Type)", pid=sleeper.pid, debug=debug)
    assert [json.loads(part)["summary"]["repr"] for part in done.parts[:2]] == ["<class 'dict'>"] * 2, done.stderr
    assert "= (PyObject *) 0x" in done.parts[2] or not debug


@every_gdb
def test_expressions_of_a_core(gdb, core, sleeper):
    marker = sleeper.address
    done = gdb("set $o = (char *) %s" % marker, "py-heap object (char *) $o + 0 -f json", "py-heap why $o -f json",
               "py-heap refs ((unsigned long) $o + 8) -f json", "output $py_heap_type($o + 8)",
               "output/x (long) $py_heap_object($o + 8)", core=core)
    assert json.loads(done.parts[1])["summary"]["address"] == marker, done.stderr
    assert json.loads(done.parts[2])["rows"] and json.loads(done.parts[3])["rows"], done.stderr
    assert done.parts[4:6] == ['"__main__.Node"', marker]


@every_gdb
def test_registers_are_addresses(gdb, sleeper):
    """What stands in a register; it gets its own value back, the process goes on"""
    done = gdb("set $before = $rbx", "set var $rbx = %s" % sleeper.address, "py-heap object $rbx -f json",
               "py-heap refs $rbx -f json", "py-heap why $rbx -f json", "set var $rbx = $before", pid=sleeper.pid)
    assert json.loads(done.parts[2])["summary"]["address"] == sleeper.address, done.stderr
    assert json.loads(done.parts[3])["rows"] and json.loads(done.parts[4])["rows"], done.stderr


@every_gdb
def test_functions(gdb, sleeper):
    """What an address points to or into; "<no object>" is a type that nothing has"""
    marker = sleeper.address
    done = gdb("output $py_heap_type(%s)" % marker, "output/x (long) $py_heap_object(%s + 8)" % marker,
               "output $_streq($py_heap_type(%s + 8), \"__main__.Node\")" % marker,
               "output (long) $py_heap_object(16)", "output $py_heap_type(16)", "output $py_heap_type(&PyDict_Type)",
               "py-heap object $py_heap_object(%s + 8) -f json" % marker, "help function py_heap_object", pid=sleeper.pid)
    assert done.parts[:6] == ['"__main__.Node"', marker, "1", "0", '"<no object>"', '"type"'], done.stderr
    assert json.loads(done.parts[6])["summary"]["address"] == marker
    assert "$py_heap_object (ADDR)" in done.parts[7]


def test_functions_without_a_target(gdb):
    done = gdb("print $py_heap_type(16)")
    assert "nothing is being debugged" in done.stderr


def test_functions_of_a_process_without_python(gdb):
    with subprocess.Popen(["sleep", "600"]) as process:
        try:
            done = gdb("print $py_heap_type(16)", pid=process.pid)
        finally:
            process.kill()
    assert "py-heap: find CPython: " in done.stderr and "LibheapError" not in done.stderr


@every_gdb
def test_no_code_runs_for_an_expression(gdb, sleeper):
    done = gdb("py-heap object nosuch", "py-heap object (char*)malloc(1)", "show may-call-functions", pid=sleeper.pid)
    assert "py-heap: nosuch: No symbol " in done.stderr
    assert "may-call-functions is off" in done.stderr and "is on" in done.parts[2]


def test_format_is_a_default(gdb, core):
    done = gdb("set py-heap format json", "py-heap info", "py-heap info -f text", core=core)
    assert json.loads(done.parts[1])["command"] == "info" and done.parts[2].startswith("CPython")


@every_gdb
def test_completion(gdb):
    done = gdb("complete py-heap types --tr", "complete py-heap types --layout d", "complete py-heap types --s",
               "complete set py-heap ")
    assert done.parts[0] == "py-heap types --tracked\n"
    assert done.parts[1] == "py-heap types --layout derived\npy-heap types --layout dwarf\n"
    assert done.parts[2] == "py-heap types --sort\n"  # --sysroot is of the shell only
    assert "set py-heap limit\n" in done.parts[3]


@every_gdb
def test_completion_of_the_last_answer(gdb, core):
    """Types of all rows, addresses of those that are shown; of the last answer of the session"""
    done = gdb("complete py-heap find --type __main__", "py-heap types -n 1", "complete py-heap find --type __main__.N",
               "complete py-heap object 0x", "py-heap find --type __main__.Node -n 2", "complete py-heap object 0x",
               "complete py-heap retained --under ", core=core)
    assert not done.parts[0] and done.parts[2] == "py-heap find --type __main__.Node\n" and not done.parts[3], done.stderr
    shown = [line.split()[0] for line in done.parts[4].splitlines() if line.startswith("0x")]
    assert len(shown) == 2 and sorted(done.parts[5].split()) == sorted(shown + ["py-heap", "object"] * 2)
    assert done.parts[6].count("--under 0x") == 2


@pytest.mark.parametrize("command, text", [
    ("py-heap typs", "py-heap: there is no command 'typs', did you mean 'types'?"),
    ("py-heap fleet top", "py-heap: fleet is a command of the shell: it opens dumps itself, and asks nothing of this one"),
    ("py-heap types --trakced", "py-heap: types: unknown option '--trakced', did you mean '--tracked'?"),
    ("py-heap types --pid 3",
     "py-heap: types: '--pid' names a target; here the target is what is being debugged"),
    ("py-heap types", "py-heap: nothing is being debugged: attach to a process or load a core first"),
    ("set py-heap layout foo", 'Undefined item: "foo".'),
])
def test_errors_are_one_line(gdb, command, text):
    assert gdb(command).stderr == text + "\n"


@pytest.mark.parametrize("command, said", [
    ("set py-heap exe /bin/ls", "py-heap: set py-heap exe /bin/ls: another build (build-id "),
    ("set py-heap sysroot /nosuch", "py-heap: set py-heap sysroot /nosuch: No such file or directory"),
    ("set py-heap debug-dir /etc/passwd", "py-heap: set py-heap debug-dir /etc/passwd: it is no folder")])
def test_messages_name_what_gdb_has(gdb, sleeper, command, said):
    done = gdb(command, "py-heap info", pid=sleeper.pid)
    ours = done.stderr.splitlines()[-1]  # GDB may miss a source file of libc
    assert ours.startswith(said) and "--" not in ours, done.stderr


def test_hint_at_object(gdb, core):
    done = gdb("py-heap refs 0x10", "py-heap types -n 1", core=core)
    assert done.stderr.endswith("; 'py-heap object' tells more\n")
    assert " more rows (--limit 0 shows all)\n" in done.parts[1]


def test_sourcing_twice_is_harmless(gdb):
    plugin = os.path.join(os.path.dirname(__file__), "..", "..", "gdbplugin", "py-heap.py")
    done = gdb("source " + plugin, "complete py-heap ty")
    assert done.parts[1] == "py-heap types\n" and done.stderr == ""


# Of every GDB: what needs memory alone, registers, names of registers, and mappings.
IN_OTHERS = [(suite, name) for suite in ("trixie", "sid") for name in ("types", "threads", "crash", "refaudit", "memory")]


def comparable(text):
    """The document without the target, whose name differs; text without the lines that name it."""
    if not text.startswith("{"):
        return [line for line in text.splitlines() if not line.startswith(("Next:", "      py-heap"))]
    document = json.loads(text)
    document.pop("target")
    return document


@pytest.mark.parametrize("suite, name, form", [("host", name, form) for name in NAMES for form in ("text", "json", "csv")] + [
    (suite, name, "text") for suite, name in IN_OTHERS], indirect=["suite"], scope="session")
def test_core_gives_the_shells_answer(gdb, py_heap, core, sleeper, name, form):
    words = words_of(name, sleeper.address, core)
    shell = py_heap(words[0], core, *words[1:], "-f", form)
    assert shell.returncode == 0, shell.stderr
    done = gdb("py-heap %s -f %s" % (" ".join(words), form), core=core)
    assert comparable(done.parts[0]) == comparable(shell.stdout), done.stderr


def without_the_moment(text):
    """Not the signal, which a debugger may have stopped the process with; nor what a stop leaves below the stack pointer; nor pages that
    other processes have at the time."""
    document = comparable(text)
    document["rows"] = [row for row in document["rows"] if row.get("part") != "other words left out"]
    for values in [document["summary"]] + document["rows"]:
        values.pop("verdict", None)
        values.pop("shared", None)
    return document


@pytest.mark.parametrize("suite, name", [("host", name) for name in NAMES] + IN_OTHERS, indirect=["suite"], scope="session")
def test_process_gives_the_shells_answer(gdb, py_heap, core, sleeper, name):
    words = words_of(name, sleeper.address, core)
    done = gdb("py-heap %s -f json" % " ".join(words), pid=sleeper.pid)
    shell = py_heap(words[0], "-p", sleeper.pid, *words[1:], "-f", "json")
    assert shell.returncode == 0, shell.stderr
    assert without_the_moment(done.parts[0]) == without_the_moment(shell.stdout), done.stderr
    assert sleeper.poll() is None


def test_memory_read_by_gdb_gives_the_shells_answer(gdb, py_heap, sleeper):
    """As with gdbserver: GDB reads memory and lists mappings, libheap does not see the process."""
    expected = py_heap("types", "-p", sleeper.pid, "-f", "json").stdout
    done = gdb("python import pyheap_gdb.inferior; pyheap_gdb.inferior._connection = lambda inferior: 'remote'",
               "py-heap types -f json", pid=sleeper.pid)
    assert json.loads(done.parts[1])["target"]["kind"] == "gdb"
    assert comparable(done.parts[1]) == comparable(expected), done.stderr


@every_gdb
def test_gdbserver_gives_the_shells_answer(gdb, gdbserver, py_heap, sleeper):
    expected = py_heap("types", "-p", sleeper.pid, "-f", "json").stdout
    done = gdb(remote_line(gdbserver, sleeper.pid), "py-heap types -f json", "detach")
    assert comparable(done.parts[1]) == comparable(expected), done.stderr


WITHOUT = "python import pyheap_gdb.registers; pyheap_gdb.registers.of_threads = lambda inferior: ()"
BY_GDB = "python import pyheap_gdb.inferior; pyheap_gdb.inferior._connection = lambda inferior: 'remote'"


@pytest.mark.parametrize("way", ["native", "read by gdb", "gdbserver", "core"])
def test_registers_hold(gdb, request, py_heap, holder, tmp_path, way):
    """A set that a register has alone is no leak; without registers it looks like one, and where is told too."""
    first = {"read by gdb": BY_GDB}.get(way, "echo")
    if way == "gdbserver":
        first = remote_line(request.getfixturevalue("gdbserver"), holder.pid)
    where = {"pid": holder.pid} if way in ("native", "read by gdb") else {}
    if way == "core":
        where["core"] = tmp_path / "core"
        gdb("generate-core-file %s" % where["core"], pid=holder.pid)
    shell = py_heap("refaudit", "-p", holder.pid, "-f", "json")
    done = gdb(first, "thread 1", "frame 1", "py-heap refaudit -f json", "thread", "frame", **where)
    assert json.loads(shell.stdout)["rows"] == [] and json.loads(shell.stdout)["complete"]
    assert comparable(done.parts[3]) == comparable(shell.stdout), done.stderr
    assert "thread is 1 " in done.parts[4] and done.parts[5].startswith("#1 "), "the selection is as it was"
    if way != "core":
        done = gdb(first, WITHOUT, "py-heap refaudit -f json", **where)
        held, = json.loads(done.parts[2])["rows"]
        assert held["type"] == "set", done.stderr
        path, = json.loads(py_heap("why", "-p", holder.pid, held["address"], "-f", "json").stdout)["rows"]
        assert path["root"] == "a register of a thread without Python (may be stale)"


def test_defaults_apply(gdb, core):
    done = gdb("set py-heap limit 3", "py-heap types -f csv", "py-heap types -f csv --limit 5", "set py-heap values off",
               "py-heap interned -f csv", "set py-heap layout table", "py-heap info -f json", "set py-heap threads 1", "py-heap info",
               "show py-heap", core=core)
    assert len(done.parts[1].splitlines()) == 4
    assert len(done.parts[2].splitlines()) == 6
    assert "<str of " in done.parts[4] and json.loads(done.parts[6])["target"]["layout"] == "table", done.stderr
    assert done.parts[8].startswith("CPython")
    for shown in ("limit: 3", "values: off", "layout: table", "threads: 1", "format: text"):
        assert "py-heap %s\n" % shown in done.parts[9]


def test_values_of_gdb_are_addresses(gdb, core, sleeper):
    done = gdb("set $node = %s" % sleeper.address, "py-heap object $node -f json", core=core)
    assert json.loads(done.parts[1])["summary"]["address"] == sleeper.address


@pytest.mark.parametrize("suite", ["host", "sid"], indirect=True, scope="session")
def test_interrupt(gdb_line, gdb_environment):
    """^C in an interactive GDB: "Quit", no traceback, and the next answer is whole."""
    import pty
    import signal
    import sys
    import time
    environment = dict(gdb_environment, TERM="dumb")
    script = "import time; kept = [[] for _ in range(3000000)]; print(1, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        keyboard, terminal = pty.openpty()
        line = gdb_line + ["-iex", "set pagination off", "-iex", "set confirm off", "-p", str(process.pid), "-ex", "echo READY\\n"]
        try:
            with subprocess.Popen(line, stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  env=environment, start_new_session=True) as run:
                while "READY" not in run.stdout.readline():
                    pass
                os.write(keyboard, b"py-heap types -n 1\n")
                time.sleep(0.1)
                run.send_signal(signal.SIGINT)
                time.sleep(2)
                os.write(keyboard, b"py-heap types -f csv\nquit\n")
                output = run.stdout.read()
        finally:
            process.kill()
    assert "Traceback" not in output and "Exception ignored" not in output
    assert any(row.startswith("list,3000") for row in output.splitlines()), output
