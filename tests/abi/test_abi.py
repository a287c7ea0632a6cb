# SPDX-License-Identifier: Apache-2.0
"""What libheap.so exports = what libheap.map lists = what the public headers declare = what the binding may call."""

import os
import re
import subprocess
import sys

import pytest

HEADERS = ("libheap.h", "libheap-command.h")
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "libheap")


def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as stream:
        return re.sub(r"/\*.*?\*/", "", stream.read(), flags=re.S)


@pytest.fixture(scope="module")
def declared():
    text = "".join(text_of(name) for name in HEADERS)
    return set(re.findall(r"^LH_API\b[^;(]*?(\w+)\s*\(", text, flags=re.M))


@pytest.fixture(scope="module")
def exported():
    library = os.path.join(os.environ.get("PYHEAP_BUILD", ""), "libheap", "libheap.so.0")
    if not os.path.exists(library):
        pytest.skip("PYHEAP_BUILD does not name a build folder")
    os.environ.setdefault("LIBHEAP", library)
    lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    names = {line.split()[2].split("@")[0] for line in lines}
    return {name for name in names if not name.startswith("LIBHEAP_")}  # version nodes


def test_map_lists_what_the_header_declares(declared):
    mapped = set(re.findall(r"^\s*(\w+);", text_of("libheap.map").split("local:")[0], flags=re.M))
    assert mapped == declared


def test_library_exports_what_the_header_declares(declared, exported):
    assert exported == declared


def test_binding_calls_what_the_header_declares(declared, exported):
    sys.path.insert(0, os.path.join(ROOT, "python"))
    from libheap import _native
    assert set(_native.PROTOTYPES) <= declared


def test_binding_knows_the_hints(exported):
    from libheap import _context, _native
    hints = re.search(r"enum lh_hint \{(.*?)\}", text_of("libheap.h"), flags=re.S).group(1)
    assert [name.lower() for name in re.findall(r"LH_HINT_(\w+),", hints)] == list(_native.HINTS) == list(_context.HINTS)


@pytest.mark.parametrize("name", HEADERS)
def test_header_stands_alone(name):
    for language in ("c", "c++"):
        subprocess.run(["cc", "-x", language, "-Wall", "-Werror", "-fsyntax-only",
                        os.path.join(ROOT, name)], check=True)


def test_manual_page_names_functions_that_there_are(declared):
    with open(os.path.join(ROOT, "libheap.3"), encoding="utf-8") as stream:
        named = set(re.findall(r"\blh_\w+(?= ?[,.]?$)", stream.read(), flags=re.M))
    assert len(named) > 20 and named <= declared, named - declared
