# SPDX-License-Identifier: Apache-2.0
"""
C strings in small blocks of pools that had larger objects: a type's address may be left behind a string, and the next block
tells the size of what would be there. And a list whose room was overwritten: no array is that long. Run as PROGRAM FOLDER.
"""
import ctypes
import json
import os
import sys
import time

WORD = ctypes.sizeof(ctypes.c_void_p)
DEAD = 20000                    # whole pools of them, so that blocks of another size are carved from what they leave
MAKERS = [lambda i: 10**6 + i, lambda i: i + 0.5, lambda i: b"text of bytes" + str(i).encode(), lambda i: "text of str %d" % i,
          lambda i: (i, None, i), lambda i: complex(i, 1), lambda i: [i]]
TEXTS = [b"None", b"const", b"default", b"type", b"''", b"a", b"list of five"]


def main(folder):
    malloc = ctypes.pythonapi.PyObject_Malloc
    malloc.restype, malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    blocks = []
    for make in MAKERS:
        dead = [make(number) for number in range(DEAD)]
        del dead
        for number in range(DEAD):
            text = TEXTS[number % len(TEXTS)] + b"\0"
            block = malloc(len(text))
            ctypes.memmove(block, text, len(text))
            blocks.append(block)
    damaged = [None] * 100
    ctypes.c_size_t.from_address(id(damaged) + list.__basicsize__ - WORD).value = 1 << 40      # ob_item, allocated
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump(blocks, out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
