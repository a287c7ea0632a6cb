# SPDX-License-Identifier: Apache-2.0
"""A process that has reserved 200 GB, of which one page exists: as exact as of any other, and no slower."""
import json

import heaps
import programs
import pytest
import test_memory

PATIENCE = 60       # seconds; it takes less than one, and minutes if each page is looked at


@pytest.fixture(scope="module")
def program(interpreter):
    one = programs.start(interpreter, "reserved")
    yield one
    one.remove()


pytest_generate_tests = programs.parametrize


def ask(program, command):
    status, out, err = heaps.run([command] + program.words("live") + ["-f", "json", "-n", "0"], timeout=PATIENCE)
    assert status in (0, 3), err
    return json.loads(out)


def test_sums(program):
    answer, said = test_memory.at_rest(program.pid, lambda: ask(program, "memory"))
    test_memory.check_sums(answer)
    test_memory.check_pages(answer["summary"], said)
    assert answer["complete"]


def test_words_are_found(program):
    answer = ask(program, "refaudit")
    assert answer["complete"]
    assert [(row["type"], row["unexplained"]) for row in answer["rows"]] == [("__main__.Lost", 1)]
