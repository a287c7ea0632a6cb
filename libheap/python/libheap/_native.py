# SPDX-License-Identifier: Apache-2.0
"""The ABI of libheap.so.0, as the public headers declare it. No other module of this package knows it."""

from __future__ import annotations

import ctypes
import glob
import os
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint,
                    c_double, c_uint32, c_uint64, c_void_p)
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple, Type, TypeVar, Union, overload

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Filled = TypeVar("Filled", bound=Structure)

SONAME = "libheap.so.0"
HERE = os.path.dirname(os.path.abspath(__file__))

CODES = {1: "ENOMEM", 2: "EIO", 3: "EFAULT", 4: "EFORMAT", 5: "ECORRUPT", 6: "ENOPYTHON", 7: "ELAYOUT",
         8: "EUSAGE", 9: "EINTR", 10: "EPERM", 11: "ESRCH"}
LAYOUTS = ("auto", "dwarf", "offsets", "table", "derived")  # enum lh_layout_source


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
                ("stack_pointer", c_uint64), ("thread_pointer", c_uint64)]


ReadFn = CFUNCTYPE(c_int64, c_void_p, c_uint64, c_void_p, c_uint64)
ProgressFn = CFUNCTYPE(c_int, POINTER(Progress), c_void_p)


class Reader(Structure):
    _fields_ = [("size", c_size_t), ("read", ReadFn), ("arg", c_void_p), ("regions", POINTER(Region)),
                ("region_count", c_size_t), ("pid", c_int)]


class HeapOptions(Structure):
    _fields_ = [("size", c_size_t), ("layout", c_int)]


class Option(Structure):
    _fields_ = [("name", c_char_p), ("letter", c_char), ("metavar", c_char_p), ("help", c_char_p),
                ("choices", POINTER(c_char_p)), ("target", c_bool)]


class Style(Structure):
    _fields_ = [("size", c_size_t), ("color", c_bool), ("width", c_uint), ("prefix", c_char_p),
                ("target", c_char_p)]


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


def info(structure: Type[Filled]) -> Filled:
    """A struct that the library fills, with its size set."""
    return structure(ctypes.sizeof(structure))


