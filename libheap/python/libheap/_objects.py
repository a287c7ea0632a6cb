# SPDX-License-Identifier: Apache-2.0
"""Types, objects and references of an open heap.

They are names of things in the target: small, hashable, compared by address. They live as long as their heap.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import struct
from ctypes import byref
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator as Iterates, List, NamedTuple, Optional, Tuple, TypeVar, Union

from . import _contents, _native
from ._context import LibheapError
from ._native import lib, text

if TYPE_CHECKING:
    from ._heap import Heap
    from ._paths import Path, Types

Item = TypeVar("Item", bound=Union[ctypes.Structure, ctypes.c_uint64])

ABSENT, DONE = 1, 2  # LH_ABSENT, LH_DONE
TRACKED, IMMORTAL = 1, 2  # enum lh_object_flags
VISITED, CONSERVATIVE = 1, 2  # enum lh_reference_flags
MANY = 4096  # objects per call of the library

# struct lh_object_info, read as a whole: attribute by attribute takes three times as long
_OBJECT = struct.Struct("@NQPQqI4x")
assert _OBJECT.size == ctypes.sizeof(_native.ObjectInfo)


class DictInfo(NamedTuple):
    """How full a dict is: used (len()), slots (of its table, used or not), shared (its keys)."""

    used: int
    slots: int
    shared: bool


class Place(NamedTuple):
    """What an address is part of: kind ("object", "free block", "storage block", "pool", "memory", "unmapped"), object (the
    Object that has it), arena, pool, block (addresses), block_size, region (a dict: the mapping); None where there is none."""

    kind: str
    object: Optional[Object]
    arena: Optional[int]
    pool: Optional[int]
    block: Optional[int]
    block_size: Optional[int]
    region: Optional[Dict[str, Any]]


class FreedBlock(NamedTuple):
    """Memory of a pool that was freed: address, object (the Object that it belongs to now, or None)."""

    address: int
    object: Optional[Object]


class Type:
    """A type of the target: name, module, address, basicsize, itemsize, flags, base (a Type or None)."""

    __slots__ = ("_heap", "_pointer", "_info", "name", "module")

    def __init__(self, heap: Heap, pointer: int) -> None:
        self._heap = heap
        self._pointer = pointer
        self._info = _native.info(_native.TypeInfo)
        heap._call(lib.lh_type_info, pointer, byref(self._info))
        self.name = text(lib.lh_type_name(heap._pointer, pointer))
        length = lib.lh_type_module(heap._pointer, pointer)
        self.module = self.name.encode()[:length].decode() if length else "builtins"

    @property
    def address(self) -> int:
        return self._info.addr

    @property
    def basicsize(self) -> int:
        return self._info.basicsize

    @property
    def itemsize(self) -> int:
        return self._info.itemsize

    @property
    def flags(self) -> int:
        return self._info.flags

    @property
    def base(self) -> Optional[Type]:
        return self._heap.type_at(self._info.base) if self._info.base else None

    @property
    def object(self) -> Object:
        """The type as an object: with references, referrers and a size of its own."""
        return self._heap[self.address]

    def objects(self, tracked: bool = False) -> Iterates[Object]:
        """Live objects of exactly this type."""
        return self._heap.objects(type=self, tracked=tracked)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Type) and self._pointer == other._pointer and self._heap is other._heap

    def __hash__(self) -> int:
        return hash(self._pointer)

    def __repr__(self) -> str:
        return "<libheap type %s at %#x>" % (self.name, self.address)


class Object:
    """A live object: address, type, size (as sys.getsizeof), refcount, tracked, immortal; refs(), referrers(), why(), value."""

    __slots__ = ("_heap", "address", "type", "size", "refcount", "_flags")

    def __init__(self, heap: Heap, address: int, type: Type, size: int, refcount: int, flags: int) -> None:
        self._heap = heap
        self.address: int = address
        self.type: Type = type
        self.size: int = size
        self.refcount = refcount
        self._flags = flags

    @property
    def tracked(self) -> bool:
        return bool(self._flags & TRACKED)

    @property
    def immortal(self) -> bool:
        return bool(self._flags & IMMORTAL)

    @property
    def generation(self) -> Optional[int]:
        """The number of the generation whose list has it, -1: the permanent one; None: it is tracked by no collector."""
        number = ctypes.c_int()
        absent = self._heap._call(lib.lh_object_generation, self.address, byref(number)) == ABSENT
        return None if absent else number.value

    @property
    def interned(self) -> Optional[bool]:
        """Whether a str is interned; None of other objects."""
        yes = ctypes.c_bool()
        return None if self._heap._call(lib.lh_object_interned, self.address, byref(yes)) == ABSENT else yes.value

    @property
    def site(self) -> Optional[Tuple[Optional[str], int]]:
        """File and line that allocated it, where tracemalloc was on; None: it has no trace of the object."""
        file, line = ctypes.c_void_p(), ctypes.c_uint32()
        if self._heap._call(lib.lh_object_site, self.address, byref(file), byref(line)) == ABSENT:
            return None
        return _native.take_text(file.value) if file else None, line.value

    def refs(self, depth: int = 0) -> References:
        """What it refers to: References, in the order of its layout.

        With depth, one for each object within so many levels: the reference that first led to it."""
        if depth:
            start = (ctypes.c_uint64 * 1)(self.address)
            return References(self._heap, self._heap._out(lib.lh_reference_levels_new, start, 1, depth))
        return References(self._heap, self._heap._out(lib.lh_reference_iter_new, self.address))

    def referrers(self, depth: int = 0) -> References:
        """The references to it, found by a look at all objects.

        With depth, one for each object that leads to it within so many levels; each level is such a look."""
        if depth:
            return References(self._heap, self._heap._out(lib.lh_referrer_levels_new, self.address, depth))
        return References(self._heap, self._heap._out(lib.lh_referrer_iter_new, self.address))

    def why(self, through: Types = None, avoid: Types = None, all_roots: bool = False,
            limit: Optional[int] = None) -> List[Path]:
        """Shortest Paths to it from roots, nearest first: one per shape; with all_roots one per holder, and per root that
        leads to it by another path. through, avoid: a Type, a name or pattern as the command 'find --type' takes it, or
        several; limit: this many at most."""
        from ._paths import paths
        return list(itertools.islice(paths(self, through, avoid, all_roots), limit))

    @property
    def value(self) -> Any:
        """What a str, bytes, bytearray, int, bool, float, complex or None is. A list, deque, tuple, set or dict (frozen ones,
        too) as a list, tuple, set or dict of Objects. Of any other object None."""
        return _contents.value(self)

    def items(self) -> Iterates[_contents.Pair]:
        """Pairs of a container, in the order in which Python iterates: (key, value) of a dict, both Objects; else (number,
        Object). None where no object is, and in empty places. TypeError if it is not a container."""
        return _contents.items(self)

    def __iter__(self) -> Iterates[Optional[Object]]:
        """As in Python: the keys of a dict, else the items, as Objects."""
        for key, item in self.items():
            yield item if isinstance(key, int) else key

    def __len__(self) -> int:
        """Of a container, str, bytes or bytearray; else TypeError."""
        return _contents.length(self)

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Optional[Object]:
        """The item at an index of a list, tuple or deque, or of a dict by the value of its key; looks at those before it."""
        return _contents.lookup(self, key)

    def attribute(self, name: str) -> Optional[Object]:
        """The Object that an instance has as its attribute @name, in its __dict__ or a slot; None."""
        address = ctypes.c_uint64()
        absent = self._heap._call(lib.lh_object_attribute, self.address, name.encode(), byref(address)) == ABSENT
        return None if absent else self._heap.get(address.value)

    @property
    def dict_info(self) -> Optional[DictInfo]:
        """How full a dict is: used (len()), slots (of its table, used or not), shared (its keys); None of other objects."""
        info = _native.info(_native.DictInfo)
        if self._heap._call(lib.lh_dict_info, self.address, byref(info)) == ABSENT:
            return None
        return DictInfo(info.used, info.slots, info.shared)

    @property
    def native(self) -> int:
        """Bytes of native memory that it owns: malloc's blocks that no other object leads to, and that size does not count."""
        found = ctypes.c_uint64()
        self._heap._call(lib.lh_native_of_object, self.address, byref(found))
        return found.value

    @property
    def retained(self) -> Optional[int]:
        """Bytes of all that only it keeps alive, its own included; None where no root leads to it."""
        info = self._retained()
        return info.bytes if info else None

    @property
    def dominator(self) -> Optional[Object]:
        """The nearest object that lies on every path to it; None where there is none."""
        info = self._retained()
        return self._heap.get(info.dominator) if info and info.dominator else None

    def dominated(self) -> Iterates[Object]:
        """The objects right below it in the dominator tree, those that retain most first."""
        if not self._retained():
            return
        iterator = Iterator(self._heap, self._heap._out(lib.lh_dominated_iter_new, self.address), lib.lh_dominated_iter_free)
        for address in each(iterator, lib.lh_dominated_iter_next, ctypes.c_uint64()):
            yield self._heap[address.value]

    def _retained(self) -> Optional[_native.RetainedInfo]:
        info = _native.info(_native.RetainedInfo)
        return None if self._heap._call(lib.lh_retained_info, self.address, byref(info)) == ABSENT else info

    def preview(self, width: int = 60) -> str:
        """One line of what it is, as repr() would begin."""
        return _native.take_text(self._heap._out(lib.lh_object_preview, self.address, width))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self.address == other.address and self._heap is other._heap

    def __hash__(self) -> int:
        return hash(self.address)

    def __repr__(self) -> str:
        return "<libheap object %s at %#x>" % (self.type.name, self.address)


