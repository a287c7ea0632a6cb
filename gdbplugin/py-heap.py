# SPDX-License-Identifier: Apache-2.0
"""py-heap in GDB: type "source py-heap.py" (installed: GDB loads it by itself from gdbinit.d), then "help py-heap".

The commands, their options and what they print come from libheap; this plugin finds the target and hands
words over.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(os.path.expanduser(__file__)))
_SOURCES = os.path.abspath(os.path.join(_HERE, "..", "libheap", "python"))
# the plugin's own package, then libheap's, in the source tree
for _path in (_HERE, _SOURCES):
    if os.path.isdir(_path) and _path not in sys.path:
        sys.path.insert(0, _path)
if os.path.exists(os.path.join(_HERE, "python-dir")):  # installed: it names a folder with packages of others too
    with open(os.path.join(_HERE, "python-dir"), encoding="utf-8") as _stream:
        sys.path.append(_stream.read().strip())

try:
    import pyheap_gdb
except (ImportError, OSError, AttributeError) as error:  # no library, or an older one
    sys.stderr.write("py-heap: not loaded, because libheap cannot be used here: %s (before starting GDB, set LIBHEAP=FILE to name "
                     "libheap.so.0, as in BUILD/libheap)\n" % error)
else:
    pyheap_gdb.register()
