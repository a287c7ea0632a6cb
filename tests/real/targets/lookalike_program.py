# SPDX-License-Identifier: Apache-2.0
"""
A number and a pointer to float in the midst of malloc's memory, which look like a float, and a word that leads there:
run as PROGRAM FOLDER.
"""
import ctypes
import json
import os
import sys
import time

WORD = ctypes.sizeof(ctypes.c_void_p)


def main(folder):
    malloc = ctypes.CDLL(None).malloc
    malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    word = ctypes.c_size_t(malloc(1000) + 10 * WORD)
    (ctypes.c_size_t * 3).from_address(word.value)[:] = [100, id(float), 0]
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump(word.value, out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
