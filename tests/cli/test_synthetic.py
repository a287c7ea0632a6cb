# SPDX-License-Identifier: Apache-2.0
"""
Cores of a CPython that never ran, whose writer knows what is in them (tests/bench/synthetic-core.c): all answers are held
against that for equality, with one thread and with two.
"""

import collections
import json
import os
import subprocess

import pytest

# Layouts that differ in what instances look like, where arenas are, how generations are kept.
VERSIONS = ["3.11.2", "3.11.7", "3.12.1", "3.13.0", "3.13.5", "3.14.4", "3.14.10", "3.15.2"]
OBJECTS = {"3.13.0": 200000}


class Synthetic:
    def __init__(self, py_heap, core, truth):
        self.py_heap, self.core, self.truth = py_heap, core, truth

    def ask(self, command, *words, threads=1):
        run = self.py_heap(command, self.core, *words, "-f", "json", "-n", 0, "--threads", threads)
        answer = json.loads(run.stdout)
        assert run.returncode == (3 if command == "refaudit" and answer["rows"] else 0), run.stderr
        assert answer["complete"] is True
        assert [w["code"] for w in answer["warnings"]] in ([], ["files-missing"])
        return answer


def write(build, folder, *words):
    program = os.path.join(build, "tests", "bench", "synthetic-core")
    core, truth = os.path.join(str(folder), "core"), os.path.join(str(folder), "truth")
    run = subprocess.run([program, "--truth", truth, *map(str, words), core], capture_output=True, text=True, timeout=60)
    if "no table" in run.stderr:
        pytest.skip("this build has no table of that version")
    assert run.returncode == 0, run.stderr
    with open(truth) as source:
        return core, json.load(source)


