# SPDX-License-Identifier: Apache-2.0
"""Objects that tracemalloc traces, and what it says of them: run as PROGRAM FOLDER."""
import gc
import os
import sys
import time
import tracemalloc

from account import publish

kept = []


class Thing(object):
    def __init__(self, i):
        self.name = "thing %d" % i


def fill():
    for i in range(700):
        kept.append(Thing(i))
    kept.append([float(i) for i in range(900)])
    kept.append({i: str(i) for i in range(1000, 1500)})
    kept.append(bytearray(300000))


def account(folder, traces):
    frames = {}
    for trace in traces:
        size, frame = trace[1], trace[2][0]
        site = frames.setdefault("%s:%d" % (frame[0], frame[1]), [0, 0])
        site[0] += 1
        site[1] += size
    objects = kept[:40] + [kept[1].name] + kept[-3:]
    publish(folder, "sites.json", {"sites": frames, "objects": {id(one): tell(one) for one in objects}})


def tell(one):
    """'file:line' of the call that allocated it, and of those it came from"""
    traceback = tracemalloc.get_object_traceback(one)
    calls = [] if traceback is None else ["%s:%d" % (frame.filename, frame.lineno) for frame in traceback]
    return calls[::-1] if sys.version_info >= (3, 7) else calls


def main(folder):
    get_traces = tracemalloc._get_traces
    gc.disable()
    kept[0:0] = [Thing(-1)]
    tracemalloc.start(4)
    fill()
    if os.fork() == 0:
        account(folder, get_traces())
        publish(folder, "ready", None)
        os._exit(0)
    os.wait()
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
