# SPDX-License-Identifier: Apache-2.0
"""
Objects of an extension that keep borrowed pointers, alive and garbage, and what a forked child's collection finds of them:
run as PROGRAM FOLDER, which has the extension.
"""
import gc
import os
import sys
import time

sys.path.insert(0, sys.argv[1])
import borrowing

COUNT = 200


class Session(object):
    pass


def circle(*parent):
    """A node that only its own list holds; it keeps borrowed pointers to itself and to its parent"""
    node = borrowing.Node(*parent)
    box = [node]
    node.hold(box)
    return node


def collected():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, str(gc.collect()).encode())
        os._exit(0)
    os.close(writer)
    count = int(os.read(reader, 30))
    os.wait()
    return count


gc.collect()
gc.disable()
for _ in range(COUNT):
    circle()                                            # to itself: twice 200 objects
parents = [borrowing.Node() for _ in range(COUNT)]
for parent in parents:
    circle(parent)                                      # garbage that knows what is alive: twice 200
orphans = [borrowing.Node(circle()) for _ in range(COUNT)]      # alive, and know what is garbage: twice 200
sessions = [Session() for _ in range(COUNT)]
for number, session in enumerate(sessions):
    borrowing.register("session %d" % number, session)
parent = session = None
found = collected()
with open(os.path.join(sys.argv[1], "borrowing.json"), "w") as out:         # by hand: json would leave garbage of its own
    out.write('{"collected": %d, "head": %d, "kept": %s}' % (found, object.__basicsize__, [id(o) for o in parents + orphans]))
open(os.path.join(sys.argv[1], "ready"), "w").close()
time.sleep(3600)
