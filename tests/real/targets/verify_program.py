# SPDX-License-Identifier: Apache-2.0
"""One object of each sort, many times: their addresses are the account. The test overwrites words of them. Run as PROGRAM FOLDER."""
import gc
import json
import os
import sys
import time


class Plain(object):
    def __init__(self, number):
        self.number = number


class Slots(object):
    __slots__ = ("left", "right")

    def __init__(self, number):
        self.left, self.right = number, None


def several(make):
    return [make(number) for number in range(8)]


kept = {
    "list": several(lambda n: [n, "two", n + 1]),
    "tuple": several(lambda n: (n, "two", n + 2, "four")),
    "dict": several(lambda n: dict(("key %d %d" % (n, i), i) for i in range(20))),
    "set": several(lambda n: set("item %d %d" % (n, i) for i in range(20))),
    "str": several(lambda n: u"text %d " % n * 10),
    "bytes": several(lambda n: b"bytes" * (n + 5)),
    "int": several(lambda n: (1 << 200) + n),
    "large": several(lambda n: b"%d" % n * 1000 if sys.version_info >= (3, 5) else "large" * 200),
    "Plain": several(Plain),
    "Slots": several(Slots),
}
blocks = several(lambda n: b"f" * 300 + str(n).encode())
holes = [id(one) for one in blocks[::2]]
del blocks[::2]
gc.collect()
gc.disable()


def main(folder):
    told = dict((name, [id(one) for one in ones]) for name, ones in kept.items())
    told["hole"] = holes
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump(told, out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
