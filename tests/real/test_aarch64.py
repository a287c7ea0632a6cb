# SPDX-License-Identifier: Apache-2.0
"""
Cores of AArch64, as an emulator writes them: the same objects whatever said where struct fields are, and the interpreter's own.

The Pythons are Debian's, and there once tools/fetch-aarch64 has fetched them (PYHEAP_AARCH64: where to).
"""
import glob
import json
import os
import subprocess

import heaps
import pytest
import target

HERE = os.environ.get("PYHEAP_AARCH64", os.path.normpath(os.path.join(target.HERE, "..", "..", "build", "aarch64")))
QEMU = os.path.join(HERE, "qemu-aarch64-static")
PYTHONS = sorted(glob.glob(os.path.join(HERE, "*", "usr", "bin", "python3.[0-9]*[0-9]")))
LAYOUTS = "auto", "table", "derived"


def by_type(core, *words):
    status, out, err = heaps.run(["types", core, "-f", "json", "-n", "0"] + list(words))
    assert status == 0, err
    return {row["type"]: (row["count"], row["bytes"]) for row in json.loads(out)["rows"]}


@pytest.mark.skipif(not PYTHONS, reason="nothing in %s: tools/fetch-aarch64" % HERE)
@pytest.mark.parametrize("python", PYTHONS, ids=[os.path.basename(path) for path in PYTHONS])
def test_same_objects(python, tmp_path):
    root = os.path.dirname(os.path.dirname(os.path.dirname(python)))
    program = os.path.join(target.HERE, "targets", "aarch64_program.py")
    subprocess.run([QEMU, "-L", root, python, program, str(tmp_path)], cwd=str(tmp_path), preexec_fn=target.allow_core,
                   stderr=subprocess.DEVNULL, env={"PYTHONDONTWRITEBYTECODE": "1"}, timeout=target.PATIENCE)
    [core] = glob.glob(str(tmp_path / "qemu_*.core"))
    with open(str(tmp_path / "account.json")) as told:
        account = json.load(told)
    plain = by_type(core)
    for layout in LAYOUTS + (("offsets",) if "3.11" not in python else ()):
        assert by_type(core, "--layout", layout) == plain, layout
        tracked = {name: count for name, (count, _) in by_type(core, "--layout", layout, "--tracked").items()}
        assert tracked == account, layout
