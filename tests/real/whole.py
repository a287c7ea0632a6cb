# SPDX-License-Identifier: Apache-2.0
"""
whole.py CORE|PID FILE: what whole.c writes, by the Python binding: all objects and, below each, all that it refers to.

In GDB its functions write the same of what is being debugged.
"""
import sys


def records(heap):
    for o in heap.objects():
        yield "%x %d %d %d %d %s\0" % (o.address, o.size, o.refcount, o.tracked, o.immortal, o.type.name)
        for r in o.refs():
            yield "\t%x %d %d %s\0" % (r.target_address, r.visited, r.conservative, r.name)


def write(heap, path):
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.writelines(records(heap))


def main(target, path):
    import libheap
    with libheap.open(int(target) if target.isdigit() else target) as heap:
        write(heap, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
