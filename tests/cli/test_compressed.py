# SPDX-License-Identifier: Apache-2.0
"""Compressed cores say what the plain one says; those that are cut short or damaged say so."""

import json
import os
import shutil
import subprocess

import cores
import pytest

TOOLS = {"gzip": ["gzip", "-1c"], "xz": ["xz", "-0c"], "lz4": ["lz4", "-qc"], "zstd": ["zstd", "-qc"],
         "pzstd": ["pzstd", "-qc"]}
LIBRARIES = {"gzip": "zlib", "xz": "liblzma", "lz4": "liblz4", "zstd": "libzstd", "pzstd": "libzstd"}
COMMANDS = [["types", "--tracked"], ["gc"], ["info"], ["arenas"]]


@pytest.fixture(scope="module")
def core(tmp_path_factory):
    return cores.make(str(tmp_path_factory.mktemp("core")))


@pytest.fixture(scope="module", params=sorted(TOOLS))
def packed(request, core, py_heap, tmp_path_factory):
    """The core as a tool compresses it, under a name that says nothing."""
    words = TOOLS[request.param]
    if not shutil.which(words[0]):
        pytest.skip("no %s here" % words[0])
    path = str(tmp_path_factory.mktemp("packed") / "dump")
    with open(path, "wb") as out:
        subprocess.run(words + [core], stdout=out, check=True, timeout=120)
    run = py_heap("info", path)
    if "was built without" in run.stderr:
        assert LIBRARIES[request.param] in run.stderr and "%s -dc" % request.param.replace("pz", "z") in run.stderr
        pytest.skip("this build has no %s" % LIBRARIES[request.param])
    return path


def document(run):
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_same_answer(py_heap, core, packed):
    for command in COMMANDS:
        plain, unpacked = (document(py_heap(command[0], path, *command[1:], "-f", "json")) for path in (core, packed))
        assert unpacked["target"].pop("path") == packed and plain["target"].pop("path") == core
        assert unpacked == plain


def test_nothing_is_left_behind(py_heap, packed, tmp_path):
    assert py_heap("info", packed, env={"TMPDIR": str(tmp_path)}).returncode == 0
    assert not list(tmp_path.iterdir())


def test_folder_that_is_not_there(py_heap, packed):
    run = py_heap("info", packed, env={"TMPDIR": "/no/such/folder"})
    assert run.returncode == 1 and run.stdout == ""
    assert run.stderr == ("py-heap: decompress core %s: no temporary file in /no/such/folder: No such file or directory: "
                          "set TMPDIR to a folder with room for the whole core\n" % packed)


def codes(run):
    """Codes of warnings, None where there was no answer but a sentence."""
    if run.returncode == 1:
        assert run.stdout == "" and len(run.stderr.splitlines()) == 1
        return None
    answer = document(run)
    found = [warning["code"] for warning in answer["warnings"]]
    assert answer["complete"] == ("compression-damaged" not in found)
    return found


def test_cut_short(py_heap, packed, tmp_path):
    """Never without a word. gcore puts at the end what says where Python is: of a cut core there is no answer."""
    path = tmp_path / "cut"
    content = open(packed, "rb").read()
    for tenth in range(1, 10):
        path.write_bytes(content[:len(content) * tenth // 10])
        run = py_heap("types", path, "-f", "json")
        found = codes(run)
        assert found is None and "cut short" in run.stderr or {"compression-damaged", "truncated"} <= set(found)
    path.write_bytes(content[:-1])
    assert codes(py_heap("types", path, "-f", "json")) == ["compression-damaged"]


def unpacks_to(path, tool, core):
    """Whether the tool itself finds nothing wrong: a match that is one zero further off is the same zero."""
    run = subprocess.run([tool.replace("pz", "z"), "-qdc"], stdin=open(path, "rb"), capture_output=True, timeout=60)
    return run.returncode == 0 and run.stdout == open(core, "rb").read()


def test_damaged(py_heap, core, packed, request, tmp_path):
    """A flipped bit is told, unless it is one that does not matter."""
    path, told = tmp_path / "damaged", 0
    content = bytearray(open(packed, "rb").read())
    plain = document(py_heap("types", core, "-f", "json"))
    for tenth in range(1, 10):
        content[len(content) * tenth // 10] ^= 0x20
        path.write_bytes(content)
        content[len(content) * tenth // 10] ^= 0x20
        run = py_heap("types", path, "-f", "json")
        found = codes(run)
        if found == []:
            assert document(run)["rows"] == plain["rows"]
            assert unpacks_to(path, request.node.callspec.params["packed"], core)
        else:
            told += 1
            assert found or "is damaged near byte" in run.stderr
    assert told


def test_disk_is_full(build, packed, tmp_path):
    """On a file system of one megabyte, in a mount namespace of our own."""
    program = os.path.join(build, "corefile-tools", "py-heap")
    script = 'mount -t tmpfs -o size=1M none "$1" || exit 77; TMPDIR="$1" exec "$2" info "$3"'
    run = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(tmp_path), program,
                          packed], capture_output=True, text=True, timeout=60)
    if run.returncode == 77 or "unshare" in run.stderr:
        pytest.skip("no mount namespaces here: %s" % run.stderr.strip())
    assert run.returncode == 1 and run.stdout == ""
    assert "set TMPDIR to a folder" in run.stderr
