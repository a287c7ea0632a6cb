# SPDX-License-Identifier: Apache-2.0
"""
What C types keep out of sight (a Context's nodes, an lru_cache's links, a pickler's memo), in words: by which path it is
found, and that it is all there.
"""
import heaps
import programs
import pytest

VERSIONS = (3, 7), (3, 10), (3, 11), (3, 14), (3, 15)       # old ones, one between, new ones: what is tested is the same code for all

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def said(interpreter):
    if interpreter.version[:2] not in VERSIONS or interpreter.debug:
        pytest.skip("one of each of a few versions is enough")
    program = programs.start(interpreter, "words", "account.json")
    heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    yield program.account, heap
    heap.close()
    program.remove()


def test_paths(said):
    account, heap = said
    assert account["ways"]
    for address, path in account["ways"][::5] + account["ways"][-2:]:
        rows = heap.ask("why", "%#x" % address)["rows"]
        # a bounded cache's traversal visits what its links hold: two holders of a result
        assert {row["path"] for row in rows} == {path} and len(rows) == (2 if "read>.<result>" in path else 1)
        assert [heaps.address(a) for a in rows[0]["addresses"]][-1] == address


def test_beside(said):
    """What lies in arrays and C structs that an object of C's leads to"""
    account, heap = said
    found = {address: [row["path"] for row in heap.ask("why", "%#x" % address)["rows"]] for address, _ in account["beside"]}
    assert len(found) > 10 and found == {address: [path] for address, path in account["beside"]}


def test_between(said):
    account, heap = said
    rows = heap.ask("refs", *account["between"])["rows"]
    for address, expected in account["between"].items():
        its = [row for row in rows if heaps.address(row["of"]) == int(address)]
        assert not any(row.get("conservative") for row in its)
        assert sorted(heaps.address(row["address"]) for row in its if row.get("visited", True)) == expected


def test_sizes(said):
    account, heap = said
    for address, size in account["sizes"].items():
        assert heap.ask("object", address)["summary"]["bytes"] == size
