# SPDX-License-Identifier: Apache-2.0
"""libheap: heap forensics for CPython, from a core file or a running process.

>>> import libheap
>>> with libheap.open("core.1234") as heap:
...     for row in heap.types(limit=5):
...         print(row["type"], row["count"], row["bytes"])

Every command of py-heap is a method; what it answers is what py-heap --format json prints.
"""

from . import _native
from ._commands import command, commands
from ._context import LibheapError
from ._heap import Answer, Heap, Result, open, open_reader, parse

__version__ = _native.text(_native.lib.lh_version())
__all__ = ["Answer", "Heap", "LibheapError", "Result", "command", "commands", "open",
           "open_reader", "parse"]
