# SPDX-License-Identifier: Apache-2.0
"""What objects contain: values of Python where there are some, items of containers as Objects."""

from __future__ import annotations

import ctypes
import struct
from ctypes import byref
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator as Iterates, Optional, Tuple, Union

from . import _native, _objects
from ._native import lib

if TYPE_CHECKING:
    from ._objects import Object, Type

MANY = 1024  # items per call of the library
BYTES = 1 << 27  # Py_TPFLAGS_BYTES_SUBCLASS
_ITEM = struct.Struct("@NQQQ")
assert _ITEM.size == ctypes.sizeof(_native.ItemInfo)

Pair = Tuple[Union[int, "Object", None], Optional["Object"]]
SHAPES: Dict[str, Callable[[Iterates[Pair]], Any]] = {  # by the name of the type, or of one that it is derived from
    "list": lambda pairs: [value for _, value in pairs],
    "tuple": lambda pairs: tuple(value for _, value in pairs),
    "collections.deque": lambda pairs: [value for _, value in pairs],
    "set": lambda pairs: {value for _, value in pairs},
    "frozenset": lambda pairs: {value for _, value in pairs},
    "dict": dict,
    "frozendict": dict,
}


def shape(obj: Object) -> Optional[str]:
    """The name in SHAPES of the container that an object is, or None."""
    of: Optional[Type] = obj.type
    while of is not None and of.name not in SHAPES:
        of = of.base
    return of.name if of else None


def number(obj: Object) -> Union[int, float, complex, None]:
    heap = obj._heap
    small, real, imag = ctypes.c_int64(), ctypes.c_double(), ctypes.c_double()
    if heap._call(lib.lh_object_int, obj.address, byref(small)) == 0:
        return bool(small.value) if obj.type.name == "bool" else small.value
    if heap._call(lib.lh_object_float, obj.address, byref(real)) == 0:
        return real.value
    if heap._call(lib.lh_object_complex, obj.address, byref(real), byref(imag)) == 0:
        return complex(real.value, imag.value)
    size, pointer, negative = ctypes.c_size_t(), ctypes.c_void_p(), ctypes.c_bool()
    if heap._call(lib.lh_object_int_bytes, obj.address, byref(pointer), byref(size), byref(negative)) == 0:
        value = int.from_bytes(_native.take_bytes(pointer.value, size.value), "little")
        return -value if negative.value else value
    return None


def value(obj: Object) -> Any:
    """What an object is, where that can be said in Python."""
    found = number(obj)
    if found is not None:
        return found
    size, pointer = ctypes.c_size_t(), ctypes.c_void_p()
    if obj._heap._call(lib.lh_object_text, obj.address, byref(pointer), byref(size)) == 0:
        raw = _native.take_bytes(pointer.value, size.value)
        if obj.type.flags & BYTES:
            return raw
        return bytearray(raw) if is_bytearray(obj.type) else raw.decode("utf-8", "replace")
    form = shape(obj)
    return SHAPES[form](items(obj)) if form else None


def is_bytearray(of: Optional[Type]) -> bool:
    while of is not None and of.name != "bytearray":
        of = of.base
    return of is not None


def addresses(obj: Object) -> Iterates[Tuple[int, int, int]]:
    """(index, key, value) of each item, as addresses; read by many."""
    pointer = ctypes.c_void_p()
    if obj._heap._call(lib.lh_item_iter_new, obj.address, byref(pointer)) == _objects.ABSENT:
        raise TypeError("%r is not a container" % obj)
    iterator = _objects.Iterator(obj._heap, pointer.value or 0, lib.lh_item_iter_free)
    try:
        buffer, count = (_native.ItemInfo * MANY)(), ctypes.c_size_t()
        buffer[0].size = ctypes.sizeof(_native.ItemInfo)
        raw = memoryview(buffer).cast("B")
        while iterator.give(lib.lh_item_iter_next_many, buffer, MANY, byref(count)):
            for _, index, key, item in _ITEM.iter_unpack(raw[:count.value * _ITEM.size]):
                yield index, key, item
    finally:
        iterator.close()


def items(obj: Object) -> Iterates[Pair]:
    get = obj._heap.get
    for index, key, item in addresses(obj):
        yield (get(key) if key else index), (get(item) if item else None)


def length(obj: Object) -> int:
    found = ctypes.c_uint64()
    if obj._heap._call(lib.lh_object_length, obj.address, byref(found)) != 0:
        raise TypeError("%r has no length" % obj)
    return found.value


def lookup(obj: Object, key: Any) -> Optional[Object]:
    """The item of a sequence at an index, or of a dict by a key's value."""
    form = shape(obj)
    if form in ("dict", "frozendict"):
        for its, item in items(obj):
            if its is not None and not isinstance(its, int) and its.value == key:
                return item
        raise KeyError(key)
    if form not in ("list", "tuple", "collections.deque") or not isinstance(key, int):
        raise TypeError("%r has no item %r" % (obj, key))
    wanted = key + length(obj) if key < 0 else key
    for index, _, address in addresses(obj):
        if index == wanted:
            return obj._heap.get(address) if address else None
    raise IndexError("%r has no item %d" % (obj, key))
