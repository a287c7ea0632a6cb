# SPDX-License-Identifier: Apache-2.0
"""What keeps the objects of an open heap alive: roots, shortest paths, reference cycles, counts that nothing explains."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator as Iterates, List, NamedTuple, Optional, Union

from . import _native, _questions
from ._native import lib
from ._objects import Iterator, Object, Question, Reference, References, Type, each, numbered

if TYPE_CHECKING:
    from ._heap import Heap

Types = Union[Type, str, Iterable[Union[Type, str]], None]

# enum lh_root_kind
ROOT_KINDS = ("modules", "sys", "builtins", "interp", "thread", "frame", "interned", "static", "data", "local", "native",
              "register", "stack", "count")


class Root(NamedTuple):
    """A reference that keeps an object alive by itself: kind ("modules", "frame"), name in words, object, word (address of
    the word that refers to it, or None), interpreter (id), thread (address of its state), code (an Object) and line of a
    frame, stale (the word may be a leftover). What does not apply is None."""

    kind: str
    name: str
    object: Optional[Object]
    word: Optional[int]
    interpreter: Optional[int]
    thread: Optional[int]
    code: Optional[Object]
    line: Optional[int]
    stale: bool


def _root(heap: Heap, info: _native.RootInfo, name: Optional[str]) -> Root:
    return Root(ROOT_KINDS[info.kind], name or "", heap.get(info.object), info.word or None,
                None if info.interpreter < 0 else info.interpreter, info.thread or None,
                heap.get(info.code) if info.code else None, info.line or None, info.stale)


class Roots:
    """The roots of interpreters, threads and frames: iterate it."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap

    def __iter__(self) -> Iterates[Root]:
        iterator = Iterator(self._heap, self._heap._out(lib.lh_root_iter_new), lib.lh_root_iter_free)
        for info in each(iterator, lib.lh_root_iter_next, _native.info(_native.RootInfo)):
            yield _root(self._heap, info, iterator.text(lib.lh_root_iter_name))


class Path:
    """A shortest path from a root to an object: root, length (references, the root's own included), count (references to
    the object by paths of this shape, or by this holder), shape (a text; None with all_roots), steps; str() is the path as
    Python writes it."""

    def __init__(self, heap: Heap, iterator: Iterator, info: _native.PathInfo) -> None:
        root = _native.info(_native.RootInfo)
        iterator.give(lib.lh_path_iter_root, byref(root))
        self.root = _root(heap, root, iterator.text(lib.lh_path_iter_root_name))
        self.length: int = info.length
        self.count: int = info.count
        self.shape = iterator.text(lib.lh_path_iter_shape)
        self.text = iterator.text(lib.lh_path_iter_text) or ""
        pointer = ctypes.c_void_p()
        iterator.give(lib.lh_path_iter_steps, byref(pointer))
        self._found: Iterable[Reference] = References(heap, pointer.value or 0)

    @property
    def steps(self) -> List[Reference]:
        """The References from the object that the root holds to the one asked for; named when they are first asked for."""
        if isinstance(self._found, References):
            self._found = list(self._found)
        return list(self._found)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return "<libheap path %s>" % self.text


def _names(types: Types) -> Optional[bytes]:
    """Types as struct lh_path_query takes them."""
    if types is None:
        return None
    several = [types] if isinstance(types, (Type, str)) else types
    return "\n".join(hex(t.address) if isinstance(t, Type) else t for t in several).encode()


def paths(obj: Object, through: Types, avoid: Types, all_roots: bool) -> Iterates[Path]:
    """Generator of Paths to an object."""
    heap = obj._heap
    query = _native.PathQuery(ctypes.sizeof(_native.PathQuery), _names(through), _names(avoid), all_roots)
    iterator = Iterator(heap, heap._out(lib.lh_path_iter_new, obj.address, byref(query)), lib.lh_path_iter_free)
    for info in each(iterator, lib.lh_path_iter_next, _native.info(_native.PathInfo)):
        yield Path(heap, iterator, info)


class Component:
    """Objects that all lead to each other: object_count, size (bytes of all), garbage, frozen (no collection looks at it);
    objects(), cycle()."""

    def __init__(self, heap: Heap, index: int, info: _native.ComponentInfo) -> None:
        self._heap, self._index = heap, index
        self.object_count: int = info.objects
        self.size: int = info.bytes
        self.garbage: bool = info.garbage
        self.frozen: bool = info.frozen

    def objects(self) -> Iterates[Object]:
        """Its objects, in ascending order of their addresses."""
        for address in numbered(self._heap, lib.lh_component_object_at, ctypes.c_uint64(), self._index):
            yield self._heap[address.value]

    def cycle(self) -> References:
        """The References of a short cycle in it, in turn, back to where it begins."""
        return References(self._heap, self._heap._out(lib.lh_component_cycle, self._index))

    def __repr__(self) -> str:
        return "<libheap component of %d objects>" % self.object_count


class Cycles(_questions.CyclesCommand, Question):
    """Components with a reference cycle, alive or garbage: iterate it; called, it is the command 'cycles'."""

    def __iter__(self) -> Iterates[Component]:
        for index, info in enumerate(numbered(self._heap, lib.lh_component_at, _native.info(_native.ComponentInfo))):
            yield Component(self._heap, index, info)


class Suspect(NamedTuple):
    """An object with a count and references that do not agree: address, type (None: it was freed), refcount, found
    (pointers to it), unexplained (refcount - found), holder (an Object that refers to what was freed, else None), taken (C code
    likely took the references once, at an import)."""

    address: int
    type: Optional[Type]
    refcount: int
    found: int
    unexplained: int
    holder: Optional[Object]
    taken: bool


class Refaudit(_questions.RefauditCommand, Question):
    """Objects whose reference count and references do not agree: iterate it for Suspects; called, it is the command
    'refaudit'."""

    @property
    def summary(self) -> Dict[str, Any]:
        """A dict: audited, suspects, excess, deficit and the other members of struct lh_refaudit_summary."""
        info = _native.info(_native.RefauditSummary)
        self._heap._call(lib.lh_refaudit_summary, byref(info))
        return {name: getattr(info, name) for name, _ in info._fields_[1:]}

    def __len__(self) -> int:
        return int(self.summary["suspects"])

    def __iter__(self) -> Iterates[Suspect]:
        heap = self._heap
        for info in numbered(heap, lib.lh_suspect_at, _native.info(_native.SuspectInfo)):
            yield Suspect(info.addr, heap._type(info.type) if info.type else None, info.refcount, info.found,
                          info.unexplained, heap.get(info.holder) if info.holder else None, info.taken)
