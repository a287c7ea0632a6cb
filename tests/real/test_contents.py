# SPDX-License-Identifier: Apache-2.0
"""What containers contain, in the order in which the interpreter itself iterates, and what values are."""
import programs
import pytest

pytest_generate_tests = programs.parametrize
program = programs.fixture("contents", "contents.json")


@pytest.fixture
def typed(heap):
    found = getattr(heap, "heap", None)
    if found is None:
        pytest.skip("under sanitizers the library is not loaded into this Python")
    return found


def as_told(pairs):
    return [[key if isinstance(key, int) else key.address, value.address] for key, value in pairs]


def test_items(typed, program):
    for address, length, items in program.account["containers"]:
        found = typed[address]
        assert (len(found), as_told(found.items())) == (length, items), found
        assert [item.address for item in found] == [key if key > 1 << 20 else value for key, value in items], found


def test_lookup(typed, program):
    for address, length, items in program.account["containers"]:
        found = typed[address]
        if length and "list" in found.type.name:
            assert (found[0].address, found[-1].address) == (items[0][1], items[-1][1])
            pytest.raises(IndexError, lambda: found[length])
        elif length and found.type.name == "dict":
            key, value = next(iter(found.items()))
            assert found[key.value] == value
            pytest.raises(KeyError, lambda: found["there is none"])


def test_values_of_containers(typed, program):
    for address, length, items in program.account["containers"]:
        found = typed[address].value
        assert len(found) == length
        assert as_told(found.items() if isinstance(found, dict) else enumerate(found)) == items or isinstance(found, set)


def python2(value, kind):
    """repr() as 2.7 has it"""
    text = repr(value)
    return {"str": text[1:], "unicode": "u" + ascii(value), "long": text + "L"}.get(kind, text)


def test_values(typed, program):
    for address, told, kind in program.account["values"]:
        value = typed[address].value
        assert (python2(value, kind) if typed.version < "3" else repr(value)) == told


def test_others_are_not_containers(typed, program):
    number = typed[program.account["values"][0][0]]
    assert number and number.value == 0
    for ask in (len, list, lambda it: it[0], lambda it: list(it.items())):
        pytest.raises(TypeError, ask, number)
