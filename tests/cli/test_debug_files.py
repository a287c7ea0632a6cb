# SPDX-License-Identifier: Apache-2.0
"""Where DWARF comes from: debug files here, debuginfod (a server of our own), the cache of what was read before.

A Python with DWARF sleeps; its files are taken apart, into what a distribution installs and what it keeps on a server.
"""

import glob
import gzip
import http.server
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

ASLEEP = "import time; print(1, flush=True); time.sleep(600)"


def run(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True, timeout=120).stdout


def find_python():
    """(program, libpython) of a release that py-heap supports, with DWARF in a libpython that can be replaced."""
    root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    for path in sorted(glob.glob(os.path.join(root, "versions", "3.*", "bin", "python3"))):
        program = os.path.realpath(path)
        for library in glob.glob(os.path.join(os.path.dirname(os.path.dirname(program)), "lib", "libpython3.*.so.1.0")):
            dynamic = run("readelf", "-dW", program)
            if (re.search(r"libpython3\.(9|1[0-3])\.so", library) and ".debug_info" in run("readelf", "-SW", library)
                    and "(RPATH)" not in dynamic and os.path.basename(library) in dynamic):
                return program, library
    return None


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """.program; .whole, .stripped, .debug: files of its libpython; .path: where it is; .id: its build-id."""
    class Parts:
        pass

    missing = [tool for tool in ("readelf", "objcopy", "strip") if not shutil.which(tool)]
    if missing:
        pytest.skip("no " + " ".join(missing))
    if not find_python():
        pytest.skip("no Python here has a shared libpython with DWARF")
    made, folder = Parts(), tmp_path_factory.mktemp("parts")
    made.program, made.whole = find_python()
    found = re.search(r"Build ID: ([0-9a-f]+)", run("readelf", "-nW", made.whole))
    if not found:
        pytest.skip("%s has no build-id" % made.whole)
    made.id, made.path = found.group(1), os.path.realpath(made.whole)
    made.stripped, made.debug = folder / "stripped", folder / "debug"
    run("strip", "-o", made.stripped, made.whole)
    run("objcopy", "--only-keep-debug", made.whole, made.debug)
    return made


@pytest.fixture(scope="module")
def sleeper(parts):
    with subprocess.Popen([parts.program, "-c", ASLEEP], stdout=subprocess.PIPE, text=True) as process:
        assert select.select([process.stdout], [], [], 120)[0]
        yield process.pid
        process.kill()


@pytest.fixture
def sysroot(parts, tmp_path):
    """A machine where the libpython is stripped."""
    path = tmp_path / "sysroot"
    place = str(path) + parts.path
    os.makedirs(os.path.dirname(place))
    shutil.copy(parts.stripped, place)
    return path


