# SPDX-License-Identifier: Apache-2.0
"""Where the memory of a process is."""

from __future__ import annotations

from ctypes import byref
from typing import Any, Dict, Iterator, NamedTuple, Optional

from . import _native, _questions
from ._native import lib, text
from ._objects import ABSENT, Object, Question, numbered


def _known(value: int) -> Optional[int]:
    return None if value < 0 else value


class MemoryNode:
    """
    A node of the tree: path, bytes, count, depth, leaf (nothing is below it), note; bytes in pages that are resident,
    private_dirty, shared, swapped (None: not known).
    """

    def __init__(self, info: _native.MemoryInfo) -> None:
        self.path = text(info.path)
        self.bytes, self.resident, self.count = info.bytes, _known(info.resident), info.count
        self.private_dirty, self.shared, self.swapped = map(_known, (info.private_dirty, info.shared, info.swapped))
        self.depth, self.leaf = info.depth, info.leaf
        self.note = text(info.note) if info.note else None

    def __repr__(self) -> str:
        return "<libheap memory %s: %d bytes>" % (self.path, self.bytes)


class NativeBlock(NamedTuple):
    """A block of malloc's: its address as malloc() returned it, its usable bytes, and the object that alone leads to it, or None."""
    address: int
    bytes: int
    owner: Optional[Object]


class Memory(_questions.MemoryCommand, Question):
    """Where memory is: iterate it for MemoryNodes, each before those below it; called, it is the command 'memory'."""

    @property
    def summary(self) -> Dict[str, Any]:
        """
        A dict: mapped, writable, resident, private_dirty, shared, swapped, unexplained, conflicts, damaged, as struct
        lh_memory_summary.
        """
        info = _native.info(_native.MemorySummary)
        self._heap._call(lib.lh_memory_summary, byref(info))
        known = "resident", "private_dirty", "shared", "swapped"
        return {name: _known(getattr(info, name)) if name in known else getattr(info, name) for name, _ in info._fields_[1:]}

    @property
    def native(self) -> Dict[str, int]:
        """Native memory by what it belongs to, as struct lh_native_summary: objects, modules, shared, unowned, blocks, damaged."""
        info = _native.info(_native.NativeSummary)
        self._heap._call(lib.lh_native_summary, byref(info))
        return {name: getattr(info, name) for name, _ in info._fields_[1:]}

    def native_block(self, address: int) -> Optional[NativeBlock]:
        """The block of malloc's that has the address and that no object lies in; None: there is none."""
        info = _native.info(_native.NativeBlock)
        absent = self._heap._call(lib.lh_native_block_at, address, byref(info)) == ABSENT
        return None if absent else NativeBlock(info.addr, info.bytes, self._heap.get(info.owner) if info.owner else None)

    def __iter__(self) -> Iterator[MemoryNode]:
        for info in numbered(self._heap, lib.lh_memory_at, _native.info(_native.MemoryInfo)):
            yield MemoryNode(info)
