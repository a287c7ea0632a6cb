# SPDX-License-Identifier: Apache-2.0
"""
diff: a program grows step by step in three ways, and tells ids of what it planted. What grew is the first row; what was born between
two moments and is still there in the third is the planted set; an address that is used again is not survival.
"""
import json
import os
import signal
import struct

import heaps
import interpreters
import programs
import pytest
import sleepers
import target

PICKED = (2, 7), (3, 8), (3, 12)
STEPS = "start", "cache", "listeners", "native"
NATIVE_ROUNDING = 256 << 10


def pytest_generate_tests(metafunc):
    """One of each picked version, and the newest"""
    if "interpreter" not in metafunc.fixturenames:
        return
    found = [one for one in interpreters.find() if not one.unsupported() and not one.allocator and not one.debug]
    chosen = [next((one for one in found if one.version[:2] == version), None) for version in PICKED]
    chosen = list(filter(None, chosen)) + [one for one in found[-1:] if one.version[:2] not in PICKED]
    if metafunc.config.getoption("--quick"):
        chosen = chosen[-1:]
    metafunc.parametrize("interpreter", chosen, ids=lambda one: one.name, scope="module")


class Moments:
    """Cores of the steps; the last one is the process itself"""

    def __init__(self, interpreter):
        if target.why_not("gcore"):
            pytest.skip(target.why_not("gcore"))
        self.program, self.cores, self.said = programs.start(interpreter, "growth"), {}, {}
        self.options = ["--debug-dir", interpreter.debug_dir] if interpreter.debug_dir else []
        for name in STEPS:
            if name != "start":
                self.program.process.send_signal(signal.SIGUSR1)
            self.program.wait(name)
            sleepers.wait_until_asleep(self.program.pid)
            self.said[name] = json.loads(self.program.said(name))
            if name != STEPS[-1]:
                self.cores[name] = os.path.join(self.program.folder, "core." + name)
                os.rename(self.program.dump_gcore(), self.cores[name])

    def words(self, name):
        return [self.cores[name]] if name in self.cores else ["-p", str(self.program.pid)]

    def ask(self, *moments, more=()):
        line = ["diff"] + [word for name in moments for word in self.words(name)] + list(more) + self.options + ["-f", "json"]
        status, out, err = heaps.run(line)
        assert status == 0, err
        return json.loads(out)

    def leaks(self, before, after):
        since = ["--since", self.cores[before]] if before else []
        status, out, err = heaps.run(["leaks"] + self.words(after) + since + self.options + ["-f", "json"])
        assert status == 0, err
        return json.loads(out)


@pytest.fixture(scope="module")
def moments(interpreter):
    made = Moments(interpreter)
    yield made
    made.program.remove()


def rows_of(answer):
    return {row["type"].replace("__main__.", ""): row for row in answer["rows"]}


def counts(moments, name):
    status, out, err = heaps.run(["types"] + moments.words(name) + moments.options + ["-f", "json"])
    assert status == 0, err
    return json.loads(out)


def test_growth_is_the_first_row(moments):
    for before, after, name, count in (("start", "cache", "Session", 20950), ("cache", "listeners", "Listener", 40000)):
        first = moments.ask(before, after)["rows"][0]
        assert first["type"].endswith(name) and first["count_delta"] == count and first["bytes_delta"] > 3 << 20
    first = moments.ask("listeners", "native")["rows"][0]
    planted = moments.said["native"]["native"]
    assert first["type"] == "malloc/native/other" and first["is_memory"]
    assert abs(first["bytes_delta"] - planted) < NATIVE_ROUNDING


