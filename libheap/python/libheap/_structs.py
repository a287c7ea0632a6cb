# SPDX-License-Identifier: Apache-2.0
"""The structs and callbacks of libheap.so.0, as the public headers declare them."""

from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint, c_uint32,
                    c_uint64, c_void_p)


class Error(Structure):
    _fields_ = [("code", c_int), ("addr", c_uint64), ("has_addr", c_bool), ("where", c_char_p),
                ("line", c_int), ("text", c_char_p)]


class Progress(Structure):
    _fields_ = [("phase", c_char_p), ("done", c_uint64), ("total", c_uint64)]


class TargetOptions(Structure):
    _fields_ = [("size", c_size_t), ("exe", c_char_p), ("sysroot", c_char_p), ("debug_dir", c_char_p),
                ("stopped", c_bool)]


class Region(Structure):
    _fields_ = [("start", c_uint64), ("end", c_uint64), ("offset", c_uint64), ("path", c_char_p),
                ("readable", c_bool), ("writable", c_bool), ("executable", c_bool)]


class ThreadRegisters(Structure):
    _fields_ = [("size", c_size_t), ("words", POINTER(c_uint64)), ("word_count", c_size_t),
                ("stack_pointer", c_uint64), ("thread_pointer", c_uint64), ("tid", c_int)]


ReadFn = CFUNCTYPE(c_int64, c_void_p, c_uint64, c_void_p, c_uint64)
ProgressFn = CFUNCTYPE(c_int, POINTER(Progress), c_void_p)


class Reader(Structure):
    _fields_ = [("size", c_size_t), ("read", ReadFn), ("arg", c_void_p), ("regions", POINTER(Region)),
                ("region_count", c_size_t), ("pid", c_int)]


class HeapOptions(Structure):
    _fields_ = [("size", c_size_t), ("layout", c_int)]


class Option(Structure):
    _fields_ = [("name", c_char_p), ("letter", c_char), ("metavar", c_char_p), ("help", c_char_p),
                ("choices", POINTER(c_char_p)), ("shell", c_bool)]


class Style(Structure):
    _fields_ = [("size", c_size_t), ("color", c_bool), ("width", c_uint), ("prefix", c_char_p),
                ("target", c_char_p), ("numbers", c_bool)]


class Value(Structure):
    kind: int
    addr: int
    _fields_ = [("kind", c_int), ("addr", c_uint64)]  # addr: all 64 bits of the union


class ResultInfo(Structure):
    _fields_ = [("size", c_size_t), ("command", c_char_p), ("headline", c_char_p), ("rows", c_size_t),
                ("columns", c_size_t), ("row_count", c_size_t), ("complete", c_bool)]


class ColumnInfo(Structure):
    _fields_ = [("size", c_size_t), ("key", c_char_p), ("title", c_char_p), ("kind", c_int), ("hidden", c_bool)]


class SummaryInfo(Structure):
    _fields_ = [("size", c_size_t), ("key", c_char_p), ("label", c_char_p), ("value", Value)]


class WarningInfo(Structure):
    code: bytes
    text: bytes
    _fields_ = [("size", c_size_t), ("code", c_char_p), ("text", c_char_p), ("addr", c_uint64), ("has_addr", c_bool)]


class NextInfo(Structure):
    _fields_ = [("size", c_size_t), ("command", c_char_p), ("why", c_char_p)]


class HeapInfo(Structure):
    version: bytes
    layout: int
    _fields_ = [("size", c_size_t), ("version", c_char * 32), ("debug", c_bool), ("free_threaded", c_bool),
                ("layout", c_int), ("interpreter_count", c_size_t), ("pid", c_int), ("module", c_char_p), ("kind", c_char_p),
                ("path", c_char_p)]


class InterpreterInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("id", c_int64), ("modules", c_uint64), ("sysdict", c_uint64),
                ("builtins", c_uint64), ("thread_count", c_uint64)]


class TypeInfo(Structure):
    addr: int
    flags: int
    basicsize: int
    itemsize: int
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("metatype", c_uint64), ("base", c_uint64),
                ("flags", c_uint64), ("basicsize", c_int64), ("itemsize", c_int64), ("index", c_size_t)]


class ObjectInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("type", c_void_p), ("bytes", c_uint64),
                ("refcount", c_int64), ("flags", c_uint32)]


class ObjectQuery(Structure):
    _fields_ = [("size", c_size_t), ("type", c_void_p), ("tracked_only", c_bool), ("interpreter", c_uint64),
                ("types", c_char_p), ("attribute", c_char_p), ("key", c_char_p), ("value", c_char_p), ("min_bytes", c_uint64),
                ("native", c_bool)]


class ObjectsSummary(Structure):
    _fields_ = [("size", c_size_t), ("objects", c_uint64), ("tracked", c_uint64), ("bytes", c_uint64), ("pools", c_uint64),
                ("pools_missing", c_uint64), ("pools_damaged", c_uint64), ("first_damaged", c_uint64), ("listed", c_uint64),
                ("broken", c_uint64), ("collecting", c_bool), ("native", c_uint64)]


class TypeCountInfo(Structure):
    _fields_ = [("size", c_size_t), ("type", c_void_p), ("objects", c_uint64), ("tracked", c_uint64), ("bytes", c_uint64),
                ("own_sizeof", c_bool), ("native", c_uint64)]


class DictInfo(Structure):
    _fields_ = [("size", c_size_t), ("used", c_uint64), ("slots", c_uint64), ("shared", c_bool)]


class ItemInfo(Structure):
    _fields_ = [("size", c_size_t), ("index", c_uint64), ("key", c_uint64), ("value", c_uint64)]


class ReferenceInfo(Structure):
    _fields_ = [("size", c_size_t), ("from_", c_uint64), ("to", c_uint64), ("flags", c_uint32), ("depth", c_uint64)]


class PlaceInfo(Structure):
    _fields_ = [("size", c_size_t), ("kind", c_int), ("block_size", c_uint32), ("object", c_uint64), ("arena", c_uint64),
                ("pool", c_uint64), ("block", c_uint64), ("region", Region)]


class ThreadInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("interpreter", c_int64), ("id", c_uint64),
                ("native_id", c_uint64), ("holds_gil", c_int)]


class FrameInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("code", c_uint64), ("globals", c_uint64), ("line", c_uint32)]


class LocalInfo(Structure):
    _fields_ = [("size", c_size_t), ("name", c_uint64), ("addr", c_uint64)]


class CollectorInfo(Structure):
    _fields_ = [("size", c_size_t), ("interpreter", c_int64), ("enabled", c_int), ("collecting", c_bool),
                ("garbage", c_uint64), ("garbage_count", c_int64), ("generation_count", c_size_t), ("debug", c_uint32),
                ("long_lived_total", c_int64), ("long_lived_pending", c_int64)]


class GenerationInfo(Structure):
    _fields_ = [("size", c_size_t), ("number", c_int), ("threshold", c_int64), ("count", c_int64),
                ("objects", c_uint64), ("bytes", c_uint64), ("untyped", c_uint64), ("broken", c_uint64), ("last", c_uint64)]


class GarbageSummary(Structure):
    _fields_ = [("size", c_size_t), ("objects", c_uint64), ("components", c_uint64), ("uncollectable", c_uint64),
                ("doubtful", c_uint64), ("missing", c_uint64), ("broken", c_uint64), ("collecting", c_bool)]


class GarbageInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("component", c_uint32), ("uncollectable", c_bool)]


class AllocatorInfo(Structure):
    _fields_ = [("size", c_size_t), ("found", c_bool), ("pool_size", c_uint32), ("alignment", c_uint32),
                ("arena_size", c_uint64), ("arenas", c_uint64), ("pools", c_uint64), ("pools_free", c_uint64),
                ("blocks_used", c_uint64), ("blocks_free", c_uint64), ("bytes_used", c_uint64), ("bytes_free", c_uint64),
                ("raw_blocks", c_int64), ("pools_missing", c_uint64), ("pools_damaged", c_uint64),
                ("first_damaged", c_uint64), ("arenas_odd", c_uint64), ("first_odd", c_uint64)]