_WORDS = POINTER(c_char_p)
HINTS = ("exe", "sysroot", "debug_dir", "object", "value", "all_rows", "all_lines", "all_columns")  # enum lh_hint
_OUT = POINTER(c_void_p)
PROTOTYPES: Dict[str, Tuple[Any, ...]] = {  # name: (result, *arguments)
    "lh_ctx_new": (c_int, _OUT),
    "lh_ctx_free": (c_void_p, c_void_p),
    "lh_ctx_set_progress": (None, c_void_p, ProgressFn, c_void_p),
    "lh_ctx_set_hints": (None, c_void_p, _WORDS, c_size_t),
    "lh_ctx_interrupt": (None, c_void_p),
    "lh_ctx_error": (POINTER(Error), c_void_p),
    "lh_target_open_core": (c_int, c_void_p, c_char_p, POINTER(TargetOptions), _OUT),
    "lh_target_open_process": (c_int, c_void_p, c_int, POINTER(TargetOptions), _OUT),
    "lh_target_open_reader": (c_int, c_void_p, POINTER(Reader), POINTER(TargetOptions), _OUT),
    "lh_target_add_thread": (c_int, c_void_p, POINTER(ThreadRegisters)),
    "lh_target_free": (c_void_p, c_void_p),
    "lh_heap_open": (c_int, c_void_p, POINTER(HeapOptions), _OUT),
    "lh_heap_free": (c_void_p, c_void_p),
    "lh_command_at": (c_void_p, c_size_t),
    "lh_command_find": (c_void_p, c_char_p),
    "lh_command_suggest": (c_char_p, c_char_p),
    "lh_command_name": (c_char_p, c_void_p),
    "lh_command_group": (c_char_p, c_void_p),
    "lh_command_summary": (c_char_p, c_void_p),
    "lh_command_arguments": (c_char_p, c_void_p),
    "lh_command_column": (c_char_p, c_void_p, c_size_t),
    "lh_command_writes_file": (c_bool, c_void_p),
    "lh_command_takes_target": (c_bool, c_void_p),
    "lh_command_option": (POINTER(Option), c_void_p, c_size_t),
    "lh_command_help": (c_int, c_void_p, c_void_p, _OUT),
    "lh_command_help_in_debugger": (c_int, c_void_p, c_void_p, _OUT),
    "lh_command_complete": (c_int, c_void_p, c_void_p, c_int, _WORDS, c_bool, _OUT),
    "lh_invocation_new": (c_int, c_void_p, c_void_p, c_int, _WORDS, c_bool, _OUT),
    "lh_invocation_free": (c_void_p, c_void_p),
    "lh_invocation_get": (c_char_p, c_void_p, c_char_p),
    "lh_invocation_run": (c_int, c_void_p, c_void_p, _OUT),
    "lh_result_candidates": (c_int, c_void_p, _OUT),
    "lh_result_format": (c_int, c_void_p, POINTER(Style), _OUT, POINTER(c_size_t)),
    "lh_result_info": (c_int, c_void_p, POINTER(ResultInfo)),
    "lh_result_column_at": (c_int, c_void_p, c_size_t, POINTER(ColumnInfo)),
    "lh_result_values": (c_int, c_void_p, c_size_t, POINTER(Value), c_size_t, POINTER(c_size_t)),
    "lh_result_summary_at": (c_int, c_void_p, c_size_t, POINTER(SummaryInfo)),
    "lh_result_warning_at": (c_int, c_void_p, c_size_t, POINTER(WarningInfo)),
    "lh_result_note_at": (c_char_p, c_void_p, c_size_t),
    "lh_result_next_at": (c_int, c_void_p, c_size_t, POINTER(NextInfo)),
    "lh_result_warnings": (c_int, c_void_p, _OUT),
    "lh_result_status": (c_int, c_void_p),
    "lh_result_free": (c_void_p, c_void_p),
    "lh_ctx_set_memory": (None, c_void_p, c_uint64),
    "lh_ctx_set_threads": (None, c_void_p, c_uint),
    "lh_heap_info": (c_int, c_void_p, POINTER(HeapInfo)),
    "lh_heap_read": (c_int, c_void_p),
    "lh_heap_forget": (None, c_void_p),
    "lh_interpreter_at": (c_int, c_void_p, c_size_t, POINTER(InterpreterInfo)),
    "lh_type_at": (c_int, c_void_p, c_uint64, _OUT),
    "lh_type_name": (c_char_p, c_void_p, c_void_p),
    "lh_type_module": (c_size_t, c_void_p, c_void_p),
    "lh_type_info": (c_int, c_void_p, c_void_p, POINTER(TypeInfo)),
    "lh_type_is_named": (c_bool, c_void_p, c_void_p, c_char_p),
    "lh_type_count_iter_new": (c_int, c_void_p, POINTER(ObjectQuery), _OUT),
    "lh_type_count_iter_next": (c_int, c_void_p, POINTER(TypeCountInfo)),
    "lh_type_count_iter_summary": (c_int, c_void_p, POINTER(ObjectsSummary)),
    "lh_type_count_iter_free": (c_void_p, c_void_p),
    "lh_type_count": (c_size_t, c_void_p),
    "lh_type_nth": (c_void_p, c_void_p, c_size_t),
    "lh_object_info": (c_int, c_void_p, c_uint64, POINTER(ObjectInfo)),
    "lh_object_type": (c_int, c_void_p, c_uint64, _OUT),
    "lh_object_generation": (c_int, c_void_p, c_uint64, POINTER(c_int)),
    "lh_object_interned": (c_int, c_void_p, c_uint64, POINTER(c_bool)),
    "lh_object_site": (c_int, c_void_p, c_uint64, _OUT, POINTER(c_uint32)),
    "lh_place_name": (c_char_p, c_int),
    "lh_place_at": (c_int, c_void_p, c_uint64, POINTER(PlaceInfo)),
    "lh_freed_block": (c_int, c_void_p, c_uint64, POINTER(c_uint64)),
    "lh_object_iter_new": (c_int, c_void_p, POINTER(ObjectQuery), _OUT),
    "lh_object_iter_next_many": (c_int, c_void_p, POINTER(ObjectInfo), c_size_t, POINTER(c_size_t)),
    "lh_object_iter_free": (c_void_p, c_void_p),
    "lh_reference_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_referrer_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_reference_levels_new": (c_int, c_void_p, POINTER(c_uint64), c_size_t, c_uint64, _OUT),
    "lh_referrer_levels_new": (c_int, c_void_p, c_uint64, c_uint64, _OUT),
    "lh_reference_iter_complete": (c_bool, c_void_p),
    "lh_reference_iter_next": (c_int, c_void_p, POINTER(ReferenceInfo)),
    "lh_reference_iter_name": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_reference_iter_free": (c_void_p, c_void_p),
    "lh_object_text": (c_int, c_void_p, c_uint64, _OUT, POINTER(c_size_t)),
    "lh_object_int": (c_int, c_void_p, c_uint64, POINTER(c_int64)),
    "lh_object_int_bytes": (c_int, c_void_p, c_uint64, _OUT, POINTER(c_size_t), POINTER(c_bool)),
    "lh_object_complex": (c_int, c_void_p, c_uint64, POINTER(c_double), POINTER(c_double)),
    "lh_object_length": (c_int, c_void_p, c_uint64, POINTER(c_uint64)),
    "lh_item_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_item_iter_next_many": (c_int, c_void_p, POINTER(ItemInfo), c_size_t, POINTER(c_size_t)),
    "lh_item_iter_free": (c_void_p, c_void_p),
    "lh_object_float": (c_int, c_void_p, c_uint64, POINTER(c_double)),
    "lh_object_attribute": (c_int, c_void_p, c_uint64, c_char_p, POINTER(c_uint64)),
    "lh_dict_info": (c_int, c_void_p, c_uint64, POINTER(DictInfo)),
    "lh_object_preview": (c_int, c_void_p, c_uint64, c_size_t, _OUT),
    "lh_thread_iter_new": (c_int, c_void_p, _OUT),
    "lh_thread_iter_next": (c_int, c_void_p, POINTER(ThreadInfo)),
    "lh_thread_iter_name": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_thread_iter_free": (c_void_p, c_void_p),
    "lh_frame_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_frame_iter_next": (c_int, c_void_p, POINTER(FrameInfo)),
    "lh_frame_iter_function": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_frame_iter_file": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_frame_iter_free": (c_void_p, c_void_p),
    "lh_local_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_local_iter_next": (c_int, c_void_p, POINTER(LocalInfo)),
    "lh_local_iter_name": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_local_iter_free": (c_void_p, c_void_p),
    "lh_collector_at": (c_int, c_void_p, c_size_t, POINTER(CollectorInfo)),
    "lh_generation_at": (c_int, c_void_p, c_size_t, c_size_t, POINTER(GenerationInfo)),
    "lh_garbage_summary": (c_int, c_void_p, POINTER(GarbageSummary)),
    "lh_garbage_iter_new": (c_int, c_void_p, _OUT),
    "lh_garbage_iter_next": (c_int, c_void_p, POINTER(GarbageInfo)),
    "lh_garbage_iter_free": (c_void_p, c_void_p),
    "lh_allocator_info": (c_int, c_void_p, POINTER(AllocatorInfo)),
    "lh_size_class_at": (c_int, c_void_p, c_size_t, POINTER(SizeClassInfo)),
    "lh_arena_at": (c_int, c_void_p, c_size_t, POINTER(ArenaInfo)),
    "lh_pool_at": (c_int, c_void_p, c_size_t, c_size_t, POINTER(PoolInfo)),
    "lh_memory_summary": (c_int, c_void_p, POINTER(MemorySummary)),
    "lh_memory_at": (c_int, c_void_p, c_size_t, POINTER(MemoryInfo)),
    "lh_native_summary": (c_int, c_void_p, POINTER(NativeSummary)),
    "lh_native_of_object": (c_int, c_void_p, c_uint64, POINTER(c_uint64)),
    "lh_native_block_at": (c_int, c_void_p, c_uint64, POINTER(NativeBlock)),
    "lh_pin_iter_new": (c_int, c_void_p, c_uint, _OUT),
    "lh_pin_iter_next": (c_int, c_void_p, POINTER(PinInfo)),
    "lh_pin_iter_owner": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_pin_iter_free": (c_void_p, c_void_p),
    "lh_retained_info": (c_int, c_void_p, c_uint64, POINTER(RetainedInfo)),
    "lh_dominated_iter_new": (c_int, c_void_p, c_uint64, _OUT),
    "lh_dominated_iter_next": (c_int, c_void_p, POINTER(c_uint64)),
    "lh_dominated_iter_free": (c_void_p, c_void_p),
    "lh_root_iter_new": (c_int, c_void_p, _OUT),
    "lh_root_iter_next": (c_int, c_void_p, POINTER(RootInfo)),
    "lh_root_iter_name": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_root_iter_free": (c_void_p, c_void_p),
    "lh_path_iter_new": (c_int, c_void_p, c_uint64, POINTER(PathQuery), _OUT),
    "lh_path_iter_next": (c_int, c_void_p, POINTER(PathInfo)),
    "lh_path_iter_root": (c_int, c_void_p, POINTER(RootInfo)),
    "lh_path_iter_root_name": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_path_iter_text": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_path_iter_shape": (c_int, c_void_p, POINTER(c_char_p)),
    "lh_path_iter_steps": (c_int, c_void_p, _OUT),
    "lh_path_iter_free": (c_void_p, c_void_p),
    "lh_component_at": (c_int, c_void_p, c_size_t, POINTER(ComponentInfo)),
    "lh_component_object_at": (c_int, c_void_p, c_size_t, c_size_t, POINTER(c_uint64)),
    "lh_component_cycle": (c_int, c_void_p, c_size_t, _OUT),
    "lh_refaudit_summary": (c_int, c_void_p, POINTER(RefauditSummary)),
    "lh_suspect_at": (c_int, c_void_p, c_size_t, POINTER(SuspectInfo)),
    "lh_version": (c_char_p,),
    "lh_write_file": (c_int, c_void_p, c_char_p, c_char_p, c_size_t),
}