class Reference:
    """One reference: holder and target (Objects), name ("['key']", ".attribute", "[3]"), visited, conservative, depth (levels
    from the object that was asked about, from 1 on).

    target is None where no object is: freed memory that somebody still refers to."""

    __slots__ = ("_heap", "holder_address", "target_address", "name", "depth", "_flags")

    def __init__(self, heap: Heap, info: _native.ReferenceInfo, name: Optional[str]) -> None:
        self._heap = heap
        self.holder_address = info.from_
        self.target_address = info.to
        self.name = name
        self.depth = info.depth
        self._flags = info.flags

    @property
    def holder(self) -> Optional[Object]:
        return self._heap.get(self.holder_address)

    @property
    def target(self) -> Optional[Object]:
        return self._heap.get(self.target_address)

    @property
    def visited(self) -> bool:
        """The garbage collector's traversal visits it."""
        return bool(self._flags & VISITED)

    @property
    def conservative(self) -> bool:
        """A word of a body that no layout describes: likely a reference."""
        return bool(self._flags & CONSERVATIVE)

    def __repr__(self) -> str:
        return "<libheap reference %#x%s -> %#x>" % (self.holder_address, self.name, self.target_address)


class Question:
    """Things of a heap, to iterate; called, it is the command of the same name (_questions)."""

    def __init__(self, heap: Heap) -> None:
        self._heap = heap


