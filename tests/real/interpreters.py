# SPDX-License-Identifier: Apache-2.0
"""
Which Pythons there are to test with.

Found by itself: pyenv's, python3.X / python3.Xd in /usr/bin, and what tools/fetch-pythons unpacked. PYHEAP_TEST_PYTHONS
(paths, separated by ':') replaces the search; PYENV_ROOT and PYHEAP_PYTHONS say where pyenv and the unpacked ones are.
"""
import copy
import functools
import glob
import json
import os
import re
import subprocess

SUPPORTED = (2, 7), (3, 15)        # first and last minor version that this release answers for
QUICK = 2
FETCHED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "pythons")

ASK = ("import sys, json; print(json.dumps([list(sys.version_info[:3]), hasattr(sys, 'gettotalrefcount'),"
       " sys.executable, bool((getattr(sys, '_is_gil_enabled', None) or (lambda: True))())]))")


# Interpreters that are run once more with another allocator: the first release build found of each version
ALLOCATORS = {(3, 6): ("pymalloc_debug", "malloc"), (3, 9): ("malloc",), (3, 11): ("debug", "malloc"), (3, 13): ("mimalloc",),
              (3, 14): ("malloc", "pymalloc_debug", "mimalloc"), (3, 15): ("debug", "mimalloc")}


class Interpreter:
    allocator = None            # PYTHONMALLOC

    def __init__(self, path, version, debug, gil):
        self.path, self.version, self.debug, self.gil = path, tuple(version), debug, gil
        # tools/fetch-pythons: bin/SUITE-python3.X starts what lies in the folder SUITE beside bin. Python's own file is then
        # a mapping of a process whose executable is the dynamic loader, and its detached DWARF lies in that folder.
        suite = re.match(r"(\w+)-python3\.\d+d?$", os.path.basename(path))
        where = suite.group(1) if suite else "pyenv" if ".pyenv" in path else os.path.dirname(path).strip("/").replace("/", "-")
        self.debug_dir = os.path.normpath(os.path.join(path, "..", "..", where, "usr/lib/debug")) if suite else None
        self.name = "%s-%d.%d.%d%s%s" % ((where,) + self.version + ("d" if debug else "", "" if gil else "t"))

    def with_allocator(self, allocator):
        other = copy.copy(self)
        other.allocator, other.name = allocator, "%s+%s" % (self.name, allocator)
        return other

    def has_pymalloc(self):
        return self.allocator not in ("malloc", "malloc_debug", "mimalloc")

    def unsupported(self):
        """Why it is not tested, or None"""
        if not self.gil:
            return "free-threaded: a later issue"
        if not SUPPORTED[0] <= self.version[:2] <= SUPPORTED[1]:
            return "%d.%d: a later issue" % self.version[:2]
        return None


def paths():
    chosen = os.environ.get("PYHEAP_TEST_PYTHONS")
    if chosen:
        return [p for p in chosen.split(":") if p]
    root = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    found = glob.glob(os.path.join(root, "versions", "*", "bin", "python"))
    found += [p for p in glob.glob("/usr/bin/python[23].*") if re.search(r"/python[23]\.\d+d?t?$", p)]
    fetched = os.environ.get("PYHEAP_PYTHONS", os.path.normpath(FETCHED))
    return found + glob.glob(os.path.join(fetched, "bin", "*-python3.*"))


@functools.lru_cache(maxsize=None)
def ask(path):
    try:
        said = subprocess.run([path, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True)
        version, debug, _, gil = json.loads(said.stdout.decode())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(path, version, debug, gil)


def find():
    """All interpreters, oldest first; those of one version and kind at different paths are all kept"""
    found = sorted(filter(None, map(ask, paths())), key=lambda i: (i.version, i.path))
    more = []
    for version, allocators in ALLOCATORS.items():
        first = [i for i in found if i.version[:2] == version and not i.debug and i.gil][:1]
        more += [i.with_allocator(allocator) for i in first for allocator in allocators]
    return found + more


def quick(found):
    """The hardest two: one stripped and static, one of the newest"""
    supported = [i for i in found if not i.unsupported() and not i.allocator]
    system = [i for i in supported if i.path.startswith("/usr/") and not i.debug]
    return (system[-1:] + [i for i in reversed(supported) if i not in system[-1:] and not i.debug])[:QUICK]
