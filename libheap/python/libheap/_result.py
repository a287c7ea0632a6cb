# SPDX-License-Identifier: Apache-2.0
"""What a command answers, as Python values. They are fetched from the library as values, many cells per call."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

from . import _native
from ._context import Context
from ._native import lib, text

DONE = 2  # LH_DONE
CELLS = 1 << 16  # per call of the library

# enum lh_value_kind
NULL, BOOL, COUNT, NUMBER, BYTES, ADDR, PERCENT, TEXT, LIST = range(9)
KINDS = ("null", "bool", "count", "number", "bytes", "addr", "percent", "text", "list")

Cells = List[Any]


class Column(NamedTuple):
    """A column of rows: key, title (None: the key in capitals), kind ("count", "bytes", ...), hidden (text leaves it out)."""

    key: str
    title: Optional[str]
    kind: str
    hidden: bool


class Next(NamedTuple):
    """A command worth typing next, without program and target, and why."""

    command: str
    why: str


class Result:
    """An answer: rows (list of dicts), columns, summary (dict), warnings (list of dicts), notes (list of str), next (list of
    Next), headline, complete (bool), row_count (with rows that limit left out), status, target (dict)."""

    def __init__(self, context: Context, pointer: int, target: Dict[str, Any]) -> None:
        info = _native.info(_native.ResultInfo)
        lib.lh_result_info(pointer, byref(info))
        self.command: str = text(info.command)
        self.target = target
        self.complete: bool = info.complete
        self.headline: Optional[str] = text(info.headline)
        self.row_count: int = info.row_count
        self.status: int = lib.lh_result_status(pointer)
        self.columns = _columns(pointer)
        self.summary = {text(entry.key): _value(entry.value) for entry in
                        _each(pointer, lib.lh_result_summary_at, _native.info(_native.SummaryInfo))}
        self.warnings = [_warning(entry) for entry in
                         _each(pointer, lib.lh_result_warning_at, _native.info(_native.WarningInfo))]
        self.notes = _notes(pointer)
        self.next = [Next(text(entry.command), text(entry.why)) for entry in
                     _each(pointer, lib.lh_result_next_at, _native.info(_native.NextInfo))]
        self.rows = _rows(context, pointer, [column.key for column in self.columns], info.rows)

    def __iter__(self) -> Iterator[Dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return "<libheap result of %s: %d rows, %r>" % (self.command, len(self.rows), self.summary)


def _each(pointer: int, at: Callable[..., int], info: _native.Filled) -> Iterator[_native.Filled]:
    index = 0
    while at(pointer, index, byref(info)) != DONE:
        yield info
        index += 1


def _columns(pointer: int) -> List[Column]:
    return [Column(text(info.key), text(info.title), KINDS[info.kind], info.hidden)
            for info in _each(pointer, lib.lh_result_column_at, _native.info(_native.ColumnInfo))]


def _warning(info: _native.WarningInfo) -> Dict[str, Any]:
    found: Dict[str, Any] = {"code": text(info.code), "text": text(info.text)}
    if info.has_addr:
        found["address"] = "0x%x" % info.addr
    return found


def _notes(pointer: int) -> List[str]:
    found: List[str] = []
    while True:
        note = lib.lh_result_note_at(pointer, len(found))
        if note is None:
            return found
        found.append(text(note))


def _text(pointer: int) -> str:
    return ctypes.string_at(pointer).decode("utf-8")


def _list(pointer: int) -> List[str]:
    items = _text(pointer).split("\n")
    return items if items[-1] else items[:-1]


def _signed(bits: int) -> int:
    return bits - (1 << 64) if bits >> 63 else bits


_READ: Dict[int, Callable[[int], Any]] = {  # by kind: a cell's 64 bits as a value
    NULL: lambda bits: None,
    BOOL: lambda bits: bool(bits & 0xff),
    COUNT: _signed,
    NUMBER: _signed,
    BYTES: _signed,
    ADDR: lambda bits: "0x%x" % bits,
    PERCENT: _signed,
    TEXT: _text,
    LIST: _list,
}


def _value(raw: _native.Value) -> Any:
    return _READ[raw.kind](raw.addr)


def _column(bits: List[int], kinds: List[int]) -> Cells:
    """The cells of one column. What it has many of are cells of one kind, and texts that are equal."""
    alone = len(set(kinds)) == 1
    if not alone or kinds[0] == LIST:
        return [_READ[kind](cell) for cell, kind in zip(bits, kinds)]
    if kinds[0] == TEXT:
        texts = {pointer: _text(pointer) for pointer in set(bits)}
        return [texts[pointer] for pointer in bits]
    if kinds[0] in (COUNT, NUMBER, BYTES, PERCENT) and max(bits) >> 63 == 0:
        return bits
    return list(map(_READ[kinds[0]], bits))


def _rows(context: Context, pointer: int, keys: List[str], count: int) -> List[Dict[str, Any]]:
    rows: List[Dict[str, Any]] = []
    width = len(keys)
    if width == 0:
        return rows
    many = max(1, min(CELLS // width, count))
    buffer, got = (_native.Value * (many * width))(), ctypes.c_size_t()
    raw = memoryview(buffer).cast("B")
    bits, kinds = raw.cast("Q"), raw.cast("I")  # of 16 bytes: the kind in the first 4, the value in the last 8
    while context.call(lib.lh_result_values, pointer, len(rows), buffer, many, byref(got)) != DONE:
        cells = got.value * width
        columns = [_column(bits[2 * i + 1:2 * cells:2 * width].tolist(), kinds[4 * i:4 * cells:4 * width].tolist())
                   for i in range(width)]
        rows.extend([dict(zip(keys, row)) for row in zip(*columns)])
    return rows
