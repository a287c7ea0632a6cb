# SPDX-License-Identifier: Apache-2.0
"""The garbage collectors of an open heap, their generations, and garbage."""

from __future__ import annotations

from ctypes import byref
from typing import TYPE_CHECKING, Any, Dict, Iterator as Iterates, List, NamedTuple, Optional

from . import _native, _questions
from ._native import lib
from ._objects import Iterator, Object, Question, each, numbered

if TYPE_CHECKING:
    from ._heap import Heap


class Generation(NamedTuple):
    """A list of tracked objects: number (None: the permanent one), threshold and count (None there), objects, bytes,
    untyped (objects whose type is not readable), broken (address where the list is broken, or None), last (then: of the
    object before that, or None)."""

    number: Optional[int]
    threshold: Optional[int]
    count: Optional[int]  # type: ignore[assignment]
    objects: int
    bytes: int
    untyped: int
    broken: Optional[int]
    last: Optional[int]


class GarbageObject(NamedTuple):
    """An object that gc.collect() would find now: object, component (a number), uncollectable."""

    object: Optional[Object]
    component: int
    uncollectable: bool


class Collector:
    """A garbage collector: interpreter (id), enabled (None: not known), collecting, garbage (gc.garbage, an Object or None),
    garbage_count (None: not known), debug (gc.get_debug()), long_lived_total and long_lived_pending (objects that the last
    full collection left, and that have come since; None: this Python does not count them), generations."""

    def __init__(self, heap: Heap, info: _native.CollectorInfo, generations: List[Generation]) -> None:
        self.interpreter = info.interpreter
        self.enabled = None if info.enabled < 0 else bool(info.enabled)
        self.collecting = info.collecting
        self.garbage = heap.get(info.garbage) if info.garbage else None
        self.garbage_count = None if info.garbage_count < 0 else info.garbage_count
        self.debug = info.debug
        self.long_lived_total, self.long_lived_pending = [
            None if count < 0 else count for count in (info.long_lived_total, info.long_lived_pending)]
        self.generations = generations

    def __repr__(self) -> str:
        return "<libheap collector of interpreter %d>" % self.interpreter


def _generation(info: _native.GenerationInfo) -> Generation:
    permanent = info.number < 0
    return Generation(None if permanent else info.number, None if permanent else info.threshold,
                      None if permanent else info.count, info.objects, info.bytes, info.untyped, info.broken or None,
                      info.last or None)


def _generations(heap: Heap, collector: int) -> List[Generation]:
    infos = numbered(heap, lib.lh_generation_at, _native.info(_native.GenerationInfo), collector)
    return [_generation(info) for info in infos]


class Collectors(_questions.GcCommand, Question):
    """The garbage collectors, the main interpreter's first: iterate it; called, it is the command 'gc'."""

    def __iter__(self) -> Iterates[Collector]:
        infos = numbered(self._heap, lib.lh_collector_at, _native.info(_native.CollectorInfo))
        for index, info in enumerate(infos):
            yield Collector(self._heap, info, _generations(self._heap, index))


class Garbage(_questions.GarbageCommand, Question):
    """What gc.collect() would find now: iterate it for GarbageObjects; called, it is the command 'garbage'."""

    @property
    def summary(self) -> Dict[str, Any]:
        """A dict: objects, components, uncollectable, doubtful, missing, broken, collecting, as struct lh_garbage_summary."""
        info = _native.info(_native.GarbageSummary)
        self._heap._call(lib.lh_garbage_summary, byref(info))
        return {name: getattr(info, name) for name, _ in info._fields_[1:]}

    def __len__(self) -> int:
        return int(self.summary["objects"])

    def __iter__(self) -> Iterates[GarbageObject]:
        heap = self._heap
        iterator = Iterator(heap, heap._out(lib.lh_garbage_iter_new), lib.lh_garbage_iter_free)
        for info in each(iterator, lib.lh_garbage_iter_next, _native.info(_native.GarbageInfo)):
            yield GarbageObject(heap.get(info.addr), info.component, info.uncollectable)
