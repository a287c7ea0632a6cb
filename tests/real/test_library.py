# SPDX-License-Identifier: Apache-2.0
"""The typed library gives the same objects, types, sizes and references as the commands do, on every interpreter."""
import collections
import itertools
import json

import heaps
import pytest
from heaps import address

ONE_WAY = True      # what the library makes of the bytes does not depend on where they come from


@pytest.fixture
def typed(place):
    return heaps.typed(place.heap)


def some(objects, most):
    objects = list(objects)
    return objects[::max(1, len(objects) // most)]


def test_objects(place, typed):
    rows = place.heap.ask("types", "--objects")["rows"]
    told = {address(row["address"]): (row["type"], row["bytes"], row["tracked"]) for row in rows}
    found = {o.address: (o.type.name, o.size, o.tracked) for o in typed.objects()}
    assert found == told
    assert len(found) > 10000


def test_objects_of_one_type(place, typed):
    whole = [o.address for o in typed.objects() if o.type.name == "dict"]
    assert [o.address for o in typed.objects(type=typed.types["dict"])] == whole
    assert [o.address for o in typed.objects(type="dict")] == whole
    tracked = {o.address for o in typed.objects(tracked=True)}
    assert tracked == {o.address for o in typed.objects() if o.tracked}


@pytest.mark.parametrize("tracked", [False, True])
def test_type_counts(place, typed, tracked):
    answer = place.heap.ask("types", *["--tracked"] * tracked)
    counts = typed.types.counts(tracked, native=True)
    assert sorted((c.type.address, c.type.name, c.objects, c.bytes, c.tracked, c.own_sizeof, c.native) for c in counts) == \
        sorted((address(row["type_address"]), row["type"], row["count"], row["bytes"], row["tracked"], row["own_sizeof"],
                row["native"])
               for row in answer["rows"])
    assert {name: counts.summary[name] for name in answer["summary"]} == answer["summary"]
    assert sum(c.tracked for c in counts) == counts.summary["tracked"]
    codes = {warning["code"] for warning in answer["warnings"]}
    assert ("pools-missing" in codes, "pools-damaged" in codes) == \
        (counts.summary["pools_missing"] > 0, counts.summary["pools_damaged"] > 0)
    held = collections.Counter(o.type for o in typed.objects(tracked=tracked))
    assert held == {c.type: c.objects for c in counts}


FOUND = [("--type", "dict"), ("--type", "*Error"), ("--type", "Session\ndict"), ("--attr", "__loader__"), ("--key", "__name__"),
         ("--value", "path"), ("--value", "1000"), ("--min-bytes", "2K"), ("--type", "str", "--value", "e", "--min-bytes", "100")]


@pytest.mark.parametrize("words", FOUND, ids=" ".join)
def test_conditions(place, typed, words):
    """The same objects as the command 'find' finds, and each of them meets the conditions"""
    given = dict(zip(words[::2], words[1::2]))
    sizes = {"2K": 2048, "100": 100, None: 0}
    found = list(typed.objects(types=given.get("--type"), attribute=given.get("--attr"), key=given.get("--key"),
                               value=given.get("--value"), min_bytes=sizes[given.get("--min-bytes")]))
    rows = place.heap.ask("find", *words)["rows"]
    assert {(o.address, o.type.address, o.size) for o in found} == \
        {(address(row["address"]), address(row["type_address"]), row["bytes"]) for row in rows}
    assert len(found) == len(rows) and found == sorted(found, key=lambda o: o.address)
    if "--type" in given:
        assert {o.type for o in found} <= set(typed.types.matching(given["--type"]))
    assert all(o.size >= sizes[given.get("--min-bytes")] for o in found)


def test_one_object(place, typed):
    for o in some(typed.objects(), 200):
        same = typed[o.address]
        assert (same, same.type, same.size, same.refcount, same.immortal) == \
            (o, o.type, o.size, o.refcount, o.immortal)
    assert typed.get(16) is None


def reference_rows(rows):
    return sorted((address(row["address"]), row["edge"], row["visited"], row["conservative"]) for row in rows)


def test_references(place, typed):
    for o in some(typed.objects(), 100):
        rows = place.heap.ask("refs", hex(o.address))["rows"]
        found = sorted((r.target_address, r.name, r.visited, r.conservative) for r in o.refs())
        assert found == reference_rows(rows), o


def test_referrers(place, typed):
    for o in some((o for o in typed.objects() if o.tracked), 2):
        rows = place.heap.ask("referrers", hex(o.address))["rows"]
        found = sorted((r.holder_address, r.name, r.visited, r.conservative) for r in o.referrers())
        assert found == reference_rows(rows), o


def depth_rows(rows):
    return [(row["depth"], address(row["address"]), address(row["via"]), row["edge"], row["visited"], row["conservative"])
            for row in rows]


def test_levels(place, typed):
    """Each object once, by the command's references; the first level is what the objects' own references lead to"""
    for o in some((o for o in typed.objects(type="dict")), 2) + some((o for o in typed.objects(type="list")), 2):
        down = [(r.depth, r.target_address, r.holder_address, r.name, r.visited, r.conservative) for r in o.refs(depth=3)]
        assert down == depth_rows(place.heap.ask("refs", hex(o.address), "--depth", "3")["rows"])
        assert len({found[1] for found in down} | {o.address}) == len(down) + 1
        assert {r.target_address for r in o.refs() if r.target} - {o.address} == {found[1] for found in down if found[0] == 1}
        up = [(r.depth, r.holder_address, r.target_address, r.name, r.visited, r.conservative) for r in o.referrers(depth=2)]
        assert up == depth_rows(place.heap.ask("referrers", hex(o.address), "--depth", "2")["rows"])
        assert {r.holder_address for r in o.referrers()} - {o.address} == {found[1] for found in up if found[0] == 1}


def test_places(place, typed):
    """The same as the command 'object' says, of objects, of addresses inside them, and of every sort of block"""
    several = some(typed.objects(), 12)
    wanted = [o.address for o in several] + [o.address + 8 for o in several]
    arenas = list(typed.arenas)
    for pool in itertools.islice((pool for arena in arenas for pool in arena.pools() if pool.block_size), 3):
        for free, block in dict((free, block) for block, free in pool.blocks()).items():
            assert typed.place(block).block == block and (typed.place(block).kind == "free block") == free
            wanted.append(block)
        wanted.append(pool.address)
    for where in wanted:
        found, summary = typed.place(where), place.heap.ask("object", hex(where), "--values")["summary"]
        assert [found.kind, found.block_size] == [summary["kind"], summary["block_size"]]
        assert [at and hex(at) for at in (found.arena, found.pool, found.block)] == [summary[key] for key in ("arena", "pool", "block")]
        assert (found.region is None) == (summary["region"] is None)
        if found.object:
            o = found.object
            # before it, at most: words of the debug allocator, of the dict and weak references, of the collector
            assert o.address - 48 <= where and (o.type.name, o.size) == (summary["type"], summary["bytes"])
            assert (o.generation is not None, o.interned) == (summary["tracked"], summary["interned"])
            assert o.site == summary["site"] is None, "tracemalloc was off"
            assert summary["generation"] in (o.generation, "permanent" if o.generation == -1 else None)
    assert typed.place(16).kind == "unmapped" and typed.freed(wanted[0]) is None


def test_values(place, typed):
    values = {o.address: o.value for o in typed.objects() if o.type.name in ("int", "float", "str", "bytes", "bool")}
    assert values
    for o in some((o for o in typed.objects() if o.type.name == "float"), 50):
        assert place.heap.ask("object", hex(o.address), "--values")["summary"]["repr"] == "%.12g" % values[o.address]


def frames_of(typed):
    """(thread, frame number): its row's cells, of all calls; and whether no chain is broken"""
    found, complete = {}, True
    for thread in typed.threads:
        frames = thread.frames
        complete &= frames.complete
        for number, frame in enumerate(frames):
            found[thread.address, number] = thread, frame
    return found, complete


def test_threads(place, typed):
    answer = place.heap.ask("threads", "--no-fold")
    found, complete = frames_of(typed)
    assert complete == answer["complete"]
    rows = [row for row in answer["rows"] if row["frame"] is not None]
    assert [(address(row["thread_state"]), row["frame"]) for row in rows] == list(found)
    for row, (thread, frame) in zip(rows, found.values()):
        assert row["thread"] is None or address(row["thread"]) == thread.id
        assert row["interpreter"] in (None, thread.interpreter)
        assert (row["native_id"], row["name"], row["gil"]) == (thread.native_id, thread.name, thread.holds_gil)
        assert (row["function"], row["file"], row["line"], address(row["address"])) == \
            (frame.function, frame.file, frame.line, frame.address)
        assert frame.code.type.name == "code"
    assert answer["summary"] == {"threads": len(list(typed.threads)), "frames": len(found)}


def test_locals(place, typed):
    told = {}
    for row in place.heap.ask("threads", "--locals", "--no-fold")["rows"]:
        told.setdefault((address(row["thread_state"]), row["frame"]), {})[row["name"]] = \
            address(row["address"]), row["type"], row["bytes"]
    found = {key: {name: (o.address, o.type.name, o.size) for name, o in frame.locals.items()}
             for key, (_, frame) in frames_of(typed)[0].items()}
    assert {key: names for key, names in found.items() if names} == told and told


KEPT = [("types",), ("types", "--tracked"), ("find", "--type", "dict"), ("garbage",), ("cycles",), ("retained",),
        ("refaudit",), ("interned",)]


def test_kept(place, typed):
    """What an open heap keeps for further questions changes no answer"""
    place.heap.ask("types")
    for words in KEPT:
        fresh = heaps.open_heap(place.target.words(place.way), place.layout, place.interpreter.debug_dir, memory=0)
        try:
            first, later = fresh.heap.run(*words), typed.run(*words)
        finally:
            fresh.close()
        assert (later.rows, later.summary, later.warnings) == (first.rows, first.summary, first.warnings), words


@pytest.mark.parametrize("memory", [0, 1 << 20, 16 << 20])
def test_memory(place, typed, memory):
    """A heap that may keep little gives the answers of one that keeps all, whatever was asked before; iterators go on"""
    little = heaps.open_heap(place.target.words(place.way), place.layout, place.interpreter.debug_dir, memory=memory)
    try:
        objects, garbage = little.heap.objects(), iter(little.heap.garbage)
        begun = [next(objects).address for _ in range(1000)]
        for words in KEPT + KEPT[::-1]:
            answer, known = little.heap.run(*words), typed.run(*words)
            assert (answer.rows, answer.summary, answer.warnings) == (known.rows, known.summary, known.warnings), words
        assert begun + [o.address for o in objects] == [o.address for o in typed.objects()]
        assert [g.object.address for g in garbage] == [g.object.address for g in typed.garbage]
        for words in KEPT:
            assert little.heap.run(*words).rows == typed.run(*words).rows, words
    finally:
        little.close()


def commands_of(place, typed):
    """Words of every command, and of what gives it other columns"""
    import libheap
    holder = hex(next(iter(typed.garbage)).object.address)
    about = {"diff": place.target.words(place.way), "object": [holder], "refs": [holder], "referrers": [holder], "why": [holder],
             "find": ["--type", "dict"]}
    yield from ([command.name] + about.get(command.name, []) for command in libheap.commands()
                if command.takes_target and not command.writes_file)
    yield from (["types", "--objects", "--limit", "500"], ["types", "--sort", "-count"], ["garbage", "--components"],
                ["info", "--layout-fields"], ["threads", "--locals"], ["threads", "--tasks"], ["retained", "--by-type"],
                ["arenas", "--classes"], ["refaudit", "--by-type"], ["types", "--no-values", "--limit", "3"])


def test_rows_are_those_of_json(place, typed):
    """Values that the library gives = JSON that it writes: every cell, and of the same kind as its column says"""
    kinds = set()
    for name, *words in commands_of(place, typed):
        result, answer = typed.run(name, *words), typed.answer(name, words + ["--format=json"])
        told = json.loads(answer.text)
        assert [list(row.items()) for row in result.rows] == [list(row.items()) for row in told["rows"]], (name, words)
        for part in ("command", "target", "complete", "warnings", "summary", "row_count"):
            assert getattr(result, part) == told[part], (name, words, part)
        assert (result.status, len(result)) == (answer.status, len(told["rows"]))
        assert not result.rows or [column.key for column in result.columns] == list(result.rows[0])
        kinds |= {type(cell) for row in result.rows for cell in row.values()}
    assert kinds == {str, int, bool, list, type(None)}
    assert typed.types(limit=2).row_count > 100


def test_collectors(place, typed):
    answer = place.heap.ask("gc")
    found = [(c.interpreter, "permanent" if g.number is None else g.number, g.objects, g.bytes, g.threshold, g.count)
             for c in typed.gc for g in c.generations]
    assert found == [(row["interpreter"], row["generation"], row["objects"], row["bytes"], row["threshold"], row["count"])
                     for row in answer["rows"]]
    torn = [g for c in typed.gc for g in c.generations if g.broken]
    assert {w["address"] for w in answer["warnings"] if w["code"] == "gc-ring-torn"} == {hex(g.broken) for g in torn}
    main = next(iter(typed.gc))
    assert (main.enabled, any(c.collecting for c in typed.gc)) == \
        (answer["summary"]["enabled"], answer["summary"]["collecting"])
    lengths = [c.garbage_count for c in typed.gc]
    assert answer["summary"]["garbage_list"] == (None if None in lengths else sum(lengths))


def test_garbage(place, typed):
    components = place.heap.ask("garbage", "--components")
    found = list(typed.garbage)
    summary = components["summary"]
    assert [typed.garbage.summary[name] for name in ("objects", "components", "uncollectable")] == \
        [summary[name] for name in ("objects", "components", "uncollectable")] and found
    assert (len(found), len({g.component for g in found}), sum(g.uncollectable for g in found)) == \
        (summary["objects"], summary["components"], summary["uncollectable"])
    by_component = {}
    for g in found:
        count, size = by_component.get(g.component, (0, 0))
        by_component[g.component] = count + 1, size + g.object.size
    assert sorted(by_component.values()) == sorted((row["objects"], row["bytes"]) for row in components["rows"])
    counts = {}
    for g in found:
        counts[g.object.type.address] = counts.get(g.object.type.address, 0) + 1
    assert counts == {address(row["type_address"]): row["count"] for row in place.heap.ask("garbage")["rows"] if row["count"]}


def emptiest(place):
    """The least percentage of use below which there are arenas, and their blocks: of all arenas there are half a million"""
    for percent in (60, 80, 100):
        rows = place.heap.ask("pins", "--below", str(percent), "--blocks")["rows"]
        if rows:
            break
    return percent, rows


def test_pins(place, typed):
    percent, rows = emptiest(place)
    pins = typed.pins.blocks(percent)
    assert rows or place.interpreter.allocator
    assert [(pin.arena, pin.address, pin.size, pin.kind, pin.object and pin.object.address, pin.owner) for pin in pins] == \
        [(address(row["arena"]), address(row["block"]), row["size"], row["kind"], row["object"] and address(row["object"]),
          row["owner"] or "") for row in rows]
    assert {pin.arena for pin in typed.pins} == {address(row["arena"]) for row in place.heap.ask("pins")["rows"]}
    with pytest.raises(place.heap.error, match="it must be 1 to 100"):
        next(typed.pins.blocks(0))


def test_arenas(place, typed):
    answer = place.heap.ask("arenas")
    rows, summary = answer["rows"], typed.arenas.summary
    assert {name: value for name, value in answer["summary"].items() if name in summary and name != "raw_blocks"} == \
        {name: summary[name] for name in answer["summary"] if name in summary and name != "raw_blocks"}
    assert (None if summary["raw_blocks"] < 0 else summary["raw_blocks"]) == answer["summary"]["raw_blocks"]
    assert summary["arenas"] * summary["arena_size"] == answer["summary"]["arena_bytes"]
    arenas = list(typed.arenas)
    assert [(a.address, a.pool_count, a.pools_free, a.blocks_used, a.bytes_used) for a in arenas] == \
        [(address(row["address"]), row["pools"], row["pools_free"], row["blocks_used"], row["bytes_used"]) for row in rows]
    classes = {}
    for pool in (pool for arena in arenas for pool in arena.pools() if pool.block_size and not pool.damaged):
        free = sum(free for _, free in pool.blocks())
        assert free == pool.block_count - pool.used
        pools, used, unused = classes.get(pool.block_size, (0, 0, 0))
        classes[pool.block_size] = pools + 1, used + pool.used, unused + free
    assert classes == {row["size"]: (row["pools"], row["blocks_used"], row["blocks_free"])
                       for row in place.heap.ask("arenas", "--classes")["rows"]}
    assert classes == {c.block_size: c[1:] for c in typed.arenas.size_classes}
    slack = {row["size"]: (row["objects"], row["slack"]) for row in place.heap.ask("arenas", "--classes")["rows"]}
    assert typed.arenas.slack == slack


def test_memory_tree(place, typed):
    answer = place.heap.ask("memory")
    summary, nodes = typed.memory.summary, list(typed.memory)
    assert {key: summary[key] for key in answer["summary"]} == answer["summary"]
    keys = "path", "bytes", "resident", "private_dirty", "shared", "swapped", "count", "leaf"
    assert [[getattr(n, key) for key in keys] + [n.note or ""] for n in nodes] == \
        [[row[key] for key in keys + ("note",)] for row in answer["rows"]]
    assert all(n.depth == n.path.count("/") + 1 for n in nodes)


def test_retained(place, typed):
    rows = typed.run("retained", limit=20).rows
    assert rows and [typed[address(row["address"])].retained for row in rows] == [row["retained"] for row in rows]
    o = typed[address(rows[0]["address"])]
    below = typed.run("retained", under=o.address, limit=20).rows
    found = list(itertools.islice(o.dominated(), 20))
    assert [(d.address, d.retained) for d in found] == [(address(row["address"]), row["retained"]) for row in below]
    assert all(d.dominator == o for d in found) and found
    assert {g.object.retained for g in typed.garbage} == {None}
