# SPDX-License-Identifier: Apache-2.0
"""The selected inferior as an open heap, kept until the inferior may have changed. The only reader of GDB's state."""

import os
import re
import time

import gdb
import libheap

from . import registers

PAGE = 4096
BLOCK = 64 << 10
# How messages of the library name what a user of GDB can do.
HINTS = {"exe": "set py-heap exe", "sysroot": "set py-heap sysroot", "debug_dir": "set py-heap debug-dir",
         "object": "'py-heap object'", "value": "--value"}

# After these, memory, registers, mappings or files may be others; which ones there are depends on GDB's version.
EVENTS = ("stop", "cont", "memory_changed", "register_changed", "inferior_call", "exited", "new_objfile", "clear_objfiles",
          "inferior_deleted", "connection_removed", "corefile_changed", "executable_changed")

_heaps = {}


def drop(why):
    """Forget all heaps: what they have read may have changed."""
    heaps = list(_heaps.values())
    _heaps.clear()
    for heap in heaps:
        heap.close()
    if heaps:
        _log("closed: %s" % why)


def watch():
    for name in EVENTS:
        if hasattr(gdb.events, name):
            getattr(gdb.events, name).connect(lambda event, name=name: drop(name))


def _log(text):
    """For "set debug py-heap on"."""
    if gdb.parameter("debug py-heap"):
        gdb.write("[py-heap] %s\n" % text, gdb.STDLOG)


def heap(layout, files):
    """The heap of the selected inferior. @files: exe, sysroot, debug_dir, each may be None."""
    inferior = gdb.selected_inferior()
    key = (inferior.num, inferior.pid, layout, _gdb_sysroot()) + tuple(sorted(files.items(), key=lambda item: item[0]))
    if key not in _heaps:
        began = time.monotonic()
        _heaps[key] = _open(inferior, layout, files)
        _log("opened: inferior %d, in %.2f s" % (inferior.num, time.monotonic() - began))
    return _heaps[key]


def _open(inferior, layout, files):
    kind = _connection(inferior)
    guesses = {"exe": _loaded_exe(inferior), "sysroot": _gdb_sysroot()}
    if kind == "core":
        core = _core_file(inferior)
        return _open_with(lambda **names: libheap.open(core, layout=layout, **names), files, guesses)
    if kind is None or inferior.pid == 0:
        raise gdb.GdbError("py-heap: nothing is being debugged: attach to a process or load a core first")
    if any(thread.is_running() for thread in inferior.threads()):
        raise gdb.GdbError("py-heap: the process is running: interrupt it first")
    if kind == "native":
        return _open_with(lambda **names: libheap.open(inferior.pid, layout=layout, stopped=True,
                                                       registers=registers.of_threads(inferior), **names),
                          files, {"sysroot": guesses["sysroot"]})
    return _open_with(lambda **names: libheap.open_reader(_reader(inferior), _mappings(), inferior.pid, layout=layout,
                                                          registers=registers.of_threads(inferior), **names), files, guesses)


def _connection(inferior):
    """ "core", "native", "remote", ...; None without a target.

    In words of GDB: once Inferior.connection was read, GDB 13 aborts when it ends while the process runs.
    """
    try:
        text = gdb.execute("info connections", to_string=True)
    except gdb.error:  # GDB before 10
        text = gdb.execute("info target", to_string=True)
        return "core" if "core dump file" in text else "native" if "child process" in text else "remote"
    found = re.search(r"^\* +\d+ +(\S+)", text, re.M)
    return found.group(1) if found else None


def _core_file(inferior):
    core = getattr(inferior, "corefile", None)  # GDB 17
    if core is not None:
        return core.filename
    text = gdb.execute("info target", to_string=True)
    found = re.search(r"core dump file:\n\t[`'](.*)', file type", text)
    if not found:
        raise gdb.GdbError("py-heap: GDB does not say which core file it has open")
    return found.group(1)


def _loaded_exe(inferior):
    """The program that GDB has loaded; None: none, or the file is not here."""
    loaded = inferior.progspace.filename
    return loaded if loaded and os.path.isfile(loaded) else None


def _gdb_sysroot():
    sysroot = gdb.parameter("sysroot")
    return sysroot if sysroot and sysroot != "/" and os.path.isdir(sysroot) else None


def _open_with(opener, files, guesses):
    """A file that the user set must fit; one that GDB has loaded is tried first, and dropped if it is of another build."""
    guessed = {name: guess for name, guess in guesses.items() if guess and not files[name]}
    if guessed:
        try:
            return opener(hints=HINTS, **dict(files, **guessed))
        except libheap.LibheapError as error:
            if error.code != "EFORMAT":
                raise
    return opener(hints=HINTS, **files)


def _reader(inferior):
    """read(addr, size) for libheap: as many bytes as GDB can read from addr on."""

    def read_part(addr, size):
        try:
            return bytes(inferior.read_memory(addr, size))
        except gdb.MemoryError:
            return b""

    def read_pages(addr, size):
        data = b""
        while len(data) < size:
            part = read_part(addr + len(data), min(PAGE - (addr + len(data)) % PAGE, size - len(data)))
            if not part:
                break
            data += part
        return data

    def read(addr, size):
        data = b""
        while len(data) < size:
            want = min(BLOCK, size - len(data))
            part = read_part(addr + len(data), want) or read_pages(addr + len(data), want)
            data += part
            if len(part) < want:
                break
        return data

    return read


_LINE = re.compile(r"^\s*0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)\s*([r-][w-][x-][ps-])?\s*(.*?)\s*$")


def _mappings():
    """Regions from "info proc mappings"; permissions are missing before GDB 12."""
    try:
        text = gdb.execute("info proc mappings", to_string=True)
    except gdb.error as error:
        raise gdb.GdbError("py-heap: GDB cannot list the mappings of the target: %s" % error) from None
    regions = []
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        start, end, offset, rights, path = found.groups()
        rights = rights or "rwx-"
        regions.append({"start": int(start, 16), "end": int(end, 16), "offset": int(offset, 16),
                        "path": path or None, "readable": rights[0] == "r", "writable": rights[1] == "w",
                        "executable": rights[2] == "x"})
    if not regions:
        raise gdb.GdbError("py-heap: the target has no mappings")
    return regions
