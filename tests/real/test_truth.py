# SPDX-License-Identifier: Apache-2.0
"""py-heap against the interpreter's own account of its heap: equal, or a difference with a name in tolerances.py."""
import collections

import compare
import pytest
import tolerances
from heaps import Failed, address
from target import PERMANENT


def totals(account, chosen):
    """type name -> (count, bytes) of the objects in a mapping address -> type name"""
    count, size = collections.Counter(), collections.Counter()
    for a, name in chosen.items():
        count[name] += 1
        size[name] += tolerances.size(name, account.size_of[a])
    return {name: (count[name], size[name]) for name in count}


def row_totals(answer):
    """Classes of one name are counted together: the account does so too"""
    found = collections.defaultdict(lambda: (0, 0))
    for row in answer["rows"]:
        count, size = found[row["type"]]
        found[row["type"]] = count + row["count"], size + tolerances.size(row["type"], row["bytes"])
    return dict(found)


def every(seq, most):
    """At most so many of a list, evenly"""
    seq = list(seq)
    return seq[::max(1, len(seq) // most)]


def proved_fields(place):
    """How many of the layout's fields the target has, and how many of these a check on its own memory proved"""
    fields = [row for row in place.heap.ask("info", "--layout-fields")["rows"] if row["offset"] is not None]
    return len(fields), sum(1 for row in fields if row["proof"])


def test_info(place, record_property):
    known, proved = proved_fields(place)
    record_property("fields", known)              # tools/support-matrix
    record_property("proved", proved)
    assert proved, "no field of the layout was proved"
    said = place.heap.ask("info")
    assert said["complete"] is True
    summary = said["summary"]
    assert summary["python"].startswith("%d.%d.%d" % place.interpreter.version)
    assert summary["debug"] is place.interpreter.debug
    assert summary["free_threaded"] is False
    assert summary["gc_enabled"] is False
    assert summary["layout"] == place.layout
    assert summary["threads"] == 4, "the main thread and three that wait"


def test_tracked_types(place):
    answer = place.heap.ask("types", "--tracked")
    compare.counts("tracked objects by type: (count, bytes)", totals(place.account, place.account.tracked()), row_totals(answer))
    assert answer["summary"]["objects"] == len(place.account.generation_of)


def test_generations(place):
    account = place.account
    expected = {}
    for generation, name in ((0, 0), (1, 1), (2, 2), (PERMANENT, "permanent")):
        members = account.tracked(generation)
        expected[name] = len(members)
    answer = place.heap.ask("gc")
    found = {row["generation"]: row["objects"] for row in answer["rows"]}
    assert sum(row["bytes"] for row in answer["rows"]) == place.heap.ask("types", "--tracked")["summary"]["bytes"]
    found = {int(k) if str(k).isdigit() else k: v for k, v in found.items()}
    found.setdefault("permanent", 0)
    compare.counts("objects by generation", expected, found)
    rows = {str(row["generation"]): row for row in answer["rows"]}
    assert [rows[g]["threshold"] for g in "012"] == account.said["thresholds"]
    assert [rows[g]["count"] for g in "012"] == account.said["counts"]
    assert answer["summary"]["enabled"] is False
    assert answer["summary"]["collecting"] is False
    assert answer["summary"]["garbage_list"] == 0


def listing(place):
    """address -> (type, bytes) of all objects, or None where py-heap cannot list them"""
    try:
        rows = place.heap.ask("types", "--objects")["rows"]
    except Failed:
        return None
    return {address(row["address"]): (row["type"], tolerances.size(row["type"], row["bytes"])) for row in rows}


def without_buffers(place, expected):
    """Sums of bytes have the object that a bytearray's bytes are (3.15+) once, apart: the bytearray is as large as an empty one"""
    if place.interpreter.version >= (3, 15):
        account = place.account
        empty = min(account.size_of[a] for a, name in account.type_of.items() if name == "bytearray")
        expected["bytearray"] = expected["bytearray"][0], expected["bytearray"][0] * empty
    return expected


def test_types(place):
    """All objects. What Python code can reach must be there; what it cannot must be alive, and of a type named for it"""
    account, answer = place.account, place.heap.ask("types")
    found, expected = row_totals(answer), without_buffers(place, totals(account, account.type_of))
    assert answer["summary"]["objects"] == sum(count for count, _ in found.values())
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
    hard = {name: both for name, both in expected.items() if not tolerances.excused(name)}
    compare.counts("objects by type: (count, bytes)", hard, {n: b for n, b in found.items() if not tolerances.excused(n)})
    fewer = {n: (b, found.get(n)) for n, b in expected.items() if n not in hard and found.get(n, (0, 0)) < b}
    compare.tell("fewer than Python code can reach: (count, bytes)", ["%s: %s, py-heap %s" % (n, b, f) for n, (b, f) in fewer.items()])


def test_every_object(place):
    """Address by address: the types and sizes of all that can be reached; extras are put to the oracle"""
    account, found = place.account, listing(place)
    if found is None:
        pytest.skip("py-heap has no listing of all objects")
    expected = {a: (name, tolerances.size(name, account.size_of[a])) for a, name in account.type_of.items()}
    known = {a: both for a, both in found.items() if a in expected}
    compare.addresses("objects: (type, bytes)", expected, known)
    extra = sorted(set(found) - set(expected))
    wrong = compare.Collector()
    for a, (count, name, size) in zip(extra, place.target.oracle.ask(extra)):
        wrong.compared += 1
        if found[a][0] in tolerances.ORACLE_CANNOT_TELL:
            continue
        if (name, tolerances.size(name, size)) != found[a]:
            wrong.wrong("%s that is not one" % found[a][0], "%#x is (%s, %s), py-heap says %s" % (a, name, size, found[a]))
        elif not tolerances.excused(name):
            wrong.wrong("%s that Python code cannot reach" % name, "%#x" % a)
    wrong.finish("objects that the interpreter did not list")


def test_object(place):
    account, wrong = place.account, compare.Collector()
    chosen = every(sorted(account.generation_of), 150) + every(sorted(a for a in account.type_of if a not in account.generation_of), 150)
    module = account.module_ranges()
    for a in chosen:
        wrong.compared += 1
        said = place.heap.ask("object", "%#x" % a)["summary"]
        expected = {"address": a, "type": account.type_of[a],
                    "bytes": tolerances.size(account.type_of[a], account.size_of[a]),
                    "tracked": a in account.generation_of}
        found = {"address": address(said["address"]), "type": said["type"],
                 "bytes": tolerances.size(said["type"], said["bytes"]), "tracked": bool(said["tracked"])}
        generation = account.generation_of.get(a)
        if generation is not None:
            expected["generation"] = "permanent" if generation == PERMANENT else str(generation)
            found["generation"] = str(said["generation"])
        for key in expected:
            if expected[key] != found[key]:
                where = "static " if any(start <= a < end for start, end in module) else ""
                wrong.wrong("%s of a %s%s" % (key, where, account.type_of[a]), "%#x: %s, py-heap says %s" % (a, expected[key], found[key]))
    wrong.finish("single objects")


def test_find(place):
    account = place.account
    for name in ("kinds_classes.Plain", "kinds_classes.Slots", "collections.deque", "function"):
        expected = {a for a, its in account.type_of.items() if its == name}
        assert {address(row["address"]) for row in place.heap.ask("find", "--type", name)["rows"]} == expected, name
    least = 20000
    large = {a: name for a, name in account.type_of.items() if tolerances.size(name, account.size_of[a]) >= least}
    found = {address(row["address"]): row for row in place.heap.ask("find", "--min-bytes", str(least))["rows"]}
    compare.addresses("objects of %d bytes or more" % least, large, {a: found[a]["type"] for a in found if a in large})
    assert all(tolerances.excused(row["type"]) or tolerances.size(row["type"], 1) == 0 for a, row in found.items() if a not in large)


def is_visited(row):
    """Whether the collector sees this edge: the others are held, but no tp_traverse visits them"""
    return row.get("visited", True)


def ask_refs(heap, addresses):
    """address -> rows, for many addresses"""
    addresses = list(addresses)
    try:
        found = {a: [] for a in addresses}
        for start in range(0, len(addresses), 2000):
            for row in heap.ask("refs", *["%#x" % a for a in addresses[start:start + 2000]])["rows"]:
                found[address(row["of"])].append(row)
        return found
    except (Failed, KeyError):
        return {a: heap.ask("refs", "%#x" % a)["rows"] for a in addresses}


def is_of_interned(rows):
    """The dict of interned strings (3.13+ tracks it): each is its own key, and any code that runs may add some"""
    keys = {row["address"] for row in rows if row["edge"] == "<key>"}
    return len(keys) > 1000 and all(row["address"] in keys for row in rows)


def test_refs(place):
    """Edges of a sample of every type equal gc.get_referents(), as multisets"""
    account, wrong = place.account, compare.Collector()
    chosen = [a for a in sorted(account.referents) if account.type_of[a] not in tolerances.REFERENTS_NOT_COMPARED]
    name = lambda a: account.type_of.get(a, "?")  # noqa: E731
    for a, rows in ask_refs(place.heap, chosen).items():
        wrong.compared += 1
        kind = name(a)
        # Beyond: in memory that only an extension's code knows (test_population.py)
        expected, beyond = collections.Counter(account.referents[a]), collections.Counter(account.native.get(a, ()))
        found = collections.Counter(address(row["address"]) for row in rows if is_visited(row))
        for other, n in (expected - beyond - found).items():
            wrong.wrong("%s: misses a %s" % (kind, name(other)), "%#x -> %#x %d times" % (a, other, n))
        for other, n in (found - expected).items():
            edges = [row["edge"] for row in rows if address(row["address"]) == other]
            if other not in account.type_of and is_of_interned(rows):
                continue        # a name made since the account was taken
            if any(row.get("conservative") for row in rows if address(row["address"]) == other):
                continue        # marked as a guess: a word in an unknown type's body that points to an object
            wrong.wrong("%s: one %s too many" % (kind, name(other)), "%#x%s -> %#x %d times" % (a, edges[0], other, n))
    wrong.finish("references against gc.get_referents()")


def test_referrers(place):
    """Who refers to what: the same edges from the other end"""
    account, wrong = place.account, compare.Collector()
    sources = collections.defaultdict(set)
    for a, others in account.referents.items():
        if account.type_of[a] not in tolerances.REFERENTS_NOT_COMPARED:
            for other in others:
                sources[other].add(a)
    chosen = [a for a in sorted(sources) if len(sources[a]) < 50]
    for a in every(chosen, 40):
        wrong.compared += 1
        found = {address(row["address"]) for row in place.heap.ask("referrers", "%#x" % a)["rows"] if row["address"]}
        for source in sources[a] - found:
            wrong.wrong("a %s is not among the referrers of a %s" % (account.type_of[source], account.type_of[a]),
                        "%#x -> %#x" % (source, a))
    wrong.finish("referrers")


def is_in_doubt(place, answer):
    """
    Types that are scanned have words that were never written; in mimalloc's memory they may be old addresses. An object with
    more references than it counts is taken as alive, with what it reaches, and py-heap warns of it.
    """
    return place.interpreter.allocator == "mimalloc" and "counts-doubtful" in [warning["code"] for warning in answer["warnings"]]


def test_garbage(place):
    """What a forked child's gc.collect() found unreachable, by type; what it saved is that less what finalizers freed"""
    account, answer = place.account, place.heap.ask("garbage")
    found = {name: both for name, both in row_totals(answer).items() if both[0]}      # the others are of what goes with it
    if is_in_doubt(place, answer):
        assert len(found) and all(found[name] <= both for name, both in totals(account, account.collectable).items() if name in found)
        return
    compare.counts("garbage by type: (count, bytes)", totals(account, account.collectable), found)
    summary = answer["summary"]
    assert summary["objects"] == len(account.collectable)
    assert summary["freed_objects"] > summary["collectable"]
    if not account.uncollectable:
        assert all(row["freed_objects"] >= row["count"] and row["freed_bytes"] >= row["bytes"] for row in answer["rows"])
    assert summary["freed_objects"] == sum(row["freed_objects"] for row in answer["rows"])
    assert summary["freed_bytes"] == sum(row["freed_bytes"] for row in answer["rows"])
    assert summary["collectable"] == len(account.collectable) - len(account.uncollectable)
    assert summary["uncollectable"] == len(account.uncollectable)
    assert bool(account.uncollectable) is (account.said["hexversion"] < 0x03040000), "no legacy finalizers since 3.4"
    assert "disabled" in summary["reason"]
    assert set(account.saved) <= set(account.collectable), "the account contradicts itself"


def test_garbage_components(place):
    account, answer = place.account, place.heap.ask("garbage", "--components")
    if is_in_doubt(place, answer):
        assert all(address(row["example"]) in account.collectable for row in answer["rows"])
        return
    assert sum(row["objects"] for row in answer["rows"]) == len(account.collectable)
    for row in answer["rows"]:
        assert address(row["example"]) in account.collectable
    assert sum(row["objects"] for row in answer["rows"] if row["uncollectable"]) >= len(account.uncollectable)


def tells_of_pools(place):
    """2.7 says nothing of its pools: that their blocks and counts agree is all that can be tested there"""
    if not place.interpreter.has_pymalloc():
        summary = place.heap.ask("arenas")["summary"]
        assert summary["arenas"] == 0 and summary["allocated_blocks"] is None
        pytest.skip("no pools: PYTHONMALLOC=%s" % place.interpreter.allocator)
    if place.account.stat("arenas allocated current") is None:
        answer = place.heap.ask("arenas")
        assert answer["summary"]["blocks_used"] and not answer["warnings"], "pools contradict themselves"
        pytest.skip("the interpreter has no sys._debugmallocstats()")


def test_size_classes(place):
    tells_of_pools(place)
    account, answer = place.account, place.heap.ask("arenas", "--classes")
    found = {row["size"]: (row["pools"], row["blocks_used"], row["blocks_free"]) for row in answer["rows"] if row["pools"]}
    compare.counts("size classes: (pools, blocks in use, free blocks)", account.size_classes(), found)


def test_arenas(place):
    tells_of_pools(place)
    account, answer = place.account, place.heap.ask("arenas")
    summary = answer["summary"]
    assert summary["arenas"] == account.stat("arenas allocated current") == len(answer["rows"])
    assert summary["pools_free"] == account.free_pools()
    assert summary["pools"] == sum(pools for pools, _, _ in account.size_classes().values()) + summary["pools_free"]
    assert summary["blocks_used"] == sum(used for _, used, _ in account.size_classes().values())
    assert summary["blocks_used"] == sum(row["blocks_used"] for row in answer["rows"])
    assert summary["blocks_free"] == sum(free for _, _, free in account.size_classes().values())
    assert summary["bytes_used"] == account.stat("bytes in allocated blocks")
    assert summary["bytes_free"] == account.stat("bytes in available blocks")


def test_allocated_blocks(place):
    """sys.getallocatedblocks(): blocks in pools and the larger ones that malloc serves"""
    tells_of_pools(place)
    summary = place.heap.ask("arenas")["summary"]
    assert summary["allocated_blocks"] == place.account.blocks
