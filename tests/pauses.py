# SPDX-License-Identifier: Apache-2.0
"""For how long a process was stopped, which answers say and which is not the same twice."""
import re

NOTE = re.compile(r"\n\n?The process was stopped for ([\d.]+) (ms|s)\.\n")


def without(text):
    """All else that an answer says"""
    return NOTE.sub("\n", text)


def seconds(text):
    number, unit = NOTE.search(text).groups()
    return float(number) / (1000 if unit == "ms" else 1)
