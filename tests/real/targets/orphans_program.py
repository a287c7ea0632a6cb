# SPDX-License-Identifier: Apache-2.0
"""A C library loses blocks of malloc's; planted: their addresses."""
import ctypes
import gc
import json
import os
import sys
import threading
import time
import zlib

folder = sys.argv[1]
library = ctypes.CDLL(os.environ["ORPHANS"]) if "ORPHANS" in os.environ else None
kept = [zlib.compressobj(), threading.Lock(), json.loads("[1, 2]"), open(os.devnull)]
other = threading.Thread(target=time.sleep, args=(9999,))
other.daemon = True
other.start()
if library:
    library.plant(os.path.join(folder, "planted").encode())
gc.collect()
with open(os.path.join(folder, "ready"), "w"):
    pass
time.sleep(9999)
