# SPDX-License-Identifier: Apache-2.0
"""The ABI of libheap.so.0: no other module of this package knows it. Its structs and functions are declared in _structs and _prototypes."""

from __future__ import annotations

import ctypes
import glob
import os
from ctypes import Structure, c_char_p, c_void_p
from typing import Iterator, Optional, Sequence, Type, TypeVar, Union, overload

from ._prototypes import PROTOTYPES
from ._structs import *  # noqa: F401,F403

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
Filled = TypeVar("Filled", bound=Structure)

SONAME = "libheap.so.0"
HERE = os.path.dirname(os.path.abspath(__file__))

CODES = {1: "ENOMEM", 2: "EIO", 3: "EFAULT", 4: "EFORMAT", 5: "ECORRUPT", 6: "ENOPYTHON", 7: "ELAYOUT",
         8: "EUSAGE", 9: "EINTR", 10: "EPERM", 11: "ESRCH"}
LAYOUTS = ("auto", "dwarf", "offsets", "table", "derived")  # enum lh_layout_source
HINTS = ("exe", "sysroot", "debug_dir", "object", "value", "all_rows", "all_lines", "all_columns")  # enum lh_hint


def info(structure: Type[Filled]) -> Filled:
    """A struct that the library fills, with its size set."""
    return structure(ctypes.sizeof(structure))


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
