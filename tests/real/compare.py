# SPDX-License-Identifier: Apache-2.0
"""Differences between what the interpreter says and what py-heap says, told so that a person can act on them."""

SHOWN = 4            # addresses of one kind of difference
LINES = 40


class Difference(AssertionError):
    pass


def show(addresses):
    first = ["%#x" % a for a in sorted(addresses)[:SHOWN]]
    return " ".join(first) + (" … (%d)" % len(addresses) if len(addresses) > SHOWN else "")


def tell(title, lines):
    if lines:
        more = ["… and %d more" % (len(lines) - LINES)] if len(lines) > LINES else []
        raise Difference("\n".join([title] + ["  " + line for line in lines[:LINES] + more]))


def counts(title, expected, found):
    """Two mappings key -> number (or tuple of numbers); equal, or a line for each key that differs"""
    lines = []
    for key in sorted(set(expected) | set(found), key=str):
        if expected.get(key) != found.get(key):
            lines.append("%-40s the interpreter: %-16s py-heap: %s" % (key, expected.get(key), found.get(key)))
    tell(title, lines)


def addresses(title, expected, found):
    """Two mappings address -> type name; equal, or lines by type: missing, extra, other type"""
    lines = []
    missing, extra = set(expected) - set(found), set(found) - set(expected)
    for word, some, names in (("missing", missing, expected), ("extra", extra, found)):
        for name in sorted({names[a] for a in some}):
            of_type = [a for a in some if names[a] == name]
            lines.append("%-8s %6d %-36s %s" % (word, len(of_type), name, show(of_type)))
    for a in sorted(set(expected) & set(found)):
        if expected[a] != found[a]:
            lines.append("%#x is %s, py-heap says %s" % (a, expected[a], found[a]))
    tell(title, lines)


class Collector:
    """Many small comparisons told together, grouped by what is wrong"""

    def __init__(self):
        self.groups, self.compared = {}, 0

    def wrong(self, group, example):
        self.groups.setdefault(group, []).append(example)

    def finish(self, title):
        lines = []
        for group, examples in sorted(self.groups.items(), key=lambda item: -len(item[1])):
            lines.append("%5d  %s; for example %s" % (len(examples), group, "; ".join(examples[:2])))
        tell("%s (%d compared)" % (title, self.compared), lines)