def test_deltas_are_those_of_types(moments):
    """Each type's count and bytes, and their sums, as 'types' says of the two moments"""
    before, after, answer = counts(moments, "start"), counts(moments, "native"), moments.ask("start", "native")
    for key in ("objects", "bytes", "native"):
        assert answer["summary"][key + "_delta"] == after["summary"][key] - before["summary"][key]
    totals = [{}, {}]
    for total, said in zip(totals, (before, after)):
        for row in said["rows"]:
            count, size = total.get(row["type"], (0, 0))
            total[row["type"]] = count + row["count"], size + row["bytes"]
    found = {row["type"]: ((row["count_before"], row["bytes_before"]), (row["count_after"], row["bytes_after"]))
             for row in answer["rows"] if not row["is_memory"]}
    for name in set(totals[0]) | set(totals[1]):
        both = totals[0].get(name, (0, 0)), totals[1].get(name, (0, 0))
        assert found.get(name, both) == both
        assert name in found or both[0] == both[1]
    for row in answer["rows"]:
        assert row["count_delta"] == row["count_after"] - row["count_before"]
        assert row["bytes_delta"] == row["bytes_after"] - row["bytes_before"]


def test_born_and_alive_is_the_planted_set(moments):
    """In a core and in the process; what came and went is not in it, nor what was there"""
    planted = moments.said["cache"]["stay"]
    for last in ("listeners", "native"):
        answer = moments.ask("start", "cache", last, more=["--objects"])
        found = [int(row["address"], 16) for row in answer["rows"] if row["type"].endswith("Session")]
        assert sorted(found) == sorted(planted)
        answer = moments.ask("start", "cache", last)
        row = answer["rows"][0]
        assert row["type"].endswith("Session") and row["count"] == len(planted) and row["doubtful"] == 0
        assert int(row["example"], 16) in planted and "CACHE[" in row["path"]
        assert not {"Listener", "Request", "Config"} & set(rows_of(answer))


def test_an_address_that_is_used_again_is_not_survival(moments):
    """Objects of a type that came to addresses of others of it: by their contents, or by the collector's generations"""
    said, rows = moments.said["cache"], rows_of(moments.ask("start", "cache"))
    assert said["reused"], "nothing was planted"
    row = rows["Request"]
    assert (row["count_before"], row["count_after"], row["count_delta"]) == (500, 500, 0)
    assert (row["born"], row["doubtful"]) == (500, 0)
    assert rows["Session"]["born"] == len(said["stay"]) + len(said["goes"])
    assert "Config" not in rows, "it was changed, and is the same"


def test_a_collection_leaves_doubts(moments):
    """After a full collection generations say nothing: all are new or doubtful, none is called the same"""
    row = rows_of(moments.ask("cache", "listeners"))["Request"]
    assert row["born"] + row["doubtful"] == row["count_after"] == 500
    assert row["doubtful"] <= moments.said["listeners"]["reused"]


def test_texts_at_used_addresses(moments):
    """Contents that cannot change tell in any case"""
    before, after = set(moments.said["start"]["texts"]), set(moments.said["cache"]["texts"])
    answer = moments.ask("start", "cache")
    text = next(row for row in answer["rows"] if row["type"] == "str")
    assert text["doubtful"] == 0 and text["born"] >= 500 + 21000 and before and after


def test_growth_by_path(moments):
    """Rows sum to all growth; the planted containers are where they are"""
    planted = {("start", "cache"): ("Session", "CACHE[", "stay"), ("cache", "listeners"): ("Listener", "LISTENERS[", "listeners")}
    for pair, (name, where, ids) in planted.items():
        answer = moments.ask(*pair, more=["--by-path"])
        first = answer["rows"][0]
        assert first["type"].endswith(name) and first["path"] == "sys.modules['__main__'].%s\u2026]" % where
        assert first["count_delta"] == len(moments.said[pair[1]][ids]) and int(first["example"], 16)
        for key in ("count_delta", "bytes_delta"):
            assert sum(row[key] for row in answer["rows"]) == answer["summary"][key.replace("count", "objects")]


SEGMENT = struct.Struct("<IIQQQQQQ")      # Elf64_Phdr: type, flags, offset, vaddr, paddr, filesz, memsz, align
LOST = 64 << 10