class Iterator:
    """Owns an iterator of the library until it ends, or the heap is closed."""

    def __init__(self, heap: Heap, pointer: int, free: Callable[[Optional[int]], object]) -> None:
        self._heap, self._free = heap, free
        self._iterator: Optional[int] = pointer
        self.keep: object = None
        heap._iterators.add(self)

    def close(self) -> None:
        if self._iterator:
            self._free(self._iterator)
        self._iterator = None
        self._heap._iterators.discard(self)

    def __del__(self) -> None:
        self.close()

    def give(self, function: Callable[..., int], *arguments: Any) -> bool:
        """Ask the library about where the iterator is. Return: False after the last."""
        return bool(self._iterator) and self._heap._context.call(function, self._iterator, *arguments) != DONE

    def text(self, function: Callable[..., int]) -> Optional[str]:
        """A text about the last item, None where there is none."""
        found = ctypes.c_char_p()
        absent = self._heap._context.call(function, self._iterator, byref(found)) == ABSENT
        return None if absent else text(found.value)


def each(iterator: Iterator, next_: Callable[..., int], info: Item) -> Iterates[Item]:
    """Generator of the iterator's items, each in @info; the iterator is closed at its end."""
    try:
        while iterator.give(next_, byref(info)):
            yield info
    finally:
        iterator.close()


def numbered(heap: Heap, at: Callable[..., int], info: Item, *before: int) -> Iterates[Item]:
    """Generator of things that the library numbers from 0 on, each in @info; those that are absent are left out."""
    for index in itertools.count():
        r = heap._call(at, *before, index, byref(info))
        if r == DONE:
            return
        if r != ABSENT:
            yield info


class References(Iterator):
    """References, in turn; each gets its name as it comes. At the end, complete says whether all that was looked at was in the
    target, and made sense."""

    def __init__(self, heap: Heap, pointer: int) -> None:
        super().__init__(heap, pointer, lib.lh_reference_iter_free)
        self._info = _native.info(_native.ReferenceInfo)
        self.complete: Optional[bool] = None

    def __iter__(self) -> References:
        return self

    def __next__(self) -> Reference:
        if not self.give(lib.lh_reference_iter_next, byref(self._info)):
            if self._iterator:
                self.complete = lib.lh_reference_iter_complete(self._iterator)
            self.close()
            raise StopIteration
        return Reference(self._heap, self._info, self.text(lib.lh_reference_iter_name))


