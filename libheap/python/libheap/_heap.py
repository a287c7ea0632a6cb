# SPDX-License-Identifier: Apache-2.0
"""An open heap, and what commands answer about it."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import weakref
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, TypeVar, Union

from . import _arenas, _collectors, _memory, _native, _objects, _paths, _questions, _threads
from ._commands import Command, command
from ._context import Context, Progress
from ._native import lib, text
from ._result import Result

OptionalPath = Optional[_native.Path]
Registers = Mapping[str, Any]  # of a thread: words, stack_pointer, thread_pointer, tid
Region = Mapping[str, Any]  # start, end, offset, path, readable, writable, executable
Read = Callable[[int, int], bytes]  # address, size
Taken = TypeVar("Taken")


class Answer:
    """An answer in the format that its words asked for: text, warnings, status; what a user may want to type next of it:
    candidates["type"], candidates["address"]."""

    def __init__(self, text: str, warnings: str, status: int, candidates: str = "") -> None:
        self.text, self.warnings, self.status = text, warnings, status
        self.candidates: Dict[str, List[str]] = {"type": [], "address": []}
        for line in candidates.splitlines():
            kind, word = line.split(" ", 1)
            self.candidates[kind].append(word)


def option_words(options: Mapping[str, object]) -> List[str]:
    """Keywords as words: limit=5 -> --limit=5, tracked=True -> --tracked."""
    found = []
    for name, value in options.items():
        name = "--" + name.replace("_", "-")
        if value is True:
            found.append(name)
        elif value is not None and value is not False:
            found.append("%s=%s" % (name, value))
    return found


class Parsed:
    """What words ask for, before there is a heap: get(option) gives a value, "" for a switch, None if absent."""

    def __init__(self, command: Command, values: Dict[str, Optional[str]]) -> None:
        self.command = command
        self._values = values

    def get(self, option: str) -> Optional[str]:
        return self._values.get(option)


def parse(name: str, words: Sequence[str]) -> Parsed:
    """Check words for a command. LibheapError (EUSAGE) says what is wrong. Return: Parsed."""
    context = Context()
    try:
        with Invocation(context, name, words) as invocation:
            values = {option.name: invocation.get(option.name) for option in invocation.command.options}
            return Parsed(invocation.command, values)
    finally:
        context.close()


class Invocation:
    """Words parsed for a command; use as a context manager."""

    def __init__(self, context: Context, name: str, words: Sequence[str]) -> None:
        self._context = context
        self.command = command(name)
        self.pointer = context.out(lib.lh_invocation_new, context.pointer, self.command.pointer, len(words),
                                   _native.words(words), False)

    def get(self, option: str) -> Optional[str]:
        value: Optional[bytes] = lib.lh_invocation_get(self.pointer, option.encode())
        return _native.text(value)

    def add_moments(self, moments: Mapping[str, _native.Path]) -> None:
        for name, path in moments.items():
            self._context.call(lib.lh_invocation_add_moment, self.pointer, name.encode(), _native.path(path))

    def __enter__(self) -> Invocation:
        return self

    def __exit__(self, *exc: object) -> None:
        lib.lh_invocation_free(self.pointer)


class Heap(_questions.Commands):
    """A heap that open() or open_reader() opened. Close it, or use it in a with statement."""

    def __init__(self, context: Context, target: Optional[int], layout: str = "auto", keep: object = None) -> None:
        if layout not in _native.LAYOUTS:
            raise ValueError("layout is one of %s, not %r" % (", ".join(_native.LAYOUTS), layout))
        options = _native.HeapOptions(ctypes.sizeof(_native.HeapOptions), _native.LAYOUTS.index(layout))
        self._context, self._target = context, target
        self._pointer: Optional[int] = None
        self._types: Dict[int, _objects.Type] = {}  # by the library's pointer
        self._iterators: weakref.WeakSet[_objects.Iterator] = weakref.WeakSet()
        self._keep = keep  # callbacks and buffers that the library points to
        try:
            self._pointer = context.out(lib.lh_heap_open, target, ctypes.byref(options))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._context.postpone(self.close):
            return
        for iterator in list(self._iterators):
            iterator.close()
        if self._pointer:
            lib.lh_heap_free(self._pointer)
        if self._target:
            lib.lh_target_free(self._target)
        self._pointer = self._target = None
        self._context.close()

    def __enter__(self) -> Heap:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def run(self, name: str, *words: object, **options: object) -> Result:
        """Run a command: heap.run("types", "--tracked", limit=5). Return: Result."""
        with self._context.asking(), self._invocation(name, [_word(word) for word in words] + option_words(options)) as invocation:
            if invocation.get("help") is not None:
                raise ValueError("run() returns rows: libheap.command(%r).help() is the help text" % name)
            return self._ask(invocation, lambda result: Result(self._context, result, self._about()))

    def answer(self, name: str, words: Sequence[str], moments: Optional[Mapping[str, _native.Path]] = None, **style: Any) -> Answer:
        """Run a command and format as its words say. @moments: files of cores by the names that words have for them. @style: color,
        width, prefix, target. Return: Answer."""
        with self._context.asking(), self._invocation(name, words) as invocation:
            if invocation.get("help") is not None:
                return Answer(invocation.command.help(), "", 0)
            invocation.add_moments(moments or {})
            return self._ask(invocation, lambda result: self._format(result, style))

    def _invocation(self, name: str, words: Sequence[str]) -> Invocation:
        if not self._pointer:
            raise ValueError("the heap is closed")
        return Invocation(self._context, name, words)

    def _ask(self, invocation: Invocation, take: Callable[[int], Taken]) -> Taken:
        """Run a command, and take what is wanted from its result."""
        result = self._context.out(lib.lh_invocation_run, invocation.pointer, self._pointer)
        try:
            return take(result)
        finally:
            lib.lh_result_free(result)

    def write(self, path: _native.Path, text: str) -> None:
        """Text into a file, which then has all of it or is as it was; see lh_write_file() in libheap-command.h."""
        raw = text.encode()
        self._context.call(lib.lh_write_file, self._context.pointer, _native.path(path), raw, len(raw))

    def _format(self, result: Optional[int], style: Mapping[str, Any]) -> Answer:
        size = ctypes.c_size_t()
        raw = _native.Style(ctypes.sizeof(_native.Style), style.get("color", False), style.get("width", 0),
                            style.get("prefix", "").encode(), style.get("target", "").encode())
        out = ctypes.c_void_p()
        self._context.call(lib.lh_result_format, result, ctypes.byref(raw), ctypes.byref(out), ctypes.byref(size))
        text = _native.take_text(out.value, size.value)
        warnings, candidates = (_native.take_text(self._context.out(function, result))
                                for function in (lib.lh_result_warnings, lib.lh_result_candidates))
        return Answer(text, warnings, lib.lh_result_status(result), candidates)

    # ---- typed answers ----

    @property
    def version(self) -> str:
        """Of the target's Python: "3.11.7"."""
        return text(self._info().version)

    @property
    def layout(self) -> str:
        """Where struct layouts come from: "dwarf", "offsets", "table", "derived"."""
        return _native.LAYOUTS[self._info().layout]

    @property
    def interpreters(self) -> List[Dict[str, int]]:
        """A list of dicts: address, id, modules, sysdict, builtins (addresses of dicts), thread_count."""
        return [{"address": info.addr, "id": info.id, "modules": info.modules, "sysdict": info.sysdict,
                 "builtins": info.builtins, "thread_count": info.thread_count}
                for info in _objects.numbered(self, lib.lh_interpreter_at, _native.info(_native.InterpreterInfo))]

    @property
    def types(self) -> Types:
        """The types of the target: iterate it, ask it for a name; called, it is the command 'types'."""
        return Types(self)

    @property
    def threads(self) -> _threads.Threads:
        """The threads of all interpreters: iterate it; called, it is the command 'threads'."""
        return _threads.Threads(self)

    @property
    def gc(self) -> _collectors.Collectors:
        """The garbage collectors: iterate it; called, it is the command 'gc'."""
        return _collectors.Collectors(self)

    @property
    def garbage(self) -> _collectors.Garbage:
        """What gc.collect() would find now: iterate it; called, it is the command 'garbage'."""
        return _collectors.Garbage(self)

    @property
    def roots(self) -> _paths.Roots:
        """The roots of interpreters, threads and frames: iterate it."""
        return _paths.Roots(self)

    @property
    def cycles(self) -> _paths.Cycles:
        """Components with a reference cycle: iterate it; called, it is the command 'cycles'."""
        return _paths.Cycles(self)

    @property
    def refaudit(self) -> _paths.Refaudit:
        """Objects whose counts and references do not agree: iterate it; called, it is the command 'refaudit'."""
        return _paths.Refaudit(self)

    @property
    def arenas(self) -> _arenas.Arenas:
        """pymalloc's arenas: iterate it; called, it is the command 'arenas'."""
        return _arenas.Arenas(self)

    def place(self, address: int) -> _objects.Place:
        """What an address is part of: an object, a free block, a pool, a mapping. Return: Place."""
        return _objects.place_at(self, address)

    def freed(self, address: int) -> Optional[_objects.FreedBlock]:
        """What is at an address in a pool where no object begins any more. Return: FreedBlock; None: one does, or no pool is there."""
        return _objects.freed_block(self, address)

    @property
    def memory(self) -> _memory.Memory:
        """Where memory is: iterate it; called, it is the command 'memory'."""
        return _memory.Memory(self)

    @property
    def pins(self) -> _arenas.Pins:
        """What keeps nearly empty arenas: iterate it; called, it is the command 'pins'."""
        return _arenas.Pins(self)

    def type_at(self, address: int) -> Optional[_objects.Type]:
        """The Type whose address is @address, or None."""
        pointer = ctypes.c_void_p()
        absent = self._call(lib.lh_type_at, address, ctypes.byref(pointer)) == _objects.ABSENT
        return None if absent or pointer.value is None else self._type(pointer.value)

    def objects(self, type: Union[_objects.Type, str, None] = None, tracked: bool = False,
                interpreter: Optional[Mapping[str, int]] = None, *, types: Optional[str] = None, attribute: Optional[str] = None,
                key: Optional[str] = None, value: Optional[str] = None, min_bytes: int = 0) -> Iterator[_objects.Object]:
        """Live objects that meet all conditions, in ascending order of their addresses.

        type: a Type, or the name of one. interpreter: one of interpreters, for those that its collector tracks. types: names
        and patterns, as the command find takes them. attribute: of their own. key: dicts that have it. value: str and bytes
        that contain it, int equal to it. min_bytes: of at least so many."""
        if isinstance(type, str):
            return itertools.chain.from_iterable(
                self.objects(t, tracked, interpreter, types=types, attribute=attribute, key=key, value=value, min_bytes=min_bytes)
                for t in self.types.named(type))
        conditions = _objects.Conditions(type, tracked, interpreter["address"] if interpreter else 0, types, attribute, key,
                                         value, min_bytes)
        return _objects.objects(self, conditions.query())

    def get(self, address: int) -> Optional[_objects.Object]:
        """The Object whose address is @address, or None."""
        return _objects.object_at(self, address)

    def __getitem__(self, address: int) -> _objects.Object:
        found = self.get(address)
        if found is None:
            raise _objects.no_object(address)
        return found

    def __contains__(self, address: int) -> bool:
        return self.get(address) is not None

    def forget(self) -> None:
        """Free what was kept for further questions."""
        self._call(lib.lh_heap_forget)

    def _about(self) -> Dict[str, Any]:
        info = self._info()
        return {"kind": text(info.kind), "path": text(info.path), "pid": info.pid or None, "python": self.version,
                "debug": info.debug, "free_threaded": info.free_threaded, "layout": self.layout}

    def _info(self) -> _native.HeapInfo:
        info = _native.info(_native.HeapInfo)
        self._call(lib.lh_heap_info, ctypes.byref(info))
        return info

    def _type(self, pointer: int) -> _objects.Type:
        found = self._types.get(pointer)
        if found is None:
            found = self._types[pointer] = _objects.Type(self, pointer)
        return found

    def _call(self, function: Callable[..., int], *arguments: Any) -> int:
        if not self._pointer:
            raise ValueError("the heap is closed")
        return self._context.call(function, self._pointer, *arguments)

    def _out(self, function: Callable[..., int], *arguments: Any) -> int:
        """Call a function whose last argument is a pointer to what it returns; LibheapError where that is absent."""
        out = ctypes.c_void_p()
        if self._call(function, *arguments, ctypes.byref(out)) == _objects.ABSENT:
            raise _objects.no_object(arguments[0])
        return out.value or 0


