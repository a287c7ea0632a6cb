# SPDX-License-Identifier: Apache-2.0
"""memory --parent: what workers do not share with their parent any more, and why; each worker has one reason."""
import json

import heaps
import programs
import pytest
import sleepers
import test_memory

pytest_generate_tests = programs.parametrize
program = programs.fixture("worker", "workers.json")

CAUSES = "reference_counts", "gc_heads", "data", "new"
MB = 1 << 20
LITTLE = 2 * MB             # what a Python writes to that does nothing: stacks, its own state, an arena's pools
COUNT, BUFFER = 60000, 8 * MB


def memory_of(pid, *more):
    status, out, err = heaps.run(["memory", "-p", str(pid), "-f", "json", "-n", "0"] + list(more))
    assert status == 0, err
    return json.loads(out)


@pytest.fixture(scope="module")
def answers(program):
    """{worker: (answer, Private_Dirty before it was asked)}"""
    found = {}
    for name, pid in program.account.items():
        sleepers.wait_until_asleep(pid)
        said = test_memory.smaps(pid)
        found[name] = memory_of(pid, "--parent", str(program.pid)), said
    return found


def test_as_the_system_counts(answers, program):
    for name, (answer, said) in answers.items():
        summary = answer["summary"]
        assert answer["complete"] and summary["exact"] and not answer["warnings"], name
        assert summary["private"] == said["Private_Dirty"], name
        assert summary["shared"] == said["Shared_Clean"] + said["Shared_Dirty"], name
        assert sum(summary[cause] for cause in CAUSES) == summary["private"]
        for key in ("private",) + CAUSES:
            assert sum(row[key] for row in answer["rows"]) == summary[key], (name, key)
        after = test_memory.smaps(program.account[name])
        assert after["Private_Dirty"] == said["Private_Dirty"], "looking at %s has cost it what it shared" % name


def only(answer, cause):
    return [other for other in CAUSES if other != cause and answer["summary"][other] > LITTLE]


def test_causes(answers, program):
    objects = {row["path"]: row["bytes"] for row in memory_of(program.pid)["rows"]}["python/objects/__main__.Rule"]
    assert answers["idle"][0]["summary"]["private"] < LITTLE
    for name, cause, least in ("counts", "reference_counts", objects), ("heads", "gc_heads", objects), ("data", "data", BUFFER):
        answer = answers[name][0]
        assert answer["summary"][cause] >= least * 0.95, name
        assert only(answer, cause) == [], name
        assert answer["summary"]["collected"] == (name == "heads"), name
    # A page of pools that have objects of several types counts for one of these: attributes are in dicts up to 3.10.
    assert answers["counts"][0]["rows"][0]["type"] in ("__main__.Rule", "dict", "int")
    assert answers["heads"][0]["rows"][0]["type"] in ("__main__.Rule", "dict")


def test_freezing(answers):
    """What it would have saved it has saved in another worker"""
    if "frozen" not in answers:
        pytest.skip("no gc.freeze()")
    heads, frozen = answers["heads"][0]["summary"], answers["frozen"][0]["summary"]
    assert abs(heads["private"] - frozen["private"] - heads["freeze_saves"]) < LITTLE


def test_core(answers, program):
    """Of a core: pages that differ, which are fewer"""
    core = programs.dumped(program, "gcore")[0]
    status, out, err = heaps.run(["memory", "-p", str(program.account["data"]), "--parent", core, "-f", "json", "-n", "0"])
    assert status == 0, err
    assert json.loads(out)["summary"]["data"] >= BUFFER
