# SPDX-License-Identifier: Apache-2.0
"""$py_heap_object(...) and $py_heap_type(...): what expressions of GDB and conditions of breakpoints may ask."""

import gdb
import libheap

from . import commands, inferior


class _Function(gdb.Function):
    def __init__(self, name, parameters):
        super().__init__(name)
        self._parameters = parameters

    def find(self, value):
        """Summary of the object that @value points to or into; None where there is none."""
        address = commands.address_of(value)
        with commands.asking():
            heap = inferior.heap(self._parameters.layout(), self._parameters.targets())
            try:
                found = heap.run("object", address).summary
            except libheap.LibheapError as error:
                if error.code != "EFAULT":
                    raise
                return None  # no memory is there
        return found if found["kind"] == "object" else None


class ObjectFunction(_Function):
    """$py_heap_object (ADDR): the Python object that ADDR points to or into, 0 where there is none.

It is a PyObject * if GDB knows that type, else a void *."""

    def invoke(self, value):
        found = self.find(value)
        return gdb.Value(int(found["address"], 16) if found else 0).cast(_pointer_type())


class TypeFunction(_Function):
    """$py_heap_type (ADDR): name of the type of the Python object that ADDR points to or into, "<no object>" where there is none.

For example: break list_dealloc if $_streq ($py_heap_type (op), "app.Rows")"""

    def invoke(self, value):
        found = self.find(value)
        return found["type"] if found else "<no object>"  # of an empty str GDB makes 0x0


def _pointer_type():
    for name in "PyObject", "void":
        try:
            return gdb.lookup_type(name).pointer()
        except gdb.error:
            continue
    return gdb.lookup_type("long")


def make(parameters):
    return [ObjectFunction("py_heap_object", parameters), TypeFunction("py_heap_type", parameters)]
