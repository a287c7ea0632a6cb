# SPDX-License-Identifier: Apache-2.0
"""Strings in blocks of malloc and of pools, and lists: their addresses are the account. The test overwrites them. Run as PROGRAM FOLDER."""
import json
import os
import sys
import time

large = [("large %d " % number) * 100 for number in range(60)]
lists = [[[number]] for number in range(60)]
small = ["small %d" % number for number in range(60)]


def main(folder):
    with open(os.path.join(folder, "account"), "w") as out:
        json.dump({"header": object.__basicsize__, "large": [id(one) for one in large], "small": [id(one) for one in small],
                   "lists": [id(one) for one in lists]}, out)
    os.close(os.open(os.path.join(folder, "ready"), os.O_CREAT | os.O_WRONLY))
    time.sleep(1000)


if __name__ == "__main__":
    main(sys.argv[1])
