# SPDX-License-Identifier: Apache-2.0
"""cycles: as many components, of as many objects, as the interpreter's own references make; classics by name."""
import heaps
import programs
from heaps import address

CLASSICS = {
    "Session.peer -> Session.peer -> Session": 20,
    "Slotted.children -> list[\u2026] -> Slotted.parent -> Slotted": 20,
    "Bound.handler -> method.__self__ -> Bound": 20,
    "function.__closure__ -> tuple[\u2026] -> cell.cell_contents -> function": 20,
    "type.__mro__ -> tuple[\u2026] -> type": 20,
    "dict['down'] -> dict['up'] -> dict": 20,
    "generator 'me' -> generator": 20,
}
EXCEPTION = "ValueError.__traceback__ -> traceback.tb_frame -> frame 'kept' -> ValueError"

pytest_generate_tests = programs.parametrize
program = programs.fixture("cycles", "cycles.json")


def test_components(heap, program):
    components, garbage = program.account["components"], set(program.account["garbage"])
    by_member = {member: members for members in components for member in members}
    answer = heap.ask("cycles")
    summary = answer["summary"]
    assert summary["components"] == len(components)
    assert summary["objects"] == sum(map(len, components))
    assert summary["garbage"] == sum(members[0] in garbage for members in components)
    assert sum(row["count"] for row in answer["rows"]) == len(components)
    for row in answer["rows"]:
        members = by_member[address(row["example"])]
        assert all(address(a) in members for a in row["addresses"])
        assert row["garbage"] == (members[0] in garbage)
        if row["count"] == 1:
            assert row["objects"] == len(members)


def test_typed(heap, program):
    """Components of the typed library are those of the interpreter's own references"""
    typed, garbage = heaps.typed(heap), set(program.account["garbage"])
    components = [(component, list(component.objects())) for component in typed.cycles]
    assert sorted(sorted(o.address for o in objects) for _, objects in components) == \
        sorted(map(sorted, program.account["components"]))
    for component, objects in components:
        assert (component.object_count, component.size) == (len(objects), sum(o.size for o in objects))
        assert component.garbage == (objects[0].address in garbage) and not component.frozen
        cycle = list(component.cycle())
        assert {step.holder_address for step in cycle} <= {o.address for o in objects} and all(s.visited for s in cycle)
        heaps.check_chain(cycle, cycle[0].holder_address, cycle[0].holder_address)
    summary = heap.ask("cycles")["summary"]
    assert summary == {"components": len(components), "objects": sum(len(objects) for _, objects in components), "frozen": 0,
                       "bytes": sum(component.size for component, _ in components),
                       "garbage": sum(component.garbage for component, _ in components)}


def test_garbage_only(heap, program):
    garbage = set(program.account["garbage"])
    dead = [members for members in program.account["components"] if members[0] in garbage]
    answer = heap.ask("cycles", "--garbage")
    assert answer["summary"]["components"] == answer["summary"]["garbage"] == len(dead)
    assert answer["summary"]["objects"] == sum(map(len, dead))


def test_type(heap):
    rows = heap.ask("cycles", "--garbage", "--type", "Session")["rows"]
    assert [(row["shape"], row["count"], row["objects"] >= 40) for row in rows] == [
        ("Session.peer -> Session.peer -> Session", 20, True)]
    assert heap.ask("cycles", "--garbage", "--min-bytes", "1G")["rows"] == []


def classics(version):
    wanted = dict(CLASSICS)
    if version < (3, 11):
        del wanted["generator 'me' -> generator"]
        wanted["generator.gi_frame -> frame 'me' -> generator"] = 20
    if version >= (3, 7):
        wanted["Task._coro -> coroutine 'me' -> Task" if version >= (3, 11) else
               "Task._coro -> coroutine.cr_frame -> frame 'me' -> Task"] = 20
    if version >= (3,):
        wanted[EXCEPTION] = 20
    else:
        wanted = {shape.replace(" method.", " instancemethod."): count for shape, count in wanted.items()}
    return wanted


def test_classics_by_name(heap, interpreter):
    shapes = {row["shape"]: row["count"] for row in heap.ask("cycles", "--garbage")["rows"]}
    wanted = classics(interpreter.version)
    assert {shape: shapes.get(shape) for shape in wanted} == wanted
