# SPDX-License-Identifier: Apache-2.0
"""sites: what tracemalloc itself says of each line, and of single objects."""
import programs
import pytest

LAST = 26                       # line of the program after what it keeps

pytest_generate_tests = programs.parametrize
traced = programs.fixture("sites", "sites.json")


@pytest.fixture(scope="module")
def program(interpreter, request):
    if interpreter.version < (3,):
        pytest.skip("no tracemalloc in 2.7")
    return request.getfixturevalue("traced")


def known(answer):
    if "tracemalloc-unknown" in [warning["code"] for warning in answer["warnings"]]:
        assert not answer["complete"] and not answer["rows"]
        pytest.skip("its symbols say nothing of tracemalloc")
    return answer


def is_kept(site):
    """Of what the program keeps: after that it forks, waits and sleeps, and its child sets threading up again"""
    name, line = site.rsplit(":", 1)
    return name.endswith("sites_program.py") and int(line) < LAST


def test_lines(heap, program):
    answer = known(heap.ask("sites"))
    assert answer["complete"] and not answer["warnings"]
    told = {"%s:%d" % (row["file"], row["line"]): [row["count"], row["bytes"]] for row in answer["rows"]}
    said = program.account["sites"]
    assert {site: told.get(site) for site in said if is_kept(site)} == {site: said[site] for site in said if is_kept(site)}
    assert sum(count for site, (count, _) in said.items() if is_kept(site)) > 3000
    assert not [site for site in told if is_kept(site) and site not in said]
    assert answer["summary"]["blocks"] == sum(row["count"] for row in answer["rows"])
    assert answer["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])


def test_objects(heap, program, interpreter):
    """3.11 itself does not find blocks that begin before the gc head, of instances with a managed __dict__"""
    known(heap.ask("sites"))
    for address, calls in program.account["objects"].items():
        told = ["%s:%d" % (row["file"], row["line"]) for row in heap.ask("sites", address)["rows"]]
        assert heap.ask("object", address)["summary"]["site"] == (told[0] if told else None)
        if interpreter.version[:2] == (3, 11) and not calls and told:
            assert heap.ask("object", address)["summary"]["type"] == "__main__.Thing"
            continue
        assert told == calls