class Types(_questions.TypesCommand, _objects.Question):
    """The types of a heap."""

    def __iter__(self) -> Iterator[_objects.Type]:
        self._heap._call(lib.lh_heap_read)
        for index in range(len(self)):
            yield self._heap._type(lib.lh_type_nth(self._heap._pointer, index))

    def counts(self, tracked: bool = False, native: bool = False) -> _objects.TypeCounts:
        """Live objects, or those that the garbage collector tracks, counted by type. native: find the native memory of each type,
        too. Return: TypeCounts, with a summary."""
        query = _objects.Conditions(tracked=tracked).query()
        query.native = native
        return _objects.TypeCounts(self._heap, query)

    def matching(self, names: str) -> List[_objects.Type]:
        """The types that names name: "Session", "app.*", "0x7f..."; several are separated by newlines."""
        return [type for type in self if lib.lh_type_is_named(self._heap._pointer, type._pointer, names.encode())]

    def named(self, name: str) -> List[_objects.Type]:
        """All types of that name: "dict", "app.models.User"."""
        return [type for type in self if type.name == name]

    def __len__(self) -> int:
        return int(lib.lh_type_count(self._heap._pointer))

    def __getitem__(self, name: str) -> _objects.Type:
        found = self.named(name)
        if not found:
            raise KeyError(name)
        return found[0]