@pytest.fixture(scope="module", params=VERSIONS)
def synthetic(request, build, py_heap, tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic")
    core, truth = write(build, folder, "--python", request.param, "--objects", OBJECTS.get(request.param, 40000))
    yield Synthetic(py_heap, core, truth)
    os.unlink(core)


@pytest.fixture(params=[1, 2])
def threads(request):
    return request.param


def part(of, *keys):
    return {key: of[key] for key in keys}


def by_type(rows, *keys):
    return {row["type"]: part(row, *keys) for row in rows}


def test_info(synthetic):
    answer = synthetic.ask("info")
    assert answer["summary"]["python"] == synthetic.truth["python"]
    assert [part(row, "threads", "modules") for row in answer["rows"]] == [{"threads": 1, "modules": 3}]


def test_types(synthetic, threads):
    answer = synthetic.ask("types", threads=threads)
    assert by_type(answer["rows"], "count", "bytes", "tracked") == synthetic.truth["types"]
    assert part(answer["summary"], "objects", "bytes") == part(synthetic.truth, "objects", "bytes")


def test_debug_offsets(synthetic):
    if synthetic.truth["python"] < "3.13":
        pytest.skip("_Py_DebugOffsets came with 3.13")
    answer = synthetic.ask("types", "--layout", "offsets")
    assert answer["target"]["layout"] == "offsets"
    assert by_type(answer["rows"], "count", "bytes", "tracked") == synthetic.truth["types"]


def test_gc(synthetic, threads):
    answer = synthetic.ask("gc", threads=threads)
    found = {row["generation"]: part(row, "objects", "bytes") for row in answer["rows"]}
    expected = {i: generation for i, generation in enumerate(synthetic.truth["generations"])}
    assert found == dict(expected, permanent={"objects": 0, "bytes": 0})


def test_garbage(synthetic, threads):
    truth = synthetic.truth["garbage"]
    answer = synthetic.ask("garbage", threads=threads)
    tracked = [row for row in answer["rows"] if row["count"]]       # the others are of what goes with them
    assert by_type(tracked, "count", "bytes") == {
        name: part(row, "count", "bytes") for name, row in truth["types"].items()}
    assert part(answer["summary"], "objects", "bytes") == part(truth, "objects", "bytes")
    freed = answer["summary"]["freed_objects"], answer["summary"]["freed_bytes"]
    assert freed == (truth["unreachable"], truth["unreachable_bytes"])
    assert freed == (sum(row["freed_objects"] for row in answer["rows"]), sum(row["freed_bytes"] for row in answer["rows"]))
    assert answer["summary"]["uncollectable"] == 0


def test_garbage_components(synthetic):
    truth = synthetic.truth["garbage"]
    rows = synthetic.ask("garbage", "--components")["rows"]
    assert len(rows) == truth["components"]
    assert {row["objects"] for row in rows} == {1, 5}
    assert sum(row["objects"] for row in rows) == truth["objects"]
    assert sum(row["bytes"] for row in rows) == truth["bytes"]
    assert sum(row["freed_objects"] for row in rows) == truth["unreachable"]
    assert sum(row["freed_bytes"] for row in rows) == truth["unreachable_bytes"]


def test_cycles(synthetic, threads):
    answer = synthetic.ask("cycles", threads=threads)
    truth = synthetic.truth["cycles"]
    assert part(answer["summary"], *truth) == truth
    friends = [row for row in answer["rows"] if row["shape"].startswith("User.friend")]
    users = synthetic.truth["types"]["app.User"]["count"]
    assert [(row["count"], row["objects"]) for row in friends] == [(users // 8, users)]


def test_retained(synthetic, threads):
    answer = synthetic.ask("retained", threads=threads)
    rows = {row["address"]: row for row in answer["rows"]}
    for keeper in synthetic.truth["retained"]:
        assert part(rows[keeper["address"]], *keeper) == keeper
    summary, garbage = answer["summary"], synthetic.truth["garbage"]
    assert part(summary, "unreachable", "unreachable_bytes") == part(garbage, "unreachable", "unreachable_bytes")
    assert summary["objects"] + garbage["unreachable"] == synthetic.truth["objects"]
    assert summary["bytes"] + garbage["unreachable_bytes"] == synthetic.truth["bytes"]


def test_refaudit(synthetic, threads):
    truth = synthetic.truth["refaudit"]
    answer = synthetic.ask("refaudit", threads=threads)
    assert part(answer["summary"], "audited", "suspects", "excess", "deficit") == part(
        truth, "audited", "suspects", "excess", "deficit")
    found = collections.defaultdict(lambda: [0, 0])
    for row in answer["rows"]:
        found[row["type"]][0] += 1
        found[row["type"]][1] += row["unexplained"]
    assert found == truth["types"]


def test_arenas(synthetic):
    truth = dict(synthetic.truth["arenas"])
    answer = synthetic.ask("arenas", "--classes")
    classes = {str(row["size"]): [row["pools"], row["blocks_used"], row["blocks_free"]] for row in answer["rows"]}
    assert classes == truth.pop("classes")
    assert part(answer["summary"], *truth) == truth


def test_objects(synthetic):
    for sample in synthetic.truth["samples"]:
        found = synthetic.ask("object", sample["address"])["summary"]
        keys = ["address", "type", "refcount", "bytes", "tracked"]
        assert part(found, *keys) == part(sample, *keys)
        assert found.get("generation") == (sample["generation"] and int(sample["generation"]))


def test_why(synthetic, threads):
    for sample in synthetic.truth["samples"]:
        paths = [row["path"] for row in synthetic.ask("why", sample["address"], threads=threads)["rows"]]
        assert paths[:1] == ([sample["path"]] if sample["path"] else [])


def test_find(synthetic):
    for name in ("app.User", "app.Node", "cell"):
        truth = synthetic.truth["types"][name]
        answer = synthetic.ask("find", "--type", name)
        assert answer["summary"] == dict(answer["summary"], objects=truth["count"], bytes=truth["bytes"])
        assert len(answer["rows"]) == truth["count"]
    text = next(s for s in synthetic.truth["samples"] if s["type"] == "str")
    answer = synthetic.ask("find", "--type", "str", "--value", "row 00000001 of the table")
    assert [row["address"] for row in answer["rows"]] == [text["address"]]


def test_another_seed_is_another_heap_of_the_same_shape(build, py_heap, tmp_path):
    cores = []
    for seed in (1, 1, 2):
        folder = tmp_path / str(len(cores))
        folder.mkdir()
        core, truth = write(build, folder, "--seed", seed, "--objects", 5000)
        with open(core, "rb") as source:
            cores.append((source.read(), truth))
    assert cores[0] == cores[1]
    assert cores[0][0] != cores[2][0] and cores[0][1] == cores[2][1]
