# SPDX-License-Identifier: Apache-2.0
"""garbage: when the next full collection comes, as the program finds by making containers until it does."""
import json
import os
import shutil
import tempfile

import heaps
import programs
import pytest
import target

pytest_generate_tests = programs.parametrize
THRESHOLD = 1000    # of generation 0
AROUND = 3          # the loop's own: a tuple of counts; and since 3.12 a collection waits for the end of an instruction


def test_next_full(interpreter):
    if interpreter.version < (3, 3):
        pytest.skip("gc.callbacks came with 3.3")
    folder = tempfile.mkdtemp(prefix="py-heap-gc-next-")
    program = target.Program([interpreter.path, os.path.join(target.HERE, "targets", "gc_next_program.py"), folder], folder)
    try:
        program.wait("ready")
        heap = heaps.open_heap(program.words("live"), "auto")
        said, counts = heap.ask("garbage")["summary"], {row["generation"]: row["count"] for row in heap.ask("gc")["rows"]}
        heap.close()
        with open(os.path.join(folder, "go"), "w"):
            pass
        program.wait("account")
        account = json.loads(program.said("account"))
    finally:
        program.remove()
        shutil.rmtree(folder, ignore_errors=True)
    assert account["full"] == 1 and said["next_full"] is not None and said["next_full_survivors"] == 0
    between = account["before"][0] - counts[0]        # made and not freed since py-heap looked
    assert account["before"][1:] == [counts[1], counts[2]]
    # What has a collection made counts before or after it (3.9.2: after it).
    assert abs(said["next_full"] - between - account["made"]) <= AROUND + account["made"] // THRESHOLD
