# SPDX-License-Identifier: Apache-2.0
"""garbage: whose finalizers would run, what theirs brought back, what only frozen objects hold."""
import heaps
import programs
import pytest

LEGACY = (3, 4)     # before it, __del__ in a cycle is never run
FREEZE = (3, 7)

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def heap(interpreter):
    program = programs.start(interpreter, "finalizers")
    one = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    yield one
    one.close()
    program.remove()


def test_finalizers(heap, interpreter):
    answer = heap.ask("garbage")
    rows = {row["type"]: (row["count"], row["finalizers"]) for row in answer["rows"] if row["type"].startswith("__main__.")}
    if interpreter.version < LEGACY:
        assert answer["summary"]["uncollectable"] == 8      # four of them, each with its dict; gc.garbage holds the others
        assert answer["summary"]["resurrected"] == answer["summary"]["finalizers"] == 0
        return
    assert rows == {"__main__.Node": (10, 0), "__main__.Finalized": (4, 4), "__main__.Resurrected": (2, 0)}
    assert answer["summary"]["finalizers"] == 4
    assert answer["summary"]["resurrected"] == 3


def test_components_have_cycles(heap, interpreter):
    rows = heap.ask("garbage", "--components")["rows"]
    cycles = [row["cycle"] for row in rows if row["cycle"].startswith("Node.")]
    assert cycles == ["Node.me -> Node"] * 10
    if interpreter.version >= LEGACY:
        assert sorted(row["finalizers"] for row in rows)[-5:] == [0, 1, 1, 1, 1]


def test_frozen(heap, interpreter):
    answer = heap.ask("garbage", "--frozen")
    rows = {row["type"]: row["count"] for row in answer["rows"]}
    if interpreter.version < FREEZE:
        assert answer["summary"]["frozen"] == 0 and "__main__.Node" not in rows
        return
    assert rows["__main__.Node"] == 30
    assert answer["summary"]["objects"] == sum(rows.values())
