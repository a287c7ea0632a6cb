# SPDX-License-Identifier: Apache-2.0
"""
Every type written in C that an interpreter has with all of its own modules imported: which words of an instance are
references. The program has an instance for each word, and tp_traverse's own word for which are visited.
"""
import collections

import compare
import heaps
import programs
import pytest

# Instances that are not what their words say without a constructor, and why; test_truth.py has real ones of them.
NOT_MADE_SO = {
    "tuple": "struct sequences: fields beyond their length follow their items, and these have none",
    "type": "2.7 visits what heap types hold of types that are not (their flags are 0)",
}

pytest_generate_tests = programs.parametrize


@pytest.fixture(scope="module")
def instances(interpreter):
    program = programs.start(interpreter, "c_types", "account.json")
    heap = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    yield program.account, heap
    heap.close()
    program.remove()


def refs_of(heap, addresses):
    """address -> rows"""
    found = collections.defaultdict(list)
    for start in range(0, len(addresses), 2000):
        for row in heap.ask("refs", *["%#x" % address for address in addresses[start:start + 2000]])["rows"]:
            found[heaps.address(row["of"])].append(row)
    return found


def test_words(instances):
    """Each type has a row: no word is only scanned, and what tp_traverse visits is what py-heap says it does"""
    account, heap = instances
    refs, wrong = refs_of(heap, [address for t in account for address, _, _, _ in t["words"]]), compare.Collector()
    for t in account:
        for address, offset, marker, visited in t["words"]:
            rows = [row for row in refs[address] if heaps.address(row["address"]) == marker]
            wrong.compared += 1
            if set(t["bases"]) & set(NOT_MADE_SO):
                continue
            if any(row.get("conservative") for row in rows):
                wrong.wrong("%s has no row" % t["tp_name"], "+%d" % offset)
            elif len([row for row in rows if row.get("visited", True)]) != visited:
                wrong.wrong(t["tp_name"], "+%d is visited %d times, py-heap has %s" % (offset, visited, [row["edge"] for row in rows]))
    wrong.finish("words of bodies against tp_traverse")
    assert len(account) > 200 and wrong.compared > 1000
