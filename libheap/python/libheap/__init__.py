# SPDX-License-Identifier: Apache-2.0
"""libheap: heap forensics for CPython, from a core file or a running process.

>>> import libheap
>>> with libheap.open("core.1234") as heap:
...     for row in heap.types(limit=5):
...         print(row["type"], row["count"], row["bytes"])

...     for obj in heap.objects(type="app.Session"):
...         print(hex(obj.address), obj.size, [ref.name for ref in obj.referrers()])

Types, objects and references are Python objects. Every command of py-heap is a method; its rows are those that
py-heap --format json prints.
"""

from . import _native
from ._arenas import Arena, Pin, Pool, SizeClass
from ._collectors import Collector, GarbageObject, Generation
from ._commands import command, commands
from ._context import LibheapError
from ._heap import Answer, Heap, open, open_reader, parse
from ._memory import MemoryNode, NativeBlock
from ._objects import FreedBlock, Object, Place, Reference, Type, TypeCount
from ._paths import Component, Path, Root, Suspect
from ._result import Column, Next, Result
from ._threads import Frame, Thread

__version__ = _native.text(_native.lib.lh_version())
__all__ = ["Answer", "Arena", "Collector", "Column", "Component", "Frame", "FreedBlock", "GarbageObject",
           "Generation", "Heap", "LibheapError", "MemoryNode", "NativeBlock", "Next", "Object", "Path", "Pin", "Place", "Pool",
           "Reference", "Result", "Root", "SizeClass", "Suspect", "Thread", "Type", "TypeCount", "command",
           "commands", "open", "open_reader", "parse"]