class Conditions(NamedTuple):
    """Which objects are wanted: those that meet all of them; None, False and 0: none."""

    type: Optional[Type] = None
    tracked: bool = False
    interpreter: int = 0
    types: Optional[str] = None
    attribute: Optional[str] = None
    key: Optional[str] = None
    value: Optional[str] = None
    min_bytes: int = 0

    def query(self) -> _native.ObjectQuery:
        return _native.ObjectQuery(ctypes.sizeof(_native.ObjectQuery), self.type and self.type._pointer, self.tracked,
                                   self.interpreter, *[word if word is None else word.encode() for word in self[3:7]],
                                   self.min_bytes)


class TypeCount(NamedTuple):
    """The live objects of a type, counted: type, objects, tracked, bytes, own_sizeof (what a __sizeof__() of its own adds is not
    in bytes), native (memory that they own beyond bytes, 0 if it was not asked for)."""

    type: Type
    objects: int
    tracked: int
    bytes: int
    own_sizeof: bool
    native: int


class TypeCounts(List[TypeCount]):
    """TypeCounts; summary: a dict of sums, and of what could not be seen, as struct lh_objects_summary."""

    def __init__(self, heap: Heap, query: _native.ObjectQuery) -> None:
        iterator = Iterator(heap, heap._out(lib.lh_type_count_iter_new, byref(query)), lib.lh_type_count_iter_free)
        info = _native.info(_native.ObjectsSummary)
        heap._context.call(lib.lh_type_count_iter_summary, iterator._iterator, byref(info))
        self.summary = {name: getattr(info, name) for name, _ in info._fields_[1:]}
        super().__init__(TypeCount(heap._type(c.type), c.objects, c.tracked, c.bytes, c.own_sizeof, c.native)
                         for c in each(iterator, lib.lh_type_count_iter_next, _native.info(_native.TypeCountInfo)))


def objects(heap: Heap, query: _native.ObjectQuery) -> Iterates[Object]:
    """Generator of Objects, read by many."""
    iterator = Iterator(heap, heap._out(lib.lh_object_iter_new, byref(query)), lib.lh_object_iter_free)
    iterator.keep = query  # the library points to its texts
    try:
        buffer = (_native.ObjectInfo * MANY)()
        buffer[0].size = ctypes.sizeof(_native.ObjectInfo)
        raw, count, type_of = memoryview(buffer).cast("B"), ctypes.c_size_t(), heap._type
        while iterator._iterator:
            if heap._context.call(lib.lh_object_iter_next_many, iterator._iterator, buffer, MANY,
                                  byref(count)) == DONE:
                return
            for _, addr, pointer, size, refcount, flags in _OBJECT.iter_unpack(raw[:count.value * _OBJECT.size]):
                yield Object(heap, addr, type_of(pointer), size, refcount, flags)
    finally:
        iterator.close()


def object_at(heap: Heap, address: int) -> Optional[Object]:
    """The object whose address is @address, or None."""
    info = _native.info(_native.ObjectInfo)
    if heap._call(lib.lh_object_info, address, byref(info)) == ABSENT:
        return None
    return Object(heap, info.addr, heap._type(info.type), info.bytes, info.refcount, info.flags)


def place_at(heap: Heap, address: int) -> Place:
    """What the address is part of."""
    info, region = _native.info(_native.PlaceInfo), None
    heap._call(lib.lh_place_at, address, byref(info))
    if info.region.end:
        region = {name: getattr(info.region, name) for name, _ in info.region._fields_}
        region["path"] = info.region.path and os.fsdecode(info.region.path)
    return Place(text(lib.lh_place_name(info.kind)), heap.get(info.object) if info.object else None, info.arena or None,
                 info.pool or None, info.block or None, info.block_size or None, region)


def freed_block(heap: Heap, address: int) -> Optional[FreedBlock]:
    """The block that was freed, to which something still refers at @address."""
    now = ctypes.c_uint64()
    if heap._call(lib.lh_freed_block, address, byref(now)) == ABSENT:
        return None
    return FreedBlock(address, heap.get(now.value) if now.value else None)


def no_object(address: int) -> LibheapError:
    return LibheapError("EFAULT", "there is no object at %#x" % address, address)
