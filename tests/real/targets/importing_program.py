# SPDX-License-Identifier: Apache-2.0
"""
References that an extension takes as it is imported, and others that leak as the program runs: one each of objects made at run
time, a thousand of what modules have. Run as PROGRAM FOLDER, which has the extension.
"""
import json
import os
import sys
import time

sys.path.insert(0, sys.argv[1])
import importing

COUNT = 50


class Session(object):
    pass


class Config(object):
    pass


def leak_each(objects):
    for one in objects:
        importing.leak(one, 1)
    return [id(one) for one in objects]


docs = ["documentation of number %d" % number for number in range(20)]
for one in docs:
    importing.document(one)
told = {"documented": [id(one) for one in docs], "types": [id(enumerate)]}
sessions = [Session() for _ in range(COUNT)]
texts = ["text number %d" % number for number in range(COUNT)]
pairs = [(number + 1000, "kept") for number in range(COUNT)]
importing.leak(Session(), 0)            # what a first call leaves behind is not of those that are planted
told["leaked"] = leak_each(sessions) + leak_each(texts) + leak_each(pairs)
importing.names = {"grown": 1}
for one in (Config, importing.names, importing.Holder, importing.version):
    importing.leak(one, 1000)
told["grown"] = [id(one) for one in (Config, importing.names, importing.version)]
if sys.getrefcount(importing.Holder) < 1 << 29:
    told["grown"].append(id(importing.Holder))          # static types may have no count (3.12 and later)
importing.leak_pairs(1000)
one = None
with open(os.path.join(sys.argv[1], "told.part"), "w") as out:
    json.dump(told, out)
os.rename(os.path.join(sys.argv[1], "told.part"), os.path.join(sys.argv[1], "told.json"))
while True:
    time.sleep(3600)
