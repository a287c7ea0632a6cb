# SPDX-License-Identifier: Apache-2.0
"""What is left of an answer on a terminal of 80 columns: the end of paths, the names of files, whole lines."""

import json
import re
import subprocess
import sys

import pauses
import pytest
from sleepers import wait_for_rest
from terminal import on_terminal

SCRIPT = """
import asyncio, gc, time
def make():
    class Row:
        pass
    return Row
first, second = make(), make()
rows = [first() for _ in range(300)] + [second() for _ in range(200)]
class Holder:
    pass
holder = Holder()
holder.some_rather_long_name_of_an_attribute = {"and_a_key_which_is_long_too": {"last": Holder()}}
gc.disable()
for _ in range(50):
    one, other = Holder(), Holder()
    one.some_rather_long_name_of_an_attribute, other.some_rather_long_name_of_an_attribute = other, one
del one, other
async def main():
    asyncio.create_task(asyncio.sleep(600), name="a task with a name that is not short at all")
    await asyncio.sleep(0.05)
    print(1, flush=True)
    time.sleep(600)
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def pid(tmp_path_factory):
    path = tmp_path_factory.mktemp("a_folder_with_a_name_that_is_long") / "the_program.py"
    path.write_text(SCRIPT)
    with subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True) as process:
        wait_for_rest(process)
        yield process.pid
        process.kill()


def lines_of(build, *words):
    return on_terminal(build, words, columns=80, NO_COLOR="1").replace("\r", "").splitlines()


@pytest.mark.parametrize("words", [
    ["types"], ["threads"], ["threads", "--locals"], ["threads", "--tasks"], ["retained"], ["retained", "--points"],
    ["why", "--type", "Holder"], ["find", "--type", "Holder"], ["garbage"], ["garbage", "--components"], ["garbage", "--frozen"],
    ["interned"], ["cycles"], ["gc"],
    ["arenas"], ["arenas", "--classes"], ["arenas", "--map"], ["pins", "--below", "100"], ["pins", "--below", "100", "--owners"],
    ["pins", "--below", "100", "--blocks"], ["info"], ["refaudit"], ["refaudit", "--by-type"], ["verify"], ["find", "--min-bytes", "1K"]],
    ids=" ".join)
def test_lines_fit(build, pid, words):
    for line in lines_of(build, *words, "-p", pid):
        if re.match(r"(Next:|why not yet|build-id|executable|libpython|debug file)|      py-heap", line) or " " not in line:
            continue  # words to copy, and values that are whole wherever they end
        assert len(line) <= 80 and line == line.rstrip(), line


def test_what_is_left_is_told(build, pid):
    lines = lines_of(build, "threads", "-p", pid)
    assert "Left out, for the width: THREAD, LOCALS, LOCALS BYTES (-f json has all)" in lines
    assert any("/the_program.py " in line for line in lines), "the name of a file stays"
    wide = on_terminal(build, ["threads", "-p", pid], columns=300, NO_COLOR="1")
    assert "Left out" not in wide and "LOCALS BYTES" in wide and "\u2026" not in wide


def test_paths_keep_their_ends(build, pid):
    path = next(line for line in lines_of(build, "why", "-p", pid, "--type", "Holder") if line.lstrip().startswith("1 ") and "last" in line)
    assert re.search(r"sys\.mod\S*\u2026\S*\['last'\]", path)


def test_a_cycle_is_told_whole(build, pid):
    words = " ".join(" ".join(lines_of(build, "cycles", "-p", pid)).split())
    attribute = "Holder.some_rather_long_name_of_an_attribute"
    assert "%s -> %s -> Holder" % (attribute, attribute) in words and "COUNT OBJECTS BYTES GARBAGE EXAMPLE SHAPE" in words
    assert "\u2026 " not in words.partition("SHAPE")[2].partition("more row")[0].rpartition("\u2026")[0], "nothing is cut"
    wide = on_terminal(build, ["cycles", "-p", pid], columns=300, NO_COLOR="1")
    assert re.search(r"SHAPE +COUNT", wide)


def test_classes_of_one_name(py_heap, pid):
    rows = json.loads(py_heap("types", "-p", pid, "-f", "json").stdout)["rows"]
    twins = {row["type_address"]: row["count"] for row in rows if row["type"].endswith("Row")}
    assert sorted(twins.values()) == [200, 300]
    text = py_heap("types", "-p", pid, "-n", "0").stdout
    for address, count in twins.items():
        assert re.search(r"\.Row at %s +%d " % (address, count), text)
        found = json.loads(py_heap("find", "-p", pid, "--type", address, "-f", "json").stdout)
        assert found["summary"]["objects"] == count
        assert {row["type_address"] for row in found["rows"]} == {address}
    assert not re.search("Holder at", text), "other names stand alone"


def test_one_mistake_one_answer(py_heap, pid):
    for command in ("find", "why"):
        run = py_heap(command, "-p", pid, "--type", "Holdr")
        assert run.returncode == 2 and "no object has the type 'Holdr', did you mean 'Holder'?" in run.stderr
    assert py_heap("find", "-p", pid, "--type", "Holder", "--min-bytes", "1MB").returncode == 0, "none is so big"
    for command in ("object", "refs", "referrers", "why"):
        run = py_heap(command, "-p", pid, "0x10")
        assert run.returncode == 1 and "0x10" in run.stderr, run.stderr


def test_sizes_as_they_are_shown(py_heap, pid):
    sizes = {word: json.loads(py_heap("find", "-p", pid, "--min-bytes", word, "-f", "json").stdout)["summary"]["objects"]
             for word in ("1.5KB", "1.5K", "1.5kib", "1536", "1536B", "0x600")}
    assert len(set(sizes.values())) == 1 and sizes["1536"] > 10, sizes


def test_columns_by_what_stands_above_them(py_heap, pid):
    first, same = (pauses.without(py_heap("threads", "-p", pid, "--sort", name).stdout) for name in ("locals_bytes", "LOCALS BYTES"))
    assert "LOCALS BYTES" in first and same == first
    assert py_heap("threads", "-p", pid, "--sort", "lwp").returncode == 0


def test_json_says_how_many_rows_there_are(py_heap, pid):
    all_rows = json.loads(py_heap("types", "-p", pid, "-f", "json").stdout)
    cut = json.loads(py_heap("types", "-p", pid, "-f", "json", "-n", "3").stdout)
    assert len(cut["rows"]) == 3 and cut["row_count"] == all_rows["row_count"] == len(all_rows["rows"])


def test_head_is_no_failure(build, pid):
    run = subprocess.run("set -o pipefail; %s/corefile-tools/py-heap find -p %d --min-bytes 0 -n 0 | head -1" % (build, pid),
                         shell=True, executable="/bin/bash", capture_output=True, text=True)
    assert run.returncode == 0 and run.stderr == "" and run.stdout.startswith("objects")
