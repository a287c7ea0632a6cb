# SPDX-License-Identifier: Apache-2.0
"""
memory: the tree sums exactly, and says of pymalloc, malloc and resident pages what the interpreter, glibc and the system say.
"""
import collections
import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml

import heaps
import pytest
import target
import test_sizes

PROGRAM = os.path.join(target.HERE, "targets", "churn_program.py")
LIBRARY = os.path.join(target.HERE, "targets", "churn.c")
TUNABLES = {"plain": "", "no-tcache": "glibc.malloc.tcache_count=0",
            "large": "glibc.malloc.tcache_count=500:glibc.malloc.tcache_max=100000:glibc.malloc.mxfast=160",
            "mmap": "glibc.malloc.mmap_threshold=10000"}
MREMAP = """
import ctypes
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]
libc = ctypes.CDLL(None)
libc.mallinfo.restype = Info
libc.malloc.restype = libc.realloc.restype = ctypes.c_void_p
first = libc.malloc(1 << 20)
before = libc.mallinfo().hblkhd
libc.realloc(ctypes.c_void_p(first), (1 << 20) + 65536)
print(libc.mallinfo().hblkhd - before - 65536)
"""
UNEXPLAINED = 1         # percent


def leaves(answer):
    return [row for row in answer["rows"] if row["leaf"]]


def bytes_at(answer, *paths):
    return sum(row["bytes"] for row in answer["rows"] if row["path"] in paths)


def below(answer, path):
    return [row for row in leaves(answer) if row["path"].startswith(path + "/")]


def check_sums(answer):
    """Leaves are all, and each node is the sum of those below it"""
    summary, rows = answer["summary"], answer["rows"]
    nodes = {row["path"]: row for row in rows}
    assert len(nodes) == len(rows), "a path comes twice"
    for key, total in ("bytes", "writable"), ("resident", "resident"), ("private_dirty",) * 2, ("shared",) * 2, ("swapped",) * 2:
        if summary[total] is None:
            continue
        assert sum(row[key] for row in leaves(answer)) == summary[total]
        sums = dict.fromkeys((row["path"] for row in rows if not row["leaf"]), 0)
        for row in rows:
            if "/" in row["path"]:
                sums[row["path"].rpartition("/")[0]] += row[key]
        assert sums == {path: nodes[path][key] for path in sums}


# ---- the heap program, in every interpreter and way ----

def writable_in_core(place):
    """Bytes of PT_LOADs with PF_W"""
    said = subprocess.run(["readelf", "-lW"] + place.target.words(place.way), stdout=subprocess.PIPE, check=True).stdout.decode()
    loads = re.findall(r"^ +LOAD +\S+ +(\S+) +\S+ +\S+ +(\S+) +(.{3}) ", said, re.M)
    return sum(int(size, 16) for _, size, flags in loads if "W" in flags)


def test_sums(place):
    answer = place.heap.ask("memory")
    check_sums(answer)
    assert answer["complete"] or place.target.lost, answer["warnings"]
    if place.way != "live":
        assert answer["summary"]["writable"] == writable_in_core(place)
    assert answer["summary"]["unexplained"] * 100 < answer["summary"]["writable"] * UNEXPLAINED


def test_pymalloc(place):
    """Blocks, pools and what is lost are sys._debugmallocstats()'s"""
    account, answer, arenas = place.account, place.heap.ask("memory"), place.heap.ask("arenas")["summary"]
    pools = {row["path"]: row for row in answer["rows"] if row["path"].startswith("python/")}

    def of(*names):
        return sum(pools[name]["bytes"] for name in names if name in pools)

    assert of("python/objects", "python/buffers", "python/arenas") == arenas["arena_bytes"]
    assert of("python/objects", "python/buffers", "python/arenas/other-blocks") == arenas["bytes_used"]
    assert of("python/arenas/free-blocks") == arenas["bytes_free"]
    if not place.interpreter.has_pymalloc() or account.stat("arenas allocated current") is None:
        pytest.skip("sys._debugmallocstats() says nothing of pools")
    for label, name in ("headers", "headers"), ("quantization", "rounding"), ("arena alignment", "alignment"):
        prefix = "bytes lost to pool " if name == "headers" else "bytes lost to "
        assert of("python/arenas/" + name) == account.stat(prefix + label), label
    unused = of("python/arenas/free-pools", "python/arenas/never-used")
    assert unused == int(re.search(r"unused pools \* \d+ bytes += +([\d,]+)", account.stats).group(1).replace(",", ""))


def smaps(pid):
    """Of writable mappings: {"Size", "Rss", "Private_Dirty", ...: bytes}"""
    sums, writable = collections.Counter(), False
    with open("/proc/%d/smaps" % pid) as lines:
        for line in lines:
            mapping = re.match(r"[0-9a-f]+-[0-9a-f]+ (....) ", line)
            value = re.match(r"(\w+): +(\d+) kB", line)
            if mapping:
                writable = mapping.group(1)[1] == "w"
            elif value and writable:
                sums[value.group(1)] += int(value.group(2)) << 10
    return sums