def _installed() -> Optional[str]:
    """Where meson installed the library; None in the source tree."""
    try:
        from ._config import LIBRARY
        return str(LIBRARY)
    except ImportError:
        return None


def _candidates() -> Iterator[str]:
    """Files that may be the library, best first."""
    if os.environ.get("LIBHEAP"):
        yield os.environ["LIBHEAP"]
        return
    yield os.path.join(HERE, SONAME)
    root = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
    built = glob.glob(os.path.join(root, "build*", "libheap", SONAME))
    yield from sorted(built, key=os.path.getmtime, reverse=True)
    installed = _installed()
    if installed:
        yield installed


def _load() -> ctypes.CDLL:
    for path in _candidates():
        if os.path.exists(path) or os.environ.get("LIBHEAP"):
            return ctypes.CDLL(path)
    return ctypes.CDLL(SONAME)


lib = _load()
for _name, (_result, *_arguments) in PROTOTYPES.items():
    getattr(lib, _name).restype = _result
    getattr(lib, _name).argtypes = _arguments

_free = ctypes.CDLL(None).free
_free.argtypes = [c_void_p]
_free.restype = None


def words(texts: Sequence[object]) -> ctypes.Array[c_char_p]:
    """Texts as const char *const argv[]."""
    return (c_char_p * (len(texts) + 1))(*[os.fsencode(str(text)) for text in texts], None)


def take_bytes(pointer: Optional[int], size: Optional[int] = None) -> bytes:
    """Memory that the library allocated for us, as bytes; frees it."""
    try:
        return ctypes.string_at(pointer or 0, -1 if size is None else size)
    finally:
        _free(pointer)


def take_text(pointer: Optional[int], size: Optional[int] = None) -> str:
    """The same as str."""
    return take_bytes(pointer, size).decode("utf-8", "replace")


@overload
def text(raw: None) -> None: ...


@overload
def text(raw: bytes) -> str: ...


def text(raw: Optional[bytes]) -> Optional[str]:
    return None if raw is None else raw.decode("utf-8", "replace")


def path(value: Optional[Path]) -> Optional[bytes]:
    return None if value is None else os.fsencode(value)
