# SPDX-License-Identifier: Apache-2.0
"""Answers do not depend on how many threads looked for them: each command, each way of asking it, byte by byte."""
import heaps
import pytest

ONE_WAY = True      # what threads make of the bytes does not depend on where they come from
MORE = [("types", "--tracked"), ("find", "--type", "dict"), ("garbage", "--components"), ("cycles", "--garbage"), ("retained", "--points"),
        ("retained", "--by-type"), ("threads", "--locals"), ("arenas", "--classes"), ("why", "--type", "function")]
OF_AN_OBJECT = [("object",), ("refs",), ("referrers", "--depth", "2"), ("why",), ("why", "--all-roots"), ("retained", "--under")]


def questions():
    """Every command by itself, but for those of an object, find, which asks nothing without options, and those that write a
    file; and those above"""
    names = heaps.run(["--complete", ""])[1].split()
    not_alone = {words[0] for words in OF_AN_OBJECT} | {"find", "help", "export", "report", "snapshot", "diff", "capture", "fleet",
                                                        "browse", "serve"}
    return [(name,) for name in names if name not in not_alone] + MORE


def asked(place, address, threads):
    """Words: the answer, of a heap of its own. The questions after the first find what was kept of it"""
    of_it = [words + (address,) for words in OF_AN_OBJECT]
    heap = heaps.open_heap(place.target.words(place.way), place.layout, place.interpreter.debug_dir)
    try:
        return {words: heap.ask(words[0], *words[1:], "--threads", str(threads)) for words in questions() + of_it}
    finally:
        heap.close()


def test_thread_counts(place):
    if place.interpreter.allocator or place.interpreter.debug:
        pytest.skip("a minute each: one of each version is enough")
    address = place.heap.ask("find", "--type", "dict", "--min-bytes", "100K")["rows"][0]["address"]
    one = asked(place, address, 1)
    assert all(answer["rows"] for words, answer in one.items() if words[0] in ("types", "garbage", "cycles", "why"))
    for threads in 2, 8:
        for words, answer in asked(place, address, threads).items():
            assert answer == one[words], (words, "%d threads" % threads)
