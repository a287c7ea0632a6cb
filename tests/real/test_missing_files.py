# SPDX-License-Identifier: Apache-2.0
"""
Answers where the files of the target are not here, are stripped, or are other ones: equal to those with the files.

What cannot be told without them is named here: the statics of 2.7 and 3.6, and static types that nothing in the heap names.
"""
import json
import os
import re
import shutil
import struct
import subprocess
import time

import heaps
import interpreters
import pytest
import target

NT_FILE = 0x46494C45
PT_NOTE = 4
PT_LOAD = 1
# Types of a few constants each, in no module's dict, and of no descriptor that only they have
NAMELESS = {"Token.MISSING", "stderrprinter", "imp.NullImporter", "datetime.date", "datetime.datetime", "datetime.time",
            "datetime.timedelta", "datetime.timezone"}
NAMELESS_IN = {(2, 7): {"listiterator"}}
STATICS = "enabled", "garbage_list", "reason"   # up to 3.6 they are variables that only symbols tell


def pytest_generate_tests(metafunc):
    if "small" in metafunc.fixturenames:
        found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator]
        if metafunc.config.getoption("--quick"):
            found = interpreters.quick(found)
        metafunc.parametrize("small", found, ids=[one.name for one in found], indirect=True, scope="module")


def start(path, folder, **environment):
    ready = os.path.join(str(folder), "ready")
    program = os.path.join(target.HERE, "targets", "known_types.py")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LD_", "ASAN", "UBSAN"))}
    clean.update(PYTHONDONTWRITEBYTECODE="1", MALLOC_ARENA_MAX="1", **environment)
    process = subprocess.Popen([path, program, ready], env=clean, stdin=subprocess.DEVNULL)
    deadline = time.time() + target.PATIENCE
    while not os.path.exists(ready):
        assert process.poll() is None and time.time() < deadline, "it did not start"
        time.sleep(0.02)
    return process