def without(core, start, end, path):
    """A copy of a core that has the mapping at @start, but not the bytes up to @end"""
    with open(core, "rb") as source:
        data = bytearray(source.read())
    at, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
    segments = []
    for i in range(count):
        kind, flags, offset, vaddr, paddr, size, room, align = SEGMENT.unpack_from(data, at + i * SEGMENT.size)
        if kind == 1 and vaddr <= start and end <= vaddr + size:
            first, last = start - vaddr, end - vaddr
            segments.append((kind, flags, offset, vaddr, paddr, first, last, align))
            segments.append((kind, flags, offset + last, end, paddr, size - last, room - last, align))
        else:
            segments.append((kind, flags, offset, vaddr, paddr, size, room, align))
    assert len(segments) == count + 1
    struct.pack_into("<Q", data, 32, len(data))
    struct.pack_into("<H", data, 56, len(segments))
    with open(path, "wb") as out:
        out.write(bytes(data) + b"".join(SEGMENT.pack(*segment) for segment in segments))


def test_memory_that_is_missing_leaves_doubts(moments):
    """Objects where the earlier core lost memory are not called new"""
    start = moments.said["cache"]["stay"][5000] & ~0xffff
    path = moments.cores["cache"] + ".cut"
    without(moments.cores["cache"], start, start + LOST, path)
    status, out, err = heaps.run(["diff", path] + moments.words("listeners") + moments.options + ["-f", "json"])
    assert status == 0, err
    answer = json.loads(out)
    row = rows_of(answer)["Session"]
    lost = [one for one in moments.said["cache"]["stay"] if start <= one < start + LOST]
    assert len(lost) > 100 and not answer["complete"]
    assert answer["warnings"] and all(warning["text"].startswith(path + ": ") for warning in answer["warnings"])
    assert row["born"] == 0 and row["doubtful"] >= len(lost)
    assert row["count_before"] <= 20000 + 1150 - len(lost)


def test_leaks_since(moments):
    """The container that grew is the first suspect, with all that is in it; its bytes are what --by-path says of its rows"""
    for before, after, where in (("start", "cache", "CACHE"), ("cache", "listeners", "LISTENERS")):
        rows = moments.ask(before, after, more=["--by-path"])["rows"]
        inside = sum(row["bytes_delta"] for row in rows if row["path"] and row["path"].startswith("sys.modules['__main__'].%s" % where))
        answer = moments.leaks(before, after)
        first = answer["rows"][0]
        assert (first["kind"], first["bytes"]) == ("growth", inside) and ".%s grew by " % where in first["title"]
        assert first["next"].startswith("why 0x") and answer["summary"]["growth"] >= inside
    first = moments.leaks("listeners", "native")["rows"][0]
    assert first["kind"] == "growth" and first["title"].startswith("malloc/native/other grew by ")
    assert abs(first["bytes"] - moments.said["native"]["native"]) < NATIVE_ROUNDING
    assert "growth" not in {row["kind"] for row in moments.leaks(None, "native")["rows"]}


def test_another_process(moments, interpreter):
    other = programs.start(interpreter, "growth")
    try:
        words = ["diff", moments.cores["start"], "-p", str(other.pid), "-f", "json"] + moments.options
        status, out, err = heaps.run(words)
        answer = json.loads(out)
        assert status == 0 and answer["summary"]["same_process"] is False and answer["summary"]["born"] is None, err
        assert all(row["born"] is None for row in answer["rows"])
        status, out, err = heaps.run(["leaks", "-p", str(other.pid), "--since", moments.cores["start"]] + moments.options)
        assert status == 2 and "--since names no moment of this process (their ids are" in err
        for more in ([moments.cores["cache"]], ["--by-path"]):
            status, out, err = heaps.run(words + more)
            assert status == 2 and "not moments of one process (their ids are" in err
    finally:
        other.remove()


def test_blanked_contents_are_no_others(moments, tmp_path):
    """A core and the snapshot that was made of it"""
    core, blank = moments.cores["cache"], str(tmp_path / "blank")
    status, _, err = heaps.run(["snapshot", core, "-o", blank] + moments.options)
    assert status == 0, err
    status, out, err = heaps.run(["diff", core, blank, "-f", "json"] + moments.options)
    answer = json.loads(out)
    assert status == 0 and answer["summary"]["objects_delta"] == 0, err
    assert not [row for row in answer["rows"] if row["born"] and not row["is_memory"]]
    assert sum(row["doubtful"] or 0 for row in answer["rows"]) > 1000
