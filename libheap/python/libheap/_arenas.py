# SPDX-License-Identifier: Apache-2.0
"""pymalloc's arenas, pools and blocks in an open heap."""

from __future__ import annotations

from ctypes import byref
from typing import TYPE_CHECKING, Any, Dict, Iterator, NamedTuple, Optional, Tuple

from . import _native, _questions
from ._native import lib
from ._objects import Iterator as Handle
from ._objects import Object, Question, each, numbered

if TYPE_CHECKING:
    from ._heap import Heap


class Pool:
    """A pool: address, block_size (bytes; None: it is empty), block_count, used, damaged; blocks()."""

    def __init__(self, info: _native.PoolInfo) -> None:
        self.address = info.addr
        self.block_size = info.block_size or None
        self.block_count, self.used, self.damaged = info.blocks, info.used, info.damaged
        self._first = info.first_block
        self._free = tuple(info.free_bits)

    def blocks(self) -> Iterator[Tuple[int, bool]]:
        """(address, free) of each block."""
        for i in range(self.block_count):
            yield self._first + i * (self.block_size or 0), bool(self._free[i >> 6] >> (i & 63) & 1)

    def __repr__(self) -> str:
        return "<libheap pool of %s bytes at %#x>" % (self.block_size, self.address)


class Arena:
    """An arena: address, end, pool_count, pools_free, blocks_used, bytes_used; pools()."""

    def __init__(self, heap: Heap, index: int, info: _native.ArenaInfo) -> None:
        self._heap, self._index = heap, index
        self.address, self.end = info.addr, info.end
        self.pool_count, self.pools_free = info.pools, info.pools_free
        self.blocks_used, self.bytes_used = info.blocks_used, info.bytes_used

    def pools(self) -> Iterator[Pool]:
        """Its Pools that were carved, but for those whose memory is not in the target."""
        for info in numbered(self._heap, lib.lh_pool_at, _native.info(_native.PoolInfo), self._index):
            yield Pool(info)

    def __repr__(self) -> str:
        return "<libheap arena at %#x>" % self.address


class SizeClass(NamedTuple):
    """Pools with blocks of one size: block_size (bytes), pools, blocks_used, blocks_free."""

    block_size: int
    pools: int
    blocks_used: int
    blocks_free: int


class Arenas(_questions.ArenasCommand, Question):
    """pymalloc's arenas, in ascending order of addresses: iterate it; called, it is the command 'arenas'."""

    def __iter__(self) -> Iterator[Arena]:
        for index, info in enumerate(numbered(self._heap, lib.lh_arena_at, _native.info(_native.ArenaInfo))):
            yield Arena(self._heap, index, info)

    @property
    def summary(self) -> Dict[str, Any]:
        """A dict of what struct lh_allocator_info has: sums over all arenas, and damage. raw_blocks is -1 if not known."""
        info = _native.info(_native.AllocatorInfo)
        self._heap._call(lib.lh_allocator_info, byref(info))
        return {name: getattr(info, name) for name, _ in info._fields_[1:]}

    @property
    def size_classes(self) -> Iterator[SizeClass]:
        """A SizeClass for each size of which there is a pool, the smallest first."""
        for info in numbered(self._heap, lib.lh_size_class_at, _native.info(_native.SizeClassInfo)):
            if info.pools:
                yield SizeClass(info.block_size, info.pools, info.blocks_used, info.blocks_free)

    @property
    def slack(self) -> Dict[int, Tuple[int, int]]:
        """By block_size: how many blocks have an object, and bytes of these blocks beyond what the objects asked for."""
        sizes = numbered(self._heap, lib.lh_size_class_at, _native.info(_native.SizeClassInfo))
        rows = numbered(self._heap, lib.lh_size_class_slack, _native.info(_native.SlackInfo))
        return {size.block_size: (row.objects, row.bytes) for size, row in zip(sizes, rows) if size.pools}


PIN_KINDS = ("unknown", "object", "storage", "freed")  # enum lh_pin_kind


class Pin(NamedTuple):
    """A used block of a nearly empty arena: arena, address, size, kind ('object', 'storage' of one, 'freed', 'unknown'), object
    (None: not known), owner (who holds that, in words; '': no path leads there)."""

    arena: int
    address: int
    size: int
    kind: str
    object: Optional[Object]
    owner: str


class Pins(_questions.PinsCommand, Question):
    """What keeps nearly empty arenas: iterate it for Pins; called, it is the command 'pins'."""

    def __iter__(self) -> Iterator[Pin]:
        return self.blocks()

    def blocks(self, below: int = 10) -> Iterator[Pin]:
        """The used blocks of arenas with less than @below percent of their bytes in use, in ascending order of addresses."""
        heap = self._heap
        iterator = Handle(heap, heap._out(lib.lh_pin_iter_new, below), lib.lh_pin_iter_free)
        for info in each(iterator, lib.lh_pin_iter_next, _native.info(_native.PinInfo)):
            yield Pin(info.arena, info.block, info.block_size, PIN_KINDS[info.kind],
                      heap.get(info.object) if info.object else None, iterator.text(lib.lh_pin_iter_owner) or "")
