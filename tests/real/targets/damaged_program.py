# SPDX-License-Identifier: Apache-2.0
"""A function whose __name__ was overwritten: run as PROGRAM FOLDER."""
import argparse         # noqa: F401    hundreds of functions that are whole
import ctypes
import json
import os
import sys
import time

WORDS = 20


def damaged():
    pass


def main(folder):
    words = (ctypes.c_size_t * WORDS).from_address(id(damaged))
    at = list(words).index(id(damaged.__name__))
    words[at] = id(damaged) + 8
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump(id(damaged), out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
