# SPDX-License-Identifier: Apache-2.0
"""
A population beside the truth: Debian's packages, imported and used (targets/packages.py), that nobody here wrote.

What is held against the interpreter's own account is what test_truth.py holds of our own heap: sizes, tracked objects, every object,
garbage; besides, nothing warns and refaudit finds nothing. tools/fetch-packages unpacks them; PYHEAP_PACKAGES names another folder.
"""
import glob
import os
import re
import sys

import compare
import heaps
import interpreters
import pytest
import target
import test_truth
import tolerances

PACKAGES = os.environ.get("PYHEAP_PACKAGES", os.path.join(target.HERE, "..", "..", "build", "packages"))
WAYS = [way for way in ("live", "kernel") if not target.why_not(way)]      # the kernel's core ends the program, and comes last
# References that C code of these packages took and lost, told by refaudit as what they are: package -> types, at most how many.
LEAKED = {
    "h5py": ({"int"}, 2),
    "scipy": ({"str", "slice"}, 30),                    # f2py: names of Fortran functions
    "sklearn": ({"str", "slice"}, 30),
    "protobuf": ({"weakref.ReferenceType"}, 1),
    "containers": ({"str"}, 2),                         # zope.interface: two names, see docs/refaudit.md
    "twisted": ({"str"}, 2),
    "gevent": ({"str"}, 2),
    "databases": ({"str", "bytes"}, 2),
    "gi": ({"gi.types.StructMeta", "gi.repository.GLib.UserDirectory", "gi.repository.GLib.IOStatus",
            "gi.repository.GLib.OptionError", "gi.repository.GLib.SeekType"}, 21),      # values of four enumerations: 20, and a class
}
# Sizes that code of the standard library tells and py-heap does not follow: docs/types.md
SIZED = {"decimal.Decimal"}
STANDARD = getattr(sys, "stdlib_module_names", ())
CHECKS = (test_truth.test_tracked_types, test_truth.test_refs, test_truth.test_garbage, test_truth.test_garbage_components)


def names():
    text = ""
    for path in sorted(glob.glob(os.path.join(target.HERE, "targets", "packages_*.py"))):
        with open(path) as source:
            text += source.read()
    return re.findall(r"^@uses\ndef (\w+)", text, re.M)


def hosts_python():
    """Debian's packages are built for Debian's Python"""
    found = [one for one in interpreters.find() if one.path.startswith("/usr/bin/") and not one.debug and one.gil]
    return found[0] if found else None


def environment():
    root = os.path.abspath(PACKAGES)
    libraries = os.path.join(root, "usr/lib/x86_64-linux-gnu")
    version = "usr/lib/python%d.%d" % hosts_python().version[:2]
    paths = ["usr/lib/python3/dist-packages", version, version + "/lib-dynload"]
    return {
        "PYTHONPATH": ":".join(os.path.join(root, path) for path in paths),
        "LD_LIBRARY_PATH": ":".join([libraries] + [os.path.join(libraries, name) for name in ("blas", "lapack", "pulseaudio")]
                                    + [os.path.join(root, "usr/lib")]),
        "GI_TYPELIB_PATH": os.path.join(libraries, "girepository-1.0"), "QT_PLUGIN_PATH": os.path.join(libraries, "qt5/plugins"),
        "MATPLOTLIBRC": os.path.join(root, "etc")}


class Place:
    def __init__(self, program, way):
        self.interpreter, self.target, self.account, self.way, self.layout = program.interpreter, program, program.account, way, "auto"
        self.heap = heaps.open_heap(program.words(way), "auto")
        self.sized_by_code = {row["type"] for row in self.heap.ask("types")["rows"] if row["own_sizeof"]}


def is_from_outside(name):
    """Not the standard library's: py-heap knows how those count themselves, but for what tolerances.py names"""
    return name in tolerances.SIZE_NOT_COMPARED or ("." in name and name.split(".")[0] not in STANDARD)


def check_sizeof(place):
    compare.tell("sized by code that py-heap should know",
                 sorted(name for name in place.sized_by_code - SIZED if not is_from_outside(name)))


def check_objects(place):
    """All that Python code can reach, address by address; what only C holds is put to the oracle"""
    account, found = place.account, test_truth.listing(place)
    expected = {a: (name, tolerances.size(name, account.size_of[a])) for a, name in account.type_of.items()}
    compare.addresses("objects: (type, bytes)", expected, {a: both for a, both in found.items() if a in expected})
    extra, wrong = sorted(set(found) - set(expected)), compare.Collector()
    for a, (_, name, size) in zip(extra, place.target.oracle.ask(extra)):
        wrong.compared += 1
        if found[a][0] not in tolerances.ORACLE_CANNOT_TELL and (name, tolerances.size(name, size)) != found[a]:
            wrong.wrong("%s that is not one" % found[a][0], "%#x is (%s, %s), py-heap says %s" % (a, name, size, found[a]))
    wrong.finish("objects that the interpreter did not list")


def check_audit(place):
    answer = place.heap.ask("refaudit")
    types, most = LEAKED.get(place.target.package, ((), 0))
    left = [row for row in answer["rows"] if row["type"] not in types or row["unexplained"] < 0]
    if len(answer["rows"]) > most:
        left = answer["rows"]
    compare.tell("references that nobody holds", ["%s %s: %s counted, %s found" % (
        row["address"], row["type"], row["refcount"], row["found"]) for row in left])
    assert not answer["warnings"]


def check_warnings(place):
    for command in ("info", "types", "garbage", "cycles", "gc", "arenas", "threads"):
        answer = place.heap.ask(command)
        assert not answer["warnings"], (command, answer["warnings"])
        assert answer["complete"] is True


def check_soundness(place):
    answer = place.heap.ask("verify")
    compare.tell("damages", ["%s: %s" % (row["address"], row["text"]) for row in answer["rows"]])
    assert not answer["warnings"] and answer["complete"], answer["warnings"]


def check_verdict(place):
    """These are healthy, but that the program has turned the collector off"""
    rows = [row for row in place.heap.ask("leaks")["rows"] if row["kind"] != "garbage"]
    assert not rows, rows


def check(place):
    """All that is wrong, not the first alone: a run of fifty packages costs minutes"""
    wrong = []
    tolerances.about["sized_by_code"] = place.sized_by_code
    for one in CHECKS + (check_sizeof, check_objects, check_audit, check_warnings, check_soundness, check_verdict):
        try:
            one(place)
        except AssertionError as error:
            wrong.append("%s: %s: %s" % (place.way, one.__name__, str(error)[:1500]))
    return wrong


@pytest.mark.parametrize("name", names())
def test_package(name, tmp_path):
    python = hosts_python()
    if not python:
        pytest.skip("no Python of Debian's in /usr/bin")
    if not os.path.isdir(PACKAGES):
        pytest.skip("no packages: tools/fetch-packages")
    tolerances.about["version"] = python.version
    program = target.Target(python, str(tmp_path), "package", name, environment=environment())
    program.package = name
    try:
        wrong = []
        for way in WAYS:
            place = Place(program, way)
            wrong += check(place)
            place.heap.close()
        assert not wrong, "\n".join(wrong)
    finally:
        program.remove()
