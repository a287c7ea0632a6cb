# SPDX-License-Identifier: Apache-2.0
"""
Memory that malloc holds free, in its main heap and in those of threads; SIGUSR1 has it trimmed: run as PROGRAM FOLDER.

before.txt, after.txt: /proc/self/smaps around malloc_trim(0).
"""
import ctypes
import os
import signal
import sys
import threading

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
libc.free.restype = None
libc.malloc_trim.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
SIZES = 40, 72, 600, 3000, 5000, 9000, 20000, 70000, 100000
room = bytearray(1 << 20)


def churn(kept):
    blocks = []
    for i in range(900):
        size = SIZES[i % len(SIZES)]
        block = libc.malloc(size)
        libc.memset(block, 1, size)
        blocks.append(block)
    for i, block in enumerate(blocks):
        if i % 7:
            libc.free(block)
        else:
            kept.append(block)


def work(ready, end):
    churn(kept)
    ready.set()
    end.wait()


def smaps(name):
    """Into memory that is there"""
    source = os.open("/proc/self/smaps", os.O_RDONLY)
    out = os.open(os.path.join(sys.argv[1], name + ".part"), os.O_CREAT | os.O_WRONLY)
    while True:
        count = os.readv(source, [room])
        if not count:
            break
        os.write(out, memoryview(room)[:count])
    os.close(source)
    os.close(out)
    os.rename(os.path.join(sys.argv[1], name + ".part"), os.path.join(sys.argv[1], name))


kept, end = [], threading.Event()
smaps("before.txt")
libc.malloc_trim(0)
signal.signal(signal.SIGUSR1, lambda *_: None)
for _ in range(3):
    ready = threading.Event()
    threading.Thread(target=work, args=(ready, end), daemon=True).start()
    ready.wait()
churn(kept)
os.close(os.open(os.path.join(sys.argv[1], "ready"), os.O_CREAT | os.O_WRONLY))
signal.pause()
smaps("before.txt")
libc.malloc_trim(0)
smaps("after.txt")
signal.pause()