def gcore(process, folder):
    subprocess.run(["gcore", "-o", str(folder / "core"), str(process.pid)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=target.PATIENCE)
    return str(folder / ("core.%d" % process.pid))


class Small:
    def __init__(self, interpreter, core):
        self.interpreter, self.core = interpreter, core
        self.options = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
        self.plain = {command: ask(command, core, *self.options) for command in ("info", "types", "gc", "garbage")}
        self.python = self.plain["info"]["summary"]["python_file"]


@pytest.fixture(scope="module")
def small(request, tmp_path_factory):
    if target.why_not("gcore"):
        pytest.skip(target.why_not("gcore"))
    folder = tmp_path_factory.mktemp("small")
    process = start(request.param.path, folder)
    try:
        core = gcore(process, folder)
    finally:
        process.kill()
        process.wait()
    yield Small(request.param, core)
    shutil.rmtree(str(folder))


def ask(command, *words):
    status, out, err = heaps.run([command] + list(words) + ["-f", "json", "-n", "0"])
    assert status == 0, err
    return json.loads(out)


def notes(content):
    """(type, start, length) of the notes of a core"""
    headers, = struct.unpack_from("<Q", content, 32)
    for number in range(struct.unpack_from("<H", content, 56)[0]):
        kind, _, offset, _, _, size = struct.unpack_from("<IIQQQQ", content, headers + 56 * number)
        at = offset
        while kind == PT_NOTE and at < offset + size:
            name, length, note = struct.unpack_from("<III", content, at)
            start = at + 12 + (name + 3 & ~3)
            yield note, start, length
            at = start + (length + 3 & ~3)


def hidden(core, path):
    """A copy of the core whose files are nowhere: /usr/bin/python is /~sr/bin/python in it"""
    with open(core, "rb") as source:
        content = bytearray(source.read())
    for note, at, length in notes(content):
        if note == NT_FILE:
            start = at + 16 + 24 * struct.unpack_from("<Q", content, at)[0]
            names = bytes(content[start:at + length])
            content[start:at + length] = re.sub(rb"(^|\0)/[^\0]", rb"\1/~", names)
    path.write_bytes(content)
    return str(path)


def without_files(core, path):
    """A copy of the core that does not name its files at all"""
    with open(core, "rb") as source:
        content = bytearray(source.read())
    for note, at, _ in list(notes(content)):
        if note == NT_FILE:
            struct.pack_into("<I", content, content.rindex(struct.pack("<I", NT_FILE), 0, at), 0x7FFFFFFF)
    path.write_bytes(content)
    return str(path)


def by_type(answer, without=()):
    return {row["type"]: {k: v for k, v in row.items() if k != "type"} for row in answer["rows"] if row["type"] not in without}


def same(small, command, answer, complete=None):
    """The answer is that with the files, types without a name apart"""
    version, plain = small.interpreter.version, small.plain[command]
    left_out = STATICS if version < (3, 7) else ()
    assert {k: v for k, v in answer["summary"].items() if k not in left_out} == \
        {k: v for k, v in plain["summary"].items() if k not in left_out}
    assert answer["complete"] == (plain["complete"] if complete is None else complete)
    if command == "gc":
        assert answer["rows"] == plain["rows"]
    if command in ("types", "garbage"):
        nameless = {name for name in by_type(answer) if name.startswith("<type at ")}
        may_lack = NAMELESS | NAMELESS_IN.get(version[:2], set())
        named = by_type(answer, nameless)
        assert {k: v for k, v in named.items() if k not in may_lack} == by_type(plain, may_lack)
        assert len(nameless) <= len(may_lack)


@pytest.mark.parametrize("command", ["types", "gc", "garbage"])
def test_no_files(small, command, tmp_path):
    core = hidden(small.core, tmp_path / "core")
    answer = ask(command, core)
    same(small, command, answer)
    assert "files-missing" in [warning["code"] for warning in answer["warnings"]]


def test_why_without_files(small, tmp_path):
    """What only a type leads to that nothing but its neighbours names"""
    if small.interpreter.version < (3, 7):
        pytest.skip("no context variables")
    core = hidden(small.core, tmp_path / "core")
    held = ask("find", small.core, *small.options + ["--type", "Held"])["rows"]
    assert len(held) == 40
    for row in held[:3]:
        plain, answer = (ask("why", which, row["address"], *options) for which, options in ((small.core, small.options), (core, [])))
        assert answer["rows"] == plain["rows"] and len(plain["rows"]) == 1
        assert plain["rows"][0]["path"].startswith("sys.modules['__main__'].in_context")


def test_info_without_files(small, tmp_path):
    core = hidden(small.core, tmp_path / "core")
    answer, plain = ask("info", core), small.plain["info"]
    for key in ("python", "debug", "free_threaded", "runtime", "build_id", "interpreters", "threads"):
        assert answer["summary"][key] == plain["summary"][key], key
    assert answer["summary"]["python_file"] is None
    assert answer["rows"] == plain["rows"]


def test_no_names_of_files(small, tmp_path):
    """Nothing says which memory is whose: the statics up to 3.6 are then not looked for"""
    core = without_files(small.core, tmp_path / "core")
    if small.interpreter.version < (3, 7):
        status, _, err = heaps.run(["types", core])
        assert status == 1 and "no mapped files" in err
        return
    answer = ask("gc", core)
    assert [warning["code"] for warning in answer["warnings"]] == ["module-unknown"]
    same(small, "gc", answer, complete=False)
    assert by_type(ask("types", core))["__main__.Node"] == by_type(small.plain["types"])["__main__.Node"]


def sysroot_with(small, tmp_path, core, make):
    """A folder with a file in the place of the interpreter's; make(path) writes it"""
    path = ask("info", core)["summary"]["libpython"] or ask("info", core)["summary"]["executable"]
    there = str(tmp_path / "root") + path
    os.makedirs(os.path.dirname(there))
    make(there)
    return str(tmp_path / "root")


def test_stripped(small, tmp_path):
    """.dynsym alone"""
    if not shutil.which("strip"):
        pytest.skip("no strip")
    root = sysroot_with(small, tmp_path, small.core,
                        lambda there: subprocess.run(["strip", "--strip-all", "-o", there, small.python], check=True))
    answer = ask("info", small.core, "--sysroot", root)
    assert answer["summary"]["python_file"].startswith(root)
    assert answer["summary"]["runtime"] == small.plain["info"]["summary"]["runtime"]
    for command in ("types", "gc", "garbage"):
        answer = ask(command, small.core, "--sysroot", root)
        same(small, command, answer)
        assert command == "gc" or not [name for name in by_type(answer) if name.startswith("<type at ")]


ARENA_OBJECT = 48           # bytes; 16 of them at first (Objects/obmalloc.c INITIAL_ARENA_OBJECTS)


def array_of(content, arenas):
    """Where in a core the array of arena objects is: the place that has all of their addresses, one at its start"""
    first = struct.pack("<Q", arenas[0])
    at = content.find(first)
    while at >= 0:
        for array in range(at, at - 16 * ARENA_OBJECT, -ARENA_OBJECT):
            if array > 0 and set(arenas) <= {struct.unpack_from("<Q", content, array + i * ARENA_OBJECT)[0] for i in range(16)}:
                return array
        at = content.find(first, at + 1)
    raise AssertionError("no array of arenas")


@pytest.mark.parametrize("victim", [0, -1])
def test_what_looks_like_an_arena(small, tmp_path, victim):
    """Behind the array of arenas, which only symbols say the length of: a page-aligned address and one near it"""
    arenas = [int(row["address"], 16) for row in ask("arenas", small.core, *small.options)["rows"]]
    if small.interpreter.version >= (3, 12) or not 0 < len(arenas) <= 16:
        pytest.skip("the length of the array is known, or it was made anew")
    with open(small.core, "rb") as source:
        content = bytearray(source.read())
    array = array_of(content, arenas)
    page = arenas[victim] - 4096
    struct.pack_into("<QQQ", content, array + 16 * ARENA_OBJECT, 0, 0, 0)
    struct.pack_into("<QQQ", content, array + 17 * ARENA_OBJECT, page, page + 4096, 0)
    core = tmp_path / "altered"
    core.write_bytes(content)
    plain = ask("types", str(core), *small.options)["summary"]
    assert ask("types", hidden(str(core), tmp_path / "core"))["summary"] == plain


def offset_of(core, address):
    """Where in a core the byte at an address is"""
    with open(core, "rb") as source:
        content = source.read(1 << 20)
    headers, = struct.unpack_from("<Q", content, 32)
    for number in range(struct.unpack_from("<H", content, 56)[0]):
        kind, _, offset, start, _, size = struct.unpack_from("<IIQQQQ", content, headers + 56 * number)
        if kind == PT_LOAD and start <= address < start + size:
            return offset + address - start
    raise AssertionError("%#x is not in the core" % address)


def test_what_looks_like_a_pool(small, tmp_path):
    """A page of malloc's with a young object and, at its start, what may be a pool's header: it names an arena that is none"""
    if small.interpreter.version >= (3, 12) or not ask("arenas", small.core, *small.options)["rows"]:
        pytest.skip("arenas are known, or there are none")
    with open(small.core, "rb") as source:
        content = bytearray(source.read())
    pool_size = 16384 if small.interpreter.version >= (3, 10) else 4096
    rows = ask("find", small.core, "--type", "tuple", "--min-bytes", "20000", *small.options)["rows"]
    pages = [offset_of(small.core, int(row["address"], 16) & -pool_size) for row in rows]
    at = next(at for at in pages if content[at:at + 48] == b"#" * 48)
    struct.pack_into("<IIQQQIII", content, at, 1, 0, 0, 0, 0, 80, 1, 48)
    core = tmp_path / "altered"
    core.write_bytes(content)
    plain = ask("types", str(core), *small.options)["summary"]
    assert ask("types", hidden(str(core), tmp_path / "core"))["summary"] == plain


def test_another_build(small, tmp_path):
    """Not used, and said so, with both build-ids"""
    core = hidden(small.core, tmp_path / "core")
    root = sysroot_with(small, tmp_path, core, lambda there: shutil.copy(shutil.which("true"), there))
    answer = ask("types", core, "--sysroot", root)
    same(small, "types", answer)
    said = [warning["text"] for warning in answer["warnings"] if warning["code"] == "other-build"]
    assert len(said) == 1 and root in said[0]
    assert small.plain["info"]["summary"]["build_id"] in said[0]
    assert len(set(re.findall(r"\b[0-9a-f]{40}\b", said[0]))) == 2


def test_files_at_hand_are_used(small):
    """Nothing is searched for when symbols tell"""
    status, _, err = heaps.run(["types", small.core, "-v", "-v", "-v"] + small.options)
    assert status == 0 and "by its structure" not in err


@pytest.mark.parametrize("replaced", [False, True])
def test_deleted_while_it_runs(small, tmp_path, replaced):
    """A process whose interpreter is gone, or another file by now: what it has mapped is still there"""
    if target.why_not("live") or small.interpreter.debug_dir:
        pytest.skip(target.why_not("live") or "started by a loader")
    path = small.plain["info"]["summary"]["executable"]
    copies = [shutil.copy(each, str(tmp_path)) for each in {path, small.python}]
    home = os.path.dirname(os.path.dirname(path))
    process = start(str(tmp_path / os.path.basename(path)), tmp_path, PYTHONHOME=home, LD_LIBRARY_PATH=str(tmp_path))
    try:
        for copy in copies:
            os.unlink(copy)
            if replaced:
                shutil.copy(shutil.which("true"), copy)
        answer = ask("types", "-p", str(process.pid))
        with open("/proc/%d/maps" % process.pid) as maps:
            assert str(tmp_path) in maps.read()
    finally:
        process.kill()
        process.wait()
    assert by_type(answer)["__main__.Node"]["count"] == 380
    assert by_type(answer)["method" if small.interpreter.version >= (3, 0) else "instancemethod"]["count"] >= 300
