# SPDX-License-Identifier: Apache-2.0
"""A library context: failures become LibheapError, exceptions of callbacks come out where they belong."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from typing import Any, Callable, Iterator, List, Mapping, Optional, Sequence

from . import _native
from ._native import lib

Progress = Callable[[str, int, int], object]  # phase, done, total


class LibheapError(Exception):
    """What the library said: code ("ECORRUPT"), text (one line), address (int or None)."""

    def __init__(self, code: str, text: str, address: Optional[int] = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.address = address


# How messages name what to do about them. Texts with rows come from answer() alone, which takes options as words.
HINTS = {"exe": "exe=", "sysroot": "sysroot=", "debug_dir": "debug_dir=", "object": "Heap.object()", "value": "value=",
         "all_rows": "--limit 0", "all_lines": "--no-fold", "all_columns": "-f json"}


class Context:
    """Owns a struct lh_ctx, and an exception that a callback raised until the library has returned."""

    def __init__(self, progress: Optional[Progress] = None, hints: Optional[Mapping[str, str]] = None,
                 memory: Optional[int] = None) -> None:
        out = ctypes.c_void_p()
        self.pointer: Optional[int] = None
        if lib.lh_ctx_new(ctypes.byref(out)) < 0:
            raise MemoryError("libheap: out of memory")
        self.pointer = out.value
        self.pending: Optional[BaseException] = None
        self._asking = 0  # questions that are under way
        self._closing: List[Callable[[], None]] = []  # what waits until they are not
        texts = dict(HINTS, **hints or {})
        self._hints = _native.words([texts[name] for name in _native.HINTS])  # must live as long as the context
        lib.lh_ctx_set_hints(self.pointer, self._hints, len(_native.HINTS))
        if memory is not None:
            lib.lh_ctx_set_memory(self.pointer, memory)
        self._progress = progress
        self._callback = _native.ProgressFn(self._on_progress)  # must live as long as the context
        lib.lh_ctx_set_progress(self.pointer, self._callback, None)

    def close(self) -> None:
        if self.pointer:
            lib.lh_ctx_free(self.pointer)
        self.pointer = None

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """While the library is at work for it, what it works on stays."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            while self._closing and not self._asking:
                self._closing.pop()()

    def postpone(self, close: Callable[[], None]) -> bool:
        """Whether the library is at work: a callback of ours asks to close, as GDB does when a connection ends while memory is read. The
        question fails then, and after it @close is called."""
        if self._asking:
            self._closing[:] = [close]
            self.keep(ValueError("the heap was closed while it was asked"))
        return self._asking > 0

    def keep(self, error: BaseException) -> None:
        """A callback failed: the library cannot carry the exception, check() raises it."""
        if self.pending is None:
            self.pending = error

    def _on_progress(self, progress: ctypes._Pointer[_native.Progress], _arg: Optional[int]) -> int:
        """Called in Python even without a listener: this is where a pending ^C shows itself."""
        if self.pending is not None:
            return 1
        try:
            if self._progress:
                now = progress.contents
                self._progress(_native.text(now.phase), now.done, now.total)
            return 0
        except BaseException as error:  # KeyboardInterrupt above all
            self.keep(error)
            return 1

    def call(self, function: Callable[..., int], *arguments: Any) -> int:
        """Call the library; raise what failed, or what a callback raised.

        ^C may strike on the first line of a callback, before any "try" of ours: ctypes then reports it as
        unraisable and the library sees 0. So that it is not lost, we listen there while the library runs."""
        with self.asking():
            return self._call(function, arguments)

    def _call(self, function: Callable[..., int], arguments: Sequence[Any]) -> int:
        before = sys.unraisablehook

        def hook(unraisable: sys.UnraisableHookArgs) -> None:
            if isinstance(unraisable.exc_value, KeyboardInterrupt):
                self.keep(unraisable.exc_value)
            else:
                before(unraisable)

        sys.unraisablehook = hook
        try:
            r = function(*arguments)
        finally:
            sys.unraisablehook = before
        return self._check(r)

    def _check(self, r: int) -> int:
        pending, self.pending = self.pending, None
        if pending is not None:
            raise pending
        if r >= 0:
            return r
        error = lib.lh_ctx_error(self.pointer).contents
        code = _native.CODES.get(error.code, str(error.code))
        raise LibheapError(code, _native.text(error.text), error.addr if error.has_addr else None)

    def out(self, function: Callable[..., int], *arguments: Any) -> int:
        """Call a function whose last argument is a pointer to what it returns."""
        out = ctypes.c_void_p()
        self.call(function, *arguments, ctypes.byref(out))
        return out.value or 0
