# SPDX-License-Identifier: Apache-2.0
"""What libheap.so exports = what libheap.map lists = what the public headers declare = what the binding may call."""

import ctypes
import os
import re
import subprocess
import sys

import pytest

HEADERS = ("libheap.h", "libheap-objects.h", "libheap-paths.h", "libheap-places.h", "libheap-process.h", "libheap-memory.h",
           "libheap-command.h")
NOT_IN_PYTHON = {
    "lh_ctx_set_log",               # a log is for front ends
    "lh_object_iter_next", "lh_item_iter_next",         # ..._next_many() instead
    "lh_object_walk", "lh_object_query_check",      # without iterators and exceptions
    "lh_target_open_core_image",    # of a core in memory
    "lh_command_description", "lh_command_example",     # parts of lh_command_help()
    # the shell's: a process of its own, whose targets are opened by options
    "lh_invocation_confine", "lh_invocation_expect_more", "lh_invocation_open", "lh_invocation_remember", "lh_invocation_set_target",
    "lh_cache_folder", "lh_result_address",
    "lh_result_value",              # lh_result_values() instead
    # for lists on a terminal, one after the other: no more than lh_dominated_iter_new(), lh_path_iter_new() and lh_referrer_iter_new()
    "lh_dominated_query_new", "lh_dominated_iter_rest", "lh_object_path_text", "lh_object_path_steps", "lh_referrer_first_new",
    "lh_invocation_hide_values", "lh_text_for_terminal",
}
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
    assert set(_native.PROTOTYPES) == declared - NOT_IN_PYTHON and NOT_IN_PYTHON <= declared


def test_front_ends_know_the_hints(exported):
    from libheap import _context, _native
    hints = re.search(r"enum lh_hint \{(.*?)\}", text_of("libheap.h"), flags=re.S).group(1)
    names = [name.lower() for name in re.findall(r"LH_HINT_(\w+),", hints)]
    assert names == list(_native.HINTS) == list(_context.HINTS)
    for path in ("util/error.c", "../corefile-tools/main.c"):
        assert names == [name.lower() for name in re.findall(r"\[LH_HINT_(\w+)\] =", text_of(path))], path
    in_gdb = re.search(r"^HINTS = \{(.*?)\}", text_of("../gdbplugin/pyheap_gdb/inferior.py"), flags=re.M | re.S).group(1)
    assert set(re.findall(r'"(\w+)":', in_gdb)) <= set(names)      # those that it lacks are as in Python


@pytest.mark.parametrize("name", HEADERS)
def test_header_stands_alone(name):
    for language in ("c", "c++"):
        subprocess.run(["cc", "-x", language, "-Wall", "-Werror", "-fsyntax-only",
                        os.path.join(ROOT, name)], check=True)


def test_manual_page_names_every_function(declared):
    with open(os.path.join(ROOT, "libheap.3"), encoding="utf-8") as stream:
        named = set(re.findall(r"\bFn (lh_\w+)", stream.read(), flags=re.M))
    assert named == declared


def structs():
    """Structs of the binding by their name in C: TargetOptions is struct lh_target_options"""
    sys.path.insert(0, os.path.join(ROOT, "python"))
    from libheap import _native
    found = {}
    for name, kind in vars(_native).items():
        if isinstance(kind, type) and issubclass(kind, ctypes.Structure) and kind is not ctypes.Structure:
            found["lh" + re.sub("[A-Z]", lambda match: "_" + match.group().lower(), name)] = kind
    return found


def printed(tmp_path, values):
    """What C says of these expressions, as numbers"""
    lines = "".join('printf("%%lld\\n", (long long)(%s));\n' % value for value in values)
    source, program = tmp_path / "abi.c", tmp_path / "abi"
    source.write_text("#include <stdio.h>\n#include <libheap-command.h>\nint main(void) {\n%sreturn 0; }\n" % lines)
    subprocess.run(["cc", "-I", ROOT, "-o", str(program), str(source)], check=True)
    return [int(line) for line in subprocess.run([str(program)], check=True, capture_output=True, text=True).stdout.split()]


def test_structs_are_laid_out_as_in_c(exported, tmp_path):
    expected = {}
    for name, kind in structs().items():
        expected["sizeof(struct %s)" % name] = ctypes.sizeof(kind)
        for field, *_ in kind._fields_:
            expected["offsetof(struct %s, %s)" % (name, field.rstrip("_"))] = getattr(kind, field).offset
    assert len(expected) > 50
    assert dict(zip(expected, printed(tmp_path, expected))) == expected


def test_enums_have_the_values_of_c(exported, tmp_path):
    sys.path.insert(0, os.path.join(ROOT, "python"))
    from libheap import _native, _objects, _paths, _result
    expected = {"LH_" + name: code for code, name in _native.CODES.items()}
    expected.update(("LH_LAYOUT_" + name.upper(), value) for value, name in enumerate(_native.LAYOUTS))
    expected.update(("LH_K_" + name.upper(), value) for value, name in enumerate(_result.KINDS))
    expected.update(("LH_K_" + name, getattr(_result, name)) for name in map(str.upper, _result.KINDS))
    expected.update(("LH_ROOT_" + name.upper(), value) for value, name in enumerate(_paths.ROOT_KINDS))
    expected.update(LH_ABSENT=_objects.ABSENT, LH_DONE=_objects.DONE, LH_OBJECT_TRACKED=_objects.TRACKED,
                    LH_OBJECT_IMMORTAL=_objects.IMMORTAL, LH_REFERENCE_VISITED=_objects.VISITED,
                    LH_REFERENCE_CONSERVATIVE=_objects.CONSERVATIVE)
    assert dict(zip(expected, printed(tmp_path, expected))) == expected
    assert len(_result.KINDS) == len(re.findall(r"^\tLH_K_\w+", text_of("libheap-command.h"), flags=re.M)) == len(_result._READ)
    assert len(_paths.ROOT_KINDS) == len(re.findall(r"^\tLH_ROOT_\w+,", text_of("libheap-paths.h"), flags=re.M))
    assert len(_native.CODES) == len(re.findall(r"^\tLH_E\w+", text_of("libheap.h"), flags=re.M))
