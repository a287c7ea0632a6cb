# SPDX-License-Identifier: Apache-2.0
"""
Numbers and a pointer to float in memory of malloc's, which look like floats, and words that lead there; and floats that are
some, though no block of malloc's begins with them, for an extension has an allocator of its own. Run as PROGRAM FOLDER.

account: [what only looks so, what is there]
"""
import ctypes
import json
import os
import sys
import time

WORD = ctypes.sizeof(ctypes.c_void_p)
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.restype, libc.free.argtypes = None, [ctypes.c_void_p]


def words_at(address, count):
    return (ctypes.c_size_t * count).from_address(address)


def in_the_midst():
    return libc.malloc(1000) + 10 * WORD


def where_a_block_was():
    """Blocks side by side that were freed are one; heads of theirs are left, with sizes that lead from one to the next"""
    blocks = sorted(libc.malloc(2000) for _ in range(40))
    for block in blocks:
        libc.free(block)
    big = libc.malloc(40000)
    return next((block for block in blocks[5:] if big < block < big + 30000 and words_at(block - WORD, 1)[0] & -8 == 2016),
                behind_a_head(big))


def behind_a_head(block):
    """Written by ourselves: the same in any heap"""
    at = block + 4096
    words_at(at - WORD, 1)[0] = words_at(at + 1024 - WORD, 1)[0] = 1024 | 1
    return at


class Slab:
    """An extension's allocator: floats at any multiple of 8"""

    def __init__(self):
        self.next = libc.malloc(4000) + 9 * WORD

    def new(self):
        at, self.next = self.next, self.next + 17 * WORD
        ctypes.memmove(at, id(0.5), float.__basicsize__)
        words_at(at, 1)[0] = 1
        return ctypes.cast(at, ctypes.py_object).value


def main(folder):
    looks = [in_the_midst(), in_the_midst(), where_a_block_was(), behind_a_head(libc.malloc(20000))]
    words = [ctypes.c_size_t(at) for at in looks]
    for at in looks:
        words_at(at, 3)[:] = [100, id(float), 0]
    slab, holder = Slab(), type("Holder", (), {})()
    kept = [[slab.new()], (slab.new(), 1), {1: slab.new()}, {"a": slab.new(), "b": 1}, [slab.new()] * 1000, holder, {slab.new()},
            lambda default=slab.new(): default]
    holder.attribute = slab.new()
    there = [kept[0][0], kept[1][0], kept[2][1], kept[3]["a"], kept[4][0], holder.attribute, next(iter(kept[6])), kept[7]()]
    account = [looks, [id(each) for each in there]]
    del there
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump(account, out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)
    return words


if __name__ == "__main__":
    main(sys.argv[1])