def check_pages(summary, said):
    """As the system counts, to the page"""
    assert summary["writable"] == said["Size"]
    assert summary["resident"] == said["Rss"]
    assert summary["private_dirty"] == said["Private_Dirty"]
    assert summary["shared"] == said["Shared_Clean"] + said["Shared_Dirty"]
    assert summary["swapped"] == said["Swap"]


def at_rest(pid, ask):
    """(what ask() gives, smaps) of a moment at which the kernel changes no pages: reading pages of a file maps them, huge pages come"""
    for _ in range(20):
        before, answer = smaps(pid), ask()
        if smaps(pid) == before:
            return answer, before
    raise AssertionError("the pages of %d change all the time" % pid)


def test_pages(place):
    if place.way != "live":
        assert place.heap.ask("memory")["summary"]["private_dirty"] is None
        pytest.skip("of a live process")
    check_pages(*at_rest(place.target.pid, lambda: memory_of(place.target)["summary"]))


def memory_of(program, *words):
    status, out, err = heaps.run(["memory"] + program.words("live") + list(words) + ["-f", "json"])
    assert status == 0, err
    return json.loads(out)


# ---- malloc, with each C library ----

@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("churn") / "churn.so")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", LIBRARY, "-o", path], check=True)
    return path


def pytest_generate_tests(metafunc):
    if "libc" in metafunc.fixturenames:
        found = test_sizes.one_of_each_libc()
        metafunc.parametrize("libc", found, ids=[one.name for one in found])
        metafunc.parametrize("tunables", list(TUNABLES.values()), ids=list(TUNABLES))


def totals(element):
    """{type: (count, bytes)} of an element of malloc_info()'s"""
    return {one.get("type"): (int(one.get("count")), int(one.get("size"))) for one in element.findall("total")}


def arena_says(heap):
    """What malloc_info() says of an arena. It adds up size words of chunks in bins with their flags: PREV_INUSE is 1 of each."""
    found = totals(heap)
    sizes = heap.find("sizes")
    unsorted = sizes.find("unsorted") if sizes is not None else None
    system = {one.get("type"): int(one.get("size")) for one in heap.findall("system")}
    count, total = (int(unsorted.get("count")), int(unsorted.get("total"))) if unsorted is not None else (0, 0)
    rest_count, rest = found["rest"]
    return {"fast": found.get("fast", (0, 0)), "rest": (rest_count, rest - (rest_count - 1)), "current": system["current"],
            "max": system["max"], "unsorted": (count, total - count)}


def arena_found(row):
    rest = "small", "large", "unsorted"
    return {"fast": (row["fast_chunks"], row["fast"]), "current": row["system"], "max": row["most"],
            "rest": (sum(row[name + "_chunks"] for name in rest) + 1, sum(row[name] for name in rest) + row["top"]),
            "unsorted": (row["unsorted_chunks"], row["unsorted"])}


def drift_of_mremap(libc):
    """
    By how much the sum of mapped chunks that glibc keeps gets too large with each mremap(). 16 bytes in 2.43: the size of such a
    chunk is without its head there (malloc/malloc.c: mmap_set_chunk()), and mremap_chunk() still adds the new bytes of the mapping
    less that size. 0 in 2.31, 2.36 and 2.41.
    """
    return int(subprocess.run([libc.path, "-c", MREMAP], stdout=subprocess.PIPE, check=True).stdout)


def test_malloc_info(libc, tunables, library, tmp_path):
    program = target.Program([libc.path, PROGRAM, str(tmp_path), library], tmp_path,
                             {"GLIBC_TUNABLES": tunables, "MALLOC_ARENA_MAX": "8"} if tunables else {"MALLOC_ARENA_MAX": "8"})
    try:
        program.wait("ready")
        said = xml.fromstring(program.said("malloc_info.xml"))
        found, answer = memory_of(program, "--malloc"), memory_of(program)
    finally:
        program.remove()
    assert [arena_found(row) for row in found["rows"]] == [arena_says(heap) for heap in said.findall("heap")]
    assert not found["warnings"] and not any(row["unlisted"] for row in found["rows"])
    check_sums(answer)
    headers = [row["count"] for row in answer["rows"] if row["path"] == "malloc/mapped/headers"]
    count, mapped = totals(said)["mmap"]
    drift, each = mapped - bytes_at(answer, "malloc/mapped"), drift_of_mremap(libc)
    assert sum(headers) == count and (drift == 0 or (each and drift > 0 and drift % each == 0)), drift
    # The loader may have moved the break by an odd number of bytes (glibc 2.31 to 2.36), and the first chunk is aligned.
    heaps_bytes = bytes_at(answer, "malloc") - bytes_at(answer, "malloc/mapped")
    assert 0 <= sum(row["system"] for row in found["rows"]) - heaps_bytes < 16