class Server:
    """debuginfod, as far as a client sees: /buildid/ID/debuginfo. .asked: the paths; .files: path to file, or to what answers (handler)"""

    def __init__(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                if self.path not in outer.files:
                    self.send_error(404)
                    return
                if callable(outer.files[self.path]):
                    outer.files[self.path](self)
                    return
                with open(outer.files[self.path], "rb") as source:
                    data = source.read()
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                pass

        self.asked, self.files = [], {}
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def server(parts):
    one = Server()
    one.files["/buildid/%s/debuginfo" % parts.id] = parts.debug
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def silent():
    """A server that takes questions and never answers: its URL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield "http://127.0.0.1:%d" % listener.getsockname()[1]


@pytest.fixture(scope="module")
def can_ask(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as commands:
        if "-DHAVE_DEBUGINFOD" not in commands.read():
            pytest.skip("built without libdebuginfod")


@pytest.fixture
def ask(py_heap, sleeper, parts, sysroot, tmp_path):
    """ask("--layout", "dwarf", urls=...) -> CompletedProcess of info on the stripped Python; folders below tmp_path."""
    python = tmp_path / "empty" / parts.path.lstrip("/")  # a sysroot without any of the files would be refused
    python.parent.mkdir(parents=True)
    python.touch()

    def one(*words, urls="", cache="off", root=sysroot, **more):
        environment = {"DEBUGINFOD_URLS": urls, "DEBUGINFOD_CACHE_PATH": str(tmp_path / "debuginfod"), "no_proxy": "127.0.0.1",
                       "PYHEAP_CACHE": str(cache)}
        environment.update(more)
        return py_heap("info", "-p", sleeper, "--sysroot", root, "-f", "json", "-n", "0", *words, env=environment)

    return one


def summary(run):
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)["summary"]


def refused(run, *texts):
    assert run.returncode == 1 and run.stdout == "", run
    assert len(run.stderr.splitlines()) == 1, run.stderr
    for text in texts:
        assert text in run.stderr


# ---- debug files here


@pytest.mark.parametrize("place", ["{dir}/{name}", "{dir}/.debug/{name}", "/usr/lib/debug{dir}/{name}"])
def test_debuglink(ask, parts, sysroot, place):
    library = str(sysroot) + parts.path
    path = str(sysroot) + place.format(dir=os.path.dirname(parts.path), name="python.debug")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(parts.debug, path)
    run("objcopy", "--add-gnu-debuglink=" + path, library)
    said = summary(ask("--layout", "dwarf"))
    assert said["debug_file"] == path and said["debug_file_by"] == "debuglink"
    assert said["layout_origin"] == ("DWARF of " + path)[:159]


@pytest.mark.parametrize("where", ["debug-dir", "sysroot"])
def test_build_id(ask, parts, sysroot, tmp_path, where):
    root = tmp_path / "mine" if where == "debug-dir" else sysroot / "usr/lib/debug"
    path = root / ".build-id" / parts.id[:2] / (parts.id[2:] + ".debug")
    path.parent.mkdir(parents=True)
    shutil.copy(parts.debug, path)
    said = summary(ask("--layout", "dwarf", *(["--debug-dir", root] if where == "debug-dir" else [])))
    assert said["debug_file"] == str(path) and said["debug_file_by"] == "build-id"


def test_checksum_where_there_is_no_build_id(py_heap, parts, tmp_path):
    """And without a build-id nothing is cached."""
    library, debug = tmp_path / os.path.basename(parts.path), tmp_path / "python.debug"
    run("objcopy", "-R", ".note.gnu.build-id", parts.debug, debug)
    run("objcopy", "-R", ".note.gnu.build-id", "--add-gnu-debuglink=%s" % debug, parts.stripped, library)
    environment = dict(os.environ, LD_LIBRARY_PATH=str(tmp_path))
    with subprocess.Popen([parts.program, "-c", ASLEEP], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            if not select.select([process.stdout], [], [], 120)[0] or not process.stdout.readline():
                pytest.skip("that Python does not run without its build-id")
            words = ["info", "-p", process.pid, "--layout", "dwarf", "-f", "json"]
            said = summary(py_heap(*words, env={"PYHEAP_CACHE": str(tmp_path / "cache")}))
            assert said["build_id"] is None and said["debug_file"] == str(debug) and said["debug_file_by"] == "debuglink"
            assert not (tmp_path / "cache").exists()
            with open(debug, "ab") as file:
                file.write(b"?")
            refused(py_heap(*words), "no debug file")
        finally:
            process.kill()


# ---- debuginfod


def test_nobody_is_asked_without_urls(ask, server):
    refused(ask("--layout", "dwarf", urls=""), "no debug file with its build-id was found")
    assert server.asked == []


def test_nobody_is_asked_where_a_layout_proves_itself(ask, server):
    for layout in "auto", "table":
        assert summary(ask("--layout", layout, urls=server.url))["layout"] == "table"
    assert server.asked == []


def test_nobody_is_asked_where_the_file_is_here(ask, server, tmp_path):
    said = summary(ask("--layout", "dwarf", urls=server.url, root=tmp_path / "empty"))
    assert said["layout"] == "dwarf" and said["debug_file_by"] is None
    assert server.asked == []


def test_fetched(can_ask, ask, parts, server, tmp_path):
    first = ask("--layout", "dwarf", "--layout-fields", urls=server.url)
    said = summary(first)
    assert said["layout"] == "dwarf" and said["build_id"] == parts.id
    assert said["debug_file_by"] == "debuginfod" and said["debug_file"].startswith(str(tmp_path / "debuginfod"))
    assert said["layout_origin"].startswith("DWARF of " + str(tmp_path / "debuginfod"))
    assert server.asked == ["/buildid/%s/debuginfo" % parts.id]
    # as the whole file says, and found again without a server
    for again in (ask("--layout", "dwarf", "--layout-fields", root=tmp_path / "empty"),
                  ask("--layout", "dwarf", "--layout-fields")):
        assert json.loads(again.stdout)["rows"] == json.loads(first.stdout)["rows"]
    assert summary(again)["debug_file_by"] == "debuginfod"
    assert len(server.asked) == 1


def test_no_server_has_it(can_ask, ask, parts, server):
    server.files.clear()
    refused(ask("--layout", "dwarf", urls=server.url), "ask debuginfod for build-id " + parts.id, "no server has it")
    assert len(server.asked) >= 1


def test_no_server_is_there(can_ask, ask):
    refused(ask("--layout", "dwarf", urls="http://127.0.0.1:1"), "ask debuginfod", "Connection refused")


def test_a_server_gives_another_file(can_ask, ask, parts, server, tmp_path):
    other = tmp_path / "other"
    shutil.copy("/bin/true", other)
    server.files["/buildid/%s/debuginfo" % parts.id] = other
    refused(ask("--layout", "dwarf", urls=server.url), "is not the debug file of")
    server.files["/buildid/%s/debuginfo" % parts.id] = parts.debug
    assert summary(ask("--layout", "dwarf", urls=server.url))["debug_file_by"] == "debuginfod"  # it was not kept


def test_a_server_is_silent(can_ask, ask, silent):
    began = time.monotonic()
    refused(ask("--layout", "dwarf", urls=silent, DEBUGINFOD_TIMEOUT="1"), "ask debuginfod", "Timer expired")
    assert time.monotonic() - began < 40


def head(handler, status, **fields):
    handler.send_response(status)
    for name, value in fields.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def html(handler):
    text = b"<html>Please log in.</html>"
    head(handler, 200, Content_Type="text/html", Content_Length=str(len(text)))
    handler.wfile.write(text)


def error(handler):
    handler.send_error(500)


def cut(handler):
    """Fewer bytes than it says."""
    head(handler, 200, Content_Length="1000000")
    handler.wfile.write(b"\177ELF" * 1000)
    handler.close_connection = True


def endless(handler):
    handler.protocol_version = "HTTP/1.1"
    head(handler, 200, Transfer_Encoding="chunked")
    try:
        while True:
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
    except OSError:
        pass


def huge(handler):
    """As much as it says, if anybody took it."""
    head(handler, 200, Content_Length=str(1 << 40))
    try:
        while True:
            handler.wfile.write(b"x" * 0x10000)
    except OSError:
        pass


def circle(handler):
    head(handler, 302, Location=handler.path, Content_Length="0")


def to_file(handler):
    head(handler, 302, Location="file:///etc/passwd", Content_Length="0")


def wrong_gzip(handler):
    head(handler, 200, Content_Encoding="gzip", Content_Length="400")
    handler.wfile.write(b"\x1f\x8b\x08\0" + b"x" * 396)


def files_in(folder):
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.parent != folder}


@pytest.mark.parametrize("answer, says", [
    (html, "is not the debug file of"), (error, "no server has it"), (cut, "ask debuginfod"), (endless, "DEBUGINFOD_MAXSIZE"),
    (huge, "DEBUGINFOD_MAXSIZE"), (circle, "ask debuginfod"), (to_file, "ask debuginfod"), (wrong_gzip, "ask debuginfod")])
def test_what_is_no_debug_file(can_ask, ask, parts, server, tmp_path, answer, says):
    """It is refused soon, and nothing of it is kept: an empty file is how libdebuginfod remembers that no server has it."""
    server.files["/buildid/%s/debuginfo" % parts.id] = answer
    began = time.monotonic()
    # glibc's dprintf(), which libdebuginfod calls then, does not free its buffer where it cannot seek
    result = ask("--layout", "dwarf", urls=server.url, DEBUGINFOD_TIMEOUT="2", DEBUGINFOD_MAXSIZE="20000000", ASAN_OPTIONS="detect_leaks=0")
    refused(result, says)
    assert time.monotonic() - began < 20
    assert not any(files_in(tmp_path / "debuginfod").values())


def sections(data):
    """Of an ELF file's bytes: name -> (where its header is, its offset, its size)."""
    table, size, count, names = struct.unpack_from("<Q", data, 40) + struct.unpack_from("<HHH", data, 58)
    headers = [(table + i * size,) + struct.unpack_from("<I20xQQ", data, table + i * size) for i in range(count)]
    texts = headers[names][2]
    return {data[texts + name:data.index(0, texts + name)].decode(): (at, offset, length) for at, name, offset, length in headers}


def noise(data, name):
    _, offset, length = sections(data)[name]
    data[offset:offset + length] = (b"\x7f\x01\xff\x80" * (length // 4 + 1))[:length]


def zeros(data, name):
    _, offset, length = sections(data)[name]
    data[offset:offset + length] = bytes(length)


def outside(data, name):
    at, _, _ = sections(data)[name]
    struct.pack_into("<QQ", data, at + 24, len(data) - 8, 1 << 62)


def bomb(data, name):
    """It says it is compressed, and 1 TB then."""
    at, offset, _ = sections(data)[name]
    struct.pack_into("<Q", data, at + 8, 0x800)
    struct.pack_into("<IIQQ", data, offset, 1, 0, 1 << 40, 1)


@pytest.mark.parametrize("damage, name", [
    (noise, ".debug_info"), (zeros, ".debug_info"), (outside, ".debug_info"), (bomb, ".debug_info"), (noise, ".debug_abbrev"),
    (zeros, ".debug_str"), (outside, ".symtab")])
def test_a_server_gives_a_damaged_file(can_ask, ask, parts, server, tmp_path, damage, name):
    """Of the right build-id: an error that names it, soon, and in little memory."""
    data = bytearray(parts.debug.read_bytes())
    damage(data, name)
    damaged = tmp_path / "damaged"
    damaged.write_bytes(data)
    server.files["/buildid/%s/debuginfo" % parts.id] = damaged
    began = time.monotonic()
    result = ask("--layout", "dwarf", "--max-memory", "2G", urls=server.url)
    assert time.monotonic() - began < 20
    refused(result, "dwarf: ")


def test_a_server_compresses(can_ask, ask, parts, server):
    data = gzip.compress(parts.debug.read_bytes(), 1)

    def answer(handler):
        head(handler, 200, Content_Encoding="gzip", Content_Length=str(len(data)))
        handler.wfile.write(data)

    server.files["/buildid/%s/debuginfo" % parts.id] = answer
    assert summary(ask("--layout", "dwarf", urls=server.url))["debug_file_by"] == "debuginfod"


def test_interrupt(can_ask, ask, build, parts, sleeper, sysroot, silent, server, tmp_path):
    """^C ends it soon, and is not remembered as 'no server has it'."""
    line = [os.path.join(build, "corefile-tools", "py-heap"), "info", "-p", str(sleeper), "--layout", "dwarf", "--progress", "on",
            "--sysroot", str(sysroot)]
    environment = dict(os.environ, DEBUGINFOD_URLS=silent, DEBUGINFOD_CACHE_PATH=str(tmp_path / "debuginfod"),
                       no_proxy="127.0.0.1", PYHEAP_CACHE="off")
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        text = b""
        while b"fetching debug information" not in text:
            assert select.select([process.stderr], [], [], 60)[0], text
            text += os.read(process.stderr.fileno(), 4096)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert process.wait(30) == 130
        assert time.monotonic() - began < 10
    assert summary(ask("--layout", "dwarf", urls=server.url))["debug_file_by"] == "debuginfod"


# ---- the cache of layouts


def kept(cache, parts):
    return cache / "layouts" / parts.id


def test_second_run_reads_no_dwarf(ask, parts, tmp_path):
    cache, root = tmp_path / "cache", tmp_path / "empty"
    first = ask("--layout", "dwarf", "--layout-fields", cache=cache, root=root)
    assert not summary(first)["layout_origin"].endswith(", cached")
    assert os.listdir(cache / "layouts") == [parts.id]
    second = ask("--layout", "dwarf", "--layout-fields", cache=cache)  # the stripped file: nothing else could tell
    said = summary(second)
    assert said["layout"] == "dwarf" and said["debug_file"] is None
    assert said["layout_origin"] == summary(first)["layout_origin"][:151] + ", cached"
    assert json.loads(second.stdout)["rows"] == json.loads(first.stdout)["rows"]
    refused(ask("--layout", "dwarf", cache="off"))


def test_cache_serves_after_debuginfod(can_ask, ask, parts, server, tmp_path):
    cache = tmp_path / "cache"
    assert summary(ask("--layout", "dwarf", urls=server.url, cache=cache))["debug_file_by"] == "debuginfod"
    shutil.rmtree(tmp_path / "debuginfod")
    assert summary(ask("--layout", "dwarf", urls=server.url, cache=cache))["layout_origin"].endswith(", cached")
    assert len(server.asked) == 1


def test_damaged_cache_is_read_anew(ask, parts, tmp_path):
    cache, root = tmp_path / "cache", tmp_path / "empty"
    summary(ask("--layout", "dwarf", cache=cache, root=root))
    whole = kept(cache, parts).read_bytes()
    for damaged in b"", whole[:-1], whole.replace(b"DICT_KEYS ", b"DICT_KEYS 1"), b"\0" * 100000:
        kept(cache, parts).write_bytes(damaged)
        assert not summary(ask("--layout", "dwarf", cache=cache, root=root))["layout_origin"].endswith(", cached")
        assert kept(cache, parts).read_bytes() == whole


def test_wrong_layout_in_the_cache_is_refused(ask, parts, tmp_path):
    """The text and its checksum are right, the layout is not: it is not proved, and DWARF is read."""
    cache, root = tmp_path / "cache", tmp_path / "empty"
    summary(ask("--layout", "dwarf", cache=cache, root=root))
    whole = kept(cache, parts).read_bytes()
    head = re.sub(rb"\nINTERP_SYSDICT (\d+)\n", lambda m: b"\nINTERP_SYSDICT %d\n" % (int(m.group(1)) + 8),
                  whole[:whole.index(b"checksum ")])
    checksum = 14695981039346656037
    for byte in head:
        checksum = (checksum ^ byte) * 1099511628211 % 2 ** 64
    kept(cache, parts).write_bytes(head + b"checksum %016x\n" % checksum)
    assert not summary(ask("--layout", "dwarf", cache=cache, root=root))["layout_origin"].endswith(", cached")
    assert kept(cache, parts).read_bytes() == whole


def test_cache_folder_of_the_user(ask, parts, tmp_path):
    summary(ask("--layout", "dwarf", root=tmp_path / "empty", cache="", XDG_CACHE_HOME=str(tmp_path / "xdg")))
    assert kept(tmp_path / "xdg" / "py-heap", parts).is_file()
    summary(ask("--layout", "dwarf", root=tmp_path / "empty", cache="", XDG_CACHE_HOME="", HOME=str(tmp_path)))
    assert kept(tmp_path / ".cache" / "py-heap", parts).is_file()


def test_no_folder_for_the_cache_is_no_matter(ask, tmp_path):
    (tmp_path / "file").write_text("")
    for cache in tmp_path / "file", tmp_path / "no/such/folder", "/proc":
        assert summary(ask("--layout", "dwarf", cache=cache, root=tmp_path / "empty"))["layout"] == "dwarf"
