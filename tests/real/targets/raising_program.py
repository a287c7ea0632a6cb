# SPDX-License-Identifier: Apache-2.0
"""raising_program.py FOLDER KIND: meets an exception, notes it, and aborts while it is handled, in a generator, or when it was printed."""
import json
import os
import sys

FOLDER, KIND = sys.argv[1:]


def note(exception, traceback):
    while traceback.tb_next:
        traceback = traceback.tb_next
    code = traceback.tb_frame.f_code
    with open(os.path.join(FOLDER, "exception.json"), "w") as out:
        json.dump([type(exception).__name__, traceback.tb_lineno, getattr(code, "co_qualname", code.co_name)], out)
    os.abort()


class Failure(Exception):
    pass


def ask_for_much():
    return bytearray(1 << 60)


def fail():
    try:
        raise KeyError("an older one")
    except KeyError:
        raise Failure()


def handled(function):
    try:
        function()
    except Exception:
        note(*sys.exc_info()[1:])


def generator(function):
    def steps():
        try:
            function()
        except Exception:
            yield note(*sys.exc_info()[1:])
    next(steps())


def reported(function):
    sys.excepthook = lambda kind, value, traceback: note(value, traceback)
    function()


def none(function):
    try:
        function()
    except Exception:
        pass
    with open(os.path.join(FOLDER, "exception.json"), "w") as out:
        out.write("null")
    os.abort()


kind, _, what = KIND.partition("-")
globals()[kind](ask_for_much if what == "memory" else fail)
