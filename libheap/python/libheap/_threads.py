# SPDX-License-Identifier: Apache-2.0
"""Threads of an open heap, the calls that they are in, and their locals."""

from __future__ import annotations

from ctypes import byref
from typing import TYPE_CHECKING, Dict, Iterator as Iterates, List, Optional

from . import _native, _questions
from ._context import LibheapError
from ._native import lib
from ._objects import Iterator, Object, Question, each

if TYPE_CHECKING:
    from ._heap import Heap


class Frame:
    """A call of a Python function: function, file, line (None where not known), address, code_address; code, globals, locals."""

    __slots__ = ("thread", "address", "code_address", "globals_address", "function", "file", "line")

    def __init__(self, thread: Thread, info: _native.FrameInfo, function: Optional[str], file: Optional[str]) -> None:
        self.thread = thread
        self.address = info.addr
        self.code_address = info.code
        self.globals_address = info.globals
        self.function, self.file = function, file
        self.line = info.line or None

    @property
    def code(self) -> Optional[Object]:
        return self.thread._heap.get(self.code_address)

    @property
    def globals(self) -> Optional[Object]:
        return self.thread._heap.get(self.globals_address)

    @property
    def locals(self) -> Dict[Optional[str], Optional[Object]]:
        """A dict of its locals: name to Object, None where no object is."""
        heap = self.thread._heap
        iterator = Iterator(heap, heap._out(lib.lh_local_iter_new, self.address), lib.lh_local_iter_free)
        info = _native.info(_native.LocalInfo)
        return {iterator.text(lib.lh_local_iter_name): heap.get(info.addr)
                for _ in each(iterator, lib.lh_local_iter_next, info)}

    def __repr__(self) -> str:
        return "<libheap frame %s %s:%s>" % (self.function, self.file, self.line)


class Frames(List[Frame]):
    """Frames, newest first. complete is False where their chain is broken, or its memory is missing: there may be more."""

    complete = True


class Thread:
    """A thread: address, interpreter (id), id, native_id, name, holds_gil (None where not known); frames."""

    __slots__ = ("_heap", "address", "interpreter", "id", "native_id", "name", "holds_gil")

    def __init__(self, heap: Heap, info: _native.ThreadInfo, name: Optional[str]) -> None:
        self._heap = heap
        self.address = info.addr
        self.interpreter = info.interpreter
        self.id, self.native_id = info.id or None, info.native_id or None
        self.name = name
        self.holds_gil = None if info.holds_gil < 0 else bool(info.holds_gil)

    @property
    def frames(self) -> Frames:
        """Its calls, newest first, as a Frames list."""
        heap, found = self._heap, Frames()
        iterator = Iterator(heap, heap._out(lib.lh_frame_iter_new, self.address), lib.lh_frame_iter_free)
        try:
            for info in each(iterator, lib.lh_frame_iter_next, _native.info(_native.FrameInfo)):
                found.append(Frame(self, info, iterator.text(lib.lh_frame_iter_function),
                                   iterator.text(lib.lh_frame_iter_file)))
        except LibheapError as error:
            if error.code != "ECORRUPT":
                raise
            found.complete = False
        return found

    def __repr__(self) -> str:
        return "<libheap thread %s at %#x>" % (self.name or self.id, self.address)


class Threads(_questions.ThreadsCommand, Question):
    """The threads of all interpreters: iterate it; called, it is the command 'threads'.

    Where a list of threads is broken, LibheapError (ECORRUPT) is raised after all that can be reached."""

    def __iter__(self) -> Iterates[Thread]:
        heap, broken = self._heap, None
        iterator = Iterator(heap, heap._out(lib.lh_thread_iter_new), lib.lh_thread_iter_free)
        info = _native.info(_native.ThreadInfo)
        try:
            while True:
                try:
                    if not iterator.give(lib.lh_thread_iter_next, byref(info)):
                        break
                except LibheapError as error:
                    if error.code != "ECORRUPT":
                        raise
                    broken = broken or error
                    continue
                yield Thread(heap, info, iterator.text(lib.lh_thread_iter_name))
        finally:
            iterator.close()
        if broken:
            raise broken
