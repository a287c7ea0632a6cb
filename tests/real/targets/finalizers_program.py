# SPDX-License-Identifier: Apache-2.0
"""Garbage with finalizers, objects that theirs brought back, and what only frozen objects hold: run as PROGRAM FOLDER."""
import gc
import os
import sys
import time

back = []


class Node(object):
    def __init__(self):
        self.me = self


class Finalized(Node):
    def __del__(self):
        pass


class Resurrected(Node):
    def __del__(self):
        back.append(self)


def main(folder):
    frozen = []
    gc.collect()
    if hasattr(gc, "freeze"):
        gc.freeze()
    for _ in range(5):
        Resurrected()
    gc.collect()
    gc.disable()
    frozen.append([Node() for _ in range(30)])
    for _ in range(10):
        Node()
    for _ in range(4):
        Finalized()
    del back[3:]                 # two of them are garbage once more: theirs do not run again
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