class SizeClassInfo(Structure):
    _fields_ = [("size", c_size_t), ("block_size", c_uint32), ("pools", c_uint64), ("blocks_used", c_uint64),
                ("blocks_free", c_uint64)]


class SlackInfo(Structure):
    _fields_ = [("size", c_size_t), ("objects", c_uint64), ("bytes", c_uint64)]


class ArenaInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("end", c_uint64), ("first_pool", c_uint64),
                ("pool_end", c_uint64), ("pools", c_uint32), ("pools_free", c_uint32), ("blocks_used", c_uint64),
                ("bytes_used", c_uint64)]


class PoolInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("first_block", c_uint64), ("block_size", c_uint32),
                ("blocks", c_uint32), ("used", c_uint32), ("damaged", c_bool), ("free_bits", c_uint64 * 16)]


class MemorySummary(Structure):
    _fields_ = [("size", c_size_t), ("mapped", c_uint64), ("writable", c_uint64), ("resident", c_int64),
                ("unexplained", c_uint64), ("conflicts", c_uint64), ("damaged", c_uint64), ("private_dirty", c_int64),
                ("shared", c_int64), ("swapped", c_int64)]


class NativeSummary(Structure):
    _fields_ = [("size", c_size_t), ("objects", c_uint64), ("modules", c_uint64), ("shared", c_uint64), ("unowned", c_uint64),
                ("blocks", c_uint64), ("damaged", c_uint64)]


class NativeBlock(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("bytes", c_uint64), ("owner", c_uint64)]


class MemoryInfo(Structure):
    _fields_ = [("size", c_size_t), ("path", c_char_p), ("note", c_char_p), ("depth", c_uint32), ("leaf", c_bool),
                ("bytes", c_uint64), ("resident", c_int64), ("count", c_uint64), ("private_dirty", c_int64),
                ("shared", c_int64), ("swapped", c_int64)]


class PinInfo(Structure):
    _fields_ = [("size", c_size_t), ("arena", c_uint64), ("block", c_uint64), ("object", c_uint64), ("block_size", c_uint32),
                ("kind", c_int)]


class RetainedInfo(Structure):
    _fields_ = [("size", c_size_t), ("bytes", c_uint64), ("objects", c_uint64), ("dominator", c_uint64)]


class RootInfo(Structure):
    _fields_ = [("size", c_size_t), ("kind", c_int), ("object", c_uint64), ("word", c_uint64), ("interpreter", c_int64),
                ("thread", c_uint64), ("code", c_uint64), ("line", c_uint32), ("stale", c_bool)]


class PathQuery(Structure):
    _fields_ = [("size", c_size_t), ("through", c_char_p), ("avoid", c_char_p), ("all_roots", c_bool)]


class PathInfo(Structure):
    _fields_ = [("size", c_size_t), ("length", c_uint64), ("count", c_uint64)]


class ComponentInfo(Structure):
    _fields_ = [("size", c_size_t), ("objects", c_uint64), ("bytes", c_uint64), ("garbage", c_bool), ("frozen", c_bool)]


class RefauditSummary(Structure):
    _fields_ = [("size", c_size_t), ("audited", c_uint64), ("immortal", c_uint64), ("suspects", c_uint64),
                ("excess", c_uint64), ("deficit", c_uint64), ("freed", c_uint64), ("taken", c_uint64),
                ("taken_references", c_uint64), ("hidden", c_uint64), ("missing_bytes", c_uint64),
                ("incomplete", c_uint64), ("damaged", c_uint64), ("unexamined", c_uint64), ("pools_missing", c_uint64),
                ("pools_damaged", c_uint64), ("malloc_torn", c_uint64), ("broken", c_uint64),
                ("malloc_unknown", c_bool), ("collecting", c_bool)]


class SuspectInfo(Structure):
    _fields_ = [("size", c_size_t), ("addr", c_uint64), ("type", c_void_p), ("refcount", c_int64), ("found", c_uint64),
                ("unexplained", c_int64), ("holder", c_uint64), ("taken", c_bool)]
