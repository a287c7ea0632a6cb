# SPDX-License-Identifier: Apache-2.0
"""py-heap in GDB: type "source py-heap.py" (installed: GDB loads it by itself from gdbinit.d), then "help py-heap".

The commands, their options and what they print come from libheap; this plugin finds the target and hands
words over.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(os.path.expanduser(__file__)))
# the plugin's own package, then libheap's: as installed, as in the source tree
for _path in (_HERE, os.path.join(_HERE, "..", "python"), os.path.join(_HERE, "..", "libheap", "python")):
    if os.path.isdir(_path) and os.path.abspath(_path) not in sys.path:
        sys.path.insert(0, os.path.abspath(_path))

try:
    import pyheap_gdb
except (ImportError, OSError, AttributeError) as error:  # no library, or an older one
    sys.stderr.write("py-heap: not loaded, because libheap cannot be used here: %s (before starting GDB, set LIBHEAP=FILE to name "
                     "libheap.so.0, as in BUILD/libheap)\n" % error)
else:
    pyheap_gdb.register()
