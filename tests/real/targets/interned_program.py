# SPDX-License-Identifier: Apache-2.0
"""Names by the thousand, interned and not, kept and not: run as PROGRAM FOLDER."""
import gc
import os
import sys
import time

from account import publish

intern = getattr(sys, "intern", None) or intern         # noqa: F821
COUNT = 3000
IMMORTAL = 1 << 29              # references: only immortal objects seem to have as many
kept = []


class Row(object):
    pass


def is_interned(text):
    """Whether it is the one that intern() gives back for its like; the like that is made here is no other's"""
    return type(text) is str and intern(text[:1] + text[1:] if len(text) > 1 else text) is text


def fill():
    for i in range(COUNT):
        kept.append(intern("column_%06d_of_a_sheet" % i))
        kept.append("never interned %d" % i)
        kept.append(intern("user_" + "abcdefghij"[i % 10] * (i // 10 + 2)))
    for i in range(COUNT):
        setattr(Row(), "passing_%d" % i, 1)     # the name dies with its row, unless the version makes it immortal


def account(folder):
    texts = [text for text in kept if is_interned(text)]
    columns = [text for text in texts if text.startswith("column_")]
    publish(folder, "interned.json", {
        "columns": [len(columns), sum(map(sys.getsizeof, columns))],
        "users": [sum(text.startswith("user_") for text in texts)],
        "others": [text for text in texts if text.startswith("never")],
        "one": [id(kept[0]), id(kept[1])],
        "immortal": [id(number) for number in range(-20, 3000) if sys.getrefcount(number) >= IMMORTAL],
    })


def main(folder):
    fill()
    gc.disable()
    if os.fork() == 0:
        account(folder)
        publish(folder, "ready", None)
        os._exit(0)
    os.wait()
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
