# SPDX-License-Identifier: Apache-2.0
"""
A collector at rest, with counts in all generations: gc_next_program.py FOLDER. When it is let go, it makes containers until a full
collection comes, and says how many those were.
"""
import gc
import json
import os
import sys
import time


def write(folder, name, text):
    with open(os.path.join(folder, name + ".new"), "w") as out:
        out.write(text)
    os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))


def main(folder):
    full, kept, go = [], [None] * 200000, os.path.join(folder, "go")

    def on_collection(phase, info):
        if phase == "start" and info["generation"] == 2:
            full.append(1)
    gc.collect()
    gc.set_threshold(1000, 5, 3)
    gc.callbacks.append(on_collection)
    made = 0
    while made < 8500:                # generation 1 was collected once, and is one or two rounds on
        kept[made] = []
        made += 1
    write(folder, "ready", "")
    while not os.path.exists(go):
        time.sleep(.02)
    before, start = gc.get_count(), made
    while not full and made < 200000:
        kept[made] = []
        made += 1
    gc.disable()
    write(folder, "account", json.dumps({"made": made - start, "before": before, "full": len(full)}))
    time.sleep(1000)


main(sys.argv[1])
