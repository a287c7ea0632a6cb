# SPDX-License-Identifier: Apache-2.0
"""Known objects and garbage in a Python that another program embeds; as a WSGI application too. TOLD is the folder to report to."""
import gc
import os

MARKERS, CYCLES = 456, 78


class Marker:
    pass


class Cycle:
    pass


def make_garbage():
    for i in range(CYCLES):
        a, b = Cycle(), Cycle()
        a.other, b.other = b, a


def application(environ, start_response):
    start_response("200 OK", [])
    return [b""]


gc.collect()
gc.disable()
KEPT = [Marker() for i in range(MARKERS)]
make_garbage()
with open(os.path.join(os.environ["TOLD"], __name__ + ".ready"), "w") as told:
    told.write(str(os.getpid()))
