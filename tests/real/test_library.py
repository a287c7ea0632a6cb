# SPDX-License-Identifier: Apache-2.0
"""The typed library gives the same objects, types, sizes and references as the commands do, on every interpreter."""
import heaps
import pytest
from heaps import address


@pytest.fixture
def typed(place):
    heap = getattr(place.heap, "heap", None)
    if heap is None:
        pytest.skip("under sanitizers the library is not loaded into this Python")
    return heap


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
    if (place.way, place.layout) != ("gcore", "table"):
        pytest.skip("what is kept does not depend on the way to the bytes: one is enough")
    place.heap.ask("types")
    for words in KEPT:
        fresh = heaps.open_heap(place.target.words(place.way), place.layout, place.interpreter.debug_dir)
        try:
            first, later = fresh.heap.run(*words), typed.run(*words)
        finally:
            fresh.close()
        assert (later.rows, later.summary, later.warnings) == (first.rows, first.summary, first.warnings), words