def _word(value: object) -> str:
    return hex(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _target_options(exe: OptionalPath, sysroot: OptionalPath, debug_dir: OptionalPath,
                    stopped: bool = False) -> _native.TargetOptions:
    return _native.TargetOptions(ctypes.sizeof(_native.TargetOptions), _native.path(exe),
                                 _native.path(sysroot), _native.path(debug_dir), stopped)


def _add_thread(context: Context, target: Optional[int], words: Sequence[int], stack_pointer: int = 0,
                thread_pointer: int = 0, tid: int = 0) -> None:
    raw = (ctypes.c_uint64 * len(words))(*words)
    context.call(lib.lh_target_add_thread, target, ctypes.byref(_native.ThreadRegisters(
        ctypes.sizeof(_native.ThreadRegisters), raw, len(words), stack_pointer, thread_pointer, tid)))


def _open(function: Callable[..., int], layout: str, context: Context, *arguments: Any,
          keep: Optional[_Callbacks] = None, registers: Iterable[Registers] = ()) -> Heap:
    if keep is not None:
        keep.context = context
    try:
        target = context.out(function, context.pointer, *arguments)
    except BaseException:
        context.close()
        raise
    try:
        for thread in registers:
            _add_thread(context, target, **thread)
    except BaseException:
        lib.lh_target_free(target)
        context.close()
        raise
    return Heap(context, target, layout, keep)


def open(path_or_pid: Union[_native.Path, int], *, exe: OptionalPath = None, sysroot: OptionalPath = None,
         debug_dir: OptionalPath = None, layout: str = "auto", stopped: bool = False, registers: Iterable[Registers] = (),
         progress: Optional[Progress] = None, hints: Optional[Mapping[str, str]] = None,
         memory: Optional[int] = None) -> Heap:
    """Open a core file (str or path) or a running process (int). Return: Heap.

    stopped: a debugger holds the process still already; then registers are dicts, one per thread: words, stack_pointer,
    thread_pointer, or words as the kernel has them and tid. progress: called with (phase, done, total). hints: a dict of how messages name
    what to do about them, for a front end of its own: {"exe": "set py-heap exe"}; see HINTS in _context.py.
    memory: bytes that may be kept between questions, half of the machine's if None; 0 if there is only one question."""
    options = ctypes.byref(_target_options(exe, sysroot, debug_dir, stopped))
    if isinstance(path_or_pid, int):
        return _open(lib.lh_target_open_process, layout, Context(progress, hints, memory), path_or_pid, options, registers=registers)
    path = os.fsencode(path_or_pid)
    return _open(lib.lh_target_open_core, layout, Context(progress, hints, memory), path, options)


class _Callbacks:
    """A reader's Python side, alive as long as its heap."""

    def __init__(self, read: Read, regions: Iterable[Region], pid: int) -> None:
        self.context: Context  # set by _open(), before the library reads
        self._read = read
        raw = [_native.Region(r["start"], r["end"], r.get("offset", 0), _native.path(r.get("path")),
                              r.get("readable", True), r.get("writable", False), r.get("executable", False))
               for r in regions]
        self._regions = (_native.Region * len(raw))(*raw)
        self.reader = _native.Reader(ctypes.sizeof(_native.Reader), _native.ReadFn(self._on_read), None,
                                     self._regions, len(raw), pid)

    def _on_read(self, _arg: Optional[int], addr: int, buffer: int, size: int) -> int:
        try:
            data = bytes(self._read(addr, size))[:size]
            ctypes.memmove(buffer, data, len(data))
            return len(data)
        except KeyboardInterrupt as error:
            self.context.keep(error)
            return -errno.EINTR
        except BaseException as error:
            self.context.keep(error)
            return -errno.EIO


def open_reader(read: Read, regions: Iterable[Region], pid: int = 0, *, exe: OptionalPath = None,
                sysroot: OptionalPath = None, debug_dir: OptionalPath = None, layout: str = "auto",
                registers: Iterable[Registers] = (), progress: Optional[Progress] = None,
                hints: Optional[Mapping[str, str]] = None, memory: Optional[int] = None) -> Heap:
    """Open memory that read(addr, size) returns: bytes readable from addr, b"" if there are none.

    regions: dicts of start, end, offset, path, readable, writable, executable. registers, hints, memory: as open()'s. What read()
    raises comes out of the call that needed the memory. Return: Heap."""
    keep = _Callbacks(read, regions, pid)
    options = ctypes.byref(_target_options(exe, sysroot, debug_dir))
    return _open(lib.lh_target_open_reader, layout, Context(progress, hints, memory), ctypes.byref(keep.reader), options, keep=keep,
                 registers=registers)
