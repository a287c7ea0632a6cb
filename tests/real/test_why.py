# SPDX-License-Identifier: Apache-2.0
"""
why: each path that is an expression is evaluated in a forked child of the program, and is the object.

With --type, --through, --avoid and --all-roots too; garbage has no path. referrers, level by level, against gc.get_referrers().
"""
import collections
import os
import sys
import tempfile

import heaps
import programs
import pytest
import target
import tolerances
from heaps import address

sys.path.insert(0, os.path.join(target.HERE, "targets"))
import kinds_attributes          # noqa: E402

SCALE = 400
OBJECTS = 12            # of the program, whatever their types
KINDS = "list", "kinds_classes.Plain", "kinds_classes.Slots", "set", "function", "collections.deque", "str", "int"
MANY_REFERRERS = 2000


def pytest_generate_tests(metafunc):
    programs.parametrize(metafunc, indirect=True)


@pytest.fixture(scope="module")
def interpreter(request):
    return request.param


@pytest.fixture(scope="module")
def program(interpreter):
    one = target.Target(interpreter, tempfile.mkdtemp(prefix="py-heap-real-"), SCALE)
    yield one
    one.remove()


@pytest.fixture(scope="module")
def heap(program, interpreter):
    one = heaps.open_heap(program.words("live"), "auto", interpreter.debug_dir)
    yield one
    one.close()


def some(addresses, count):
    return addresses[::max(1, len(addresses) // count)][:count]


def chosen(account):
    """Some objects of each kind, and some of whatever there is"""
    by_type = collections.defaultdict(list)
    for a in sorted(account.type_of):
        by_type[account.type_of[a]].append(a)
    kinds = [a for kind in KINDS for a in by_type[kind][::max(1, len(by_type[kind]) // 2)][:2]]
    return kinds + some(sorted(account.type_of), OBJECTS)


def is_expression(path):
    return path is not None and "<" not in path and "\u2026" not in path


def evaluate(program, pairs):
    """(path, address) of all that are expressions: how many were evaluated"""
    pairs = [(path, a) for path, a in pairs if is_expression(path)]
    for (path, a), found in zip(pairs, program.oracle.ask([path for path, _ in pairs])):
        assert found == a, "%s is %s, not %#x" % (path, found if isinstance(found, str) else hex(found), a)
    return len(pairs)


def on_the_way(row):
    """Addresses of the objects before the one asked for"""
    return [address(a) for a in row["addresses"][:-1]]


def test_paths_are_what_they_say(heap, program):
    expressions = 0
    for wanted in chosen(program.account):
        answer = heap.ask("why", "%#x" % wanted)
        assert address(answer["summary"]["address"]) == wanted
        assert answer["summary"]["paths"] == len(answer["rows"])
        for row in answer["rows"][:5]:
            assert address(row["addresses"][-1]) == wanted and len(row["addresses"]) == row["length"]
        expressions += evaluate(program, [(row["path"], wanted) for row in answer["rows"][:5]])
    assert expressions >= OBJECTS // 2, "hardly any path was an expression"


def test_each_holder_has_a_row(heap, program):
    """--all-roots: as many holders as merged rows count, and ways from other roots besides"""
    for wanted in chosen(program.account)[::4]:
        merged, every = heap.ask("why", "%#x" % wanted), heap.ask("why", "%#x" % wanted, "--all-roots")
        assert len(merged["rows"]) <= len(every["rows"]) and merged["summary"]["holders"] <= len(every["rows"])
        assert sum(row["count"] for row in merged["rows"]) <= sum(row["count"] for row in every["rows"])
        # the root of rows merged into one is that of the nearest " and others"
        assert {row["root"].removesuffix(" and others") for row in merged["rows"]} <= {row["root"] for row in every["rows"]}
        for row in every["rows"]:
            assert address(row["addresses"][-1]) == wanted and len(row["addresses"]) == row["length"]
        evaluate(program, [(row["path"], wanted) for row in some(every["rows"], 20)])


def typed_row(path):
    return {"path": str(path), "length": path.length, "count": path.count, "shape": path.shape,
            "addresses": [path.root.object.address] + [step.target_address for step in path.steps]}


def command_row(row):
    return dict({name: row[name] for name in ("path", "length", "count", "shape")}, addresses=list(map(address, row["addresses"])))


TYPED = ((), {}), (("--all-roots",), {"all_roots": True}), (("--avoid", "dict"), {"avoid": "dict"}), \
    (("--through", "module", "--through", "frame"), {"through": ["module", "frame"]})


def test_typed(heap, program):
    """Paths of the typed library are the command's; each step is a reference of its holder"""
    typed, evaluated = heaps.typed(heap), 0
    for wanted in chosen(program.account)[::3]:
        for words, options in TYPED:
            rows, paths = heap.ask("why", "%#x" % wanted, *words)["rows"], typed[wanted].why(**options)
            assert [typed_row(path) for path in paths] == [command_row(row) for row in rows]
            if "--all-roots" in words:
                assert [path.root.name for path in paths] == [row["root"] for row in rows]
        paths = typed[wanted].why(limit=5)
        for path in paths:
            heaps.check_chain(path.steps, path.root.object.address, wanted)
        evaluated += evaluate(program, [(str(path), wanted) for path in paths])
    assert evaluated >= OBJECTS // 6


def test_typed_avoid_takes_types(heap, program):
    typed = heaps.typed(heap)
    wanted = typed[chosen(program.account)[0]]
    assert [str(p) for p in wanted.why(avoid=typed.types["dict"])] == [str(p) for p in wanted.why(avoid="dict")]


def test_roots(heap, program):
    """Dicts of modules are those that the program has; the word of a root has the object; paths begin at roots"""
    typed, roots = heaps.typed(heap), list(heaps.typed(heap).roots)
    mains = {root.kind: root.object.address for root in roots if root.kind in ("modules", "sys", "builtins")}
    builtins = "builtins" if typed.version >= "3" else "__builtin__"
    assert [mains["modules"], mains["sys"], mains["builtins"]] == program.oracle.ask(
        ["sys.modules", "sys.__dict__", "sys.modules['%s'].__dict__" % builtins])
    with open("/proc/%d/mem" % program.pid, "rb") as memory:
        for root in roots:
            memory.seek(root.word)
            word = int.from_bytes(memory.read(8), "little")
            assert word & ~3 == root.object.address, root
    calls = {(thread.address, frame.code.address, frame.line) for thread in typed.threads for frame in thread.frames}
    frames = {(root.thread, root.code.address, root.line) for root in roots if root.kind == "frame"}
    assert frames and frames <= calls
    known = {(root.name, root.object.address) for root in roots}
    for wanted in chosen(program.account)[::3]:
        for path in typed[wanted].why(limit=5):
            assert path.root.kind not in ("modules", "sys", "interp", "thread", "frame") or \
                (path.root.name, path.root.object.address) in known


def test_fields_of_classes(heap, program):
    """They are called what Python calls them; its __dict__ is a proxy. What __slots__ says is no field"""
    for name in ("Plain", "Slots", "SlotsChild"):
        path = "sys.modules['kinds_classes'].%s" % name
        rows = heap.ask("object", "%#x" % program.oracle.ask([path])[0])["rows"]
        fields = [(path + row["name"], address(row["address"])) for row in rows if row["name"] != ".__dict__"]
        assert evaluate(program, fields) >= 4


def test_types(heap, program):
    """Every object of a type is in a row; examples are what their paths say"""
    account, expressions = program.account, 0
    for name in KINDS + ("dict", "type", "tuple"):
        answer, found = heap.ask("why", "--type", name), heap.ask("find", "--type", name)
        summary = answer["summary"]
        assert summary["objects"] == found["summary"]["objects"] == sum(row["count"] for row in answer["rows"])
        assert summary["bytes"] == found["summary"]["bytes"] == sum(row["bytes"] for row in answer["rows"])
        expressions += evaluate(program, [(row["example_path"], address(row["example"])) for row in some(answer["rows"], 40)])
        if name in ("kinds_classes.Plain", "kinds_classes.Slots", "collections.deque"):
            garbage = sum(1 for its in account.collectable.values() if its == name)
            assert summary["objects"] == sum(1 for its in account.type_of.values() if its == name)
            assert summary["lost"] == garbage, "what no root leads to is garbage"
    assert expressions >= 50


def test_attributes(heap, program):
    """What a class makes something else of is not said to be x.name (targets/kinds_attributes.py)"""
    module = "sys.modules['kinds_attributes']."
    functions = program.oracle.ask([module + name for name in kinds_attributes.FUNCTIONS])
    kept = [a for a, name in program.account.type_of.items() if name == "kinds_attributes.Kept"]
    paths = {a: heap.ask("why", "%#x" % a)["rows"][0]["path"] for a in kept + functions}
    assert evaluate(program, [(path, a) for a, path in paths.items()]) == len(paths) - kinds_attributes.HIDDEN, paths.values()


@pytest.mark.parametrize("name", ["dict", "list", "function", "type", "module"])
def test_through_and_avoid(heap, program, name):
    account, expressions, rows = program.account, 0, 0
    for wanted in some(chosen(account), 10):
        if account.type_of[wanted] == name:
            continue
        through = heap.ask("why", "%#x" % wanted, "--through", name)["rows"]
        for row in some(through, 20):
            assert name in [account.type_of.get(a) for a in on_the_way(row)], row["path"]
        avoid = heap.ask("why", "%#x" % wanted, "--avoid", name, "--avoid", "frame")["rows"]
        for row in some(avoid, 20):
            assert name not in [account.type_of.get(a) for a in on_the_way(row)], row["path"]
            assert "frame" not in row["root"]
        expressions += evaluate(program, [(row["path"], wanted) for row in through[:3] + avoid[:3]])
        rows += len(through)
    assert rows and (expressions or name == "module")


def test_garbage_has_no_path(heap, program):
    """But what only garbage holds is told by no root, whatever words are left on stacks and in freed memory"""
    by_type = collections.defaultdict(list)
    for a, name in sorted(program.account.collectable.items()):
        by_type[name].append(a)
    for name, garbage in by_type.items():
        for a in some(garbage, 1):
            assert heap.ask("why", "%#x" % a)["rows"] == [], "%#x, a %s, is garbage" % (a, name)


def test_others_have_one(heap, program):
    """Whatever a collection would not find, and the interpreter's own code reaches, some root leads to"""
    account = program.account
    wanted = [a for a in sorted(account.tracked()) if a not in account.collectable]
    for a in some(wanted, 15):
        assert heap.ask("why", "%#x" % a)["rows"], "%#x (%s) has no path" % (a, account.type_of[a])


def by_modules(rows):
    """Without what frames keep: gcore leaves out mappings of one page, and a data stack may be one"""
    return [row for row in rows if row.get("root", "sys.").startswith(("sys.", "builtins.", "__builtin__.", "PyInterpreterState."))]


@pytest.mark.skipif(bool(target.why_not("gcore")), reason=str(target.why_not("gcore")))
def test_a_core_says_the_same(heap, program, interpreter):
    core, account = heaps.open_heap(program.words("gcore"), "auto", interpreter.debug_dir), program.account
    for a in some(chosen(account), 12):
        for words in (["why"], ["why", "--avoid", "dict"], ["referrers", "--depth", "2"], ["refs", "--depth", "2"]):
            line = words[:1] + ["%#x" % a] + words[1:]
            assert by_modules(core.ask(*line)["rows"]) == by_modules(heap.ask(*line)["rows"]), " ".join(line)
    for name in KINDS[:4] + ("type",):
        rows = by_modules(heap.ask("why", "--type", name)["rows"])
        assert rows and by_modules(core.ask("why", "--type", name)["rows"]) == rows, name
    core.close()


# ---- referrers ----

def comparable(account, a):
    """Whether gc.get_referrers() tells of it: tracked, in a generation, and its traversal is known"""
    return account.generation_of.get(a, target.PERMANENT) < target.PERMANENT and \
        account.type_of[a] not in tolerances.REFERENTS_NOT_COMPARED


def not_told(account):
    """object -> holders that gc.get_referrers() misses though the collector visits it from them, as gc.get_referents() tells"""
    holders = collections.defaultdict(set)
    for h, others in account.referents.items():
        if account.type_of[h] in tolerances.REFERRERS_MISSED:
            for other in others:
                holders[other].add(h)
    return holders


def referred(account):
    """Objects of which not everybody is a referrer"""
    counts = collections.Counter(other for others in account.referents.values() for other in others)
    return [a for a in sorted(counts) if a in account.type_of and counts[a] < 50]


def test_referrers(heap, program):
    """Level 1 is gc.get_referrers(); other holders are no gc objects, or hold it hidden from the collector"""
    account, compared = program.account, 0
    missed = not_told(account)
    dicts = [a for a in sorted(missed) if account.type_of.get(a) == "dict"]
    wanted = some(referred(account), 30) + some(dicts, 5)
    for a, (told,) in zip(wanted, program.oracle.ask([[a, 1] for a in wanted])):
        told = missed[a] | set(told)
        rows = heap.ask("referrers", "%#x" % a)["rows"]
        found = {address(row["address"]) for row in rows if row["visited"] and not row["conservative"]}
        sure = {address(row["address"]) for row in rows}
        told, found = ({h for h in some_of if h in account.type_of and comparable(account, h)} - {a} for some_of in (told, found))
        assert told <= sure and found <= told, "referrers of %#x, a %s: %s" % (
            a, account.type_of[a], [row for row in rows if address(row["address"]) in told ^ found] or sorted(map(hex, told ^ found)))
        compared += len(told)
    assert compared > 8


def test_referrers_by_level(heap, program):
    """Two levels are what gc.get_referrers() of gc.get_referrers() finds, and named others with what leads there by them"""
    account, compared, missed = program.account, 0, not_told(program.account)
    wanted = some(referred(account), 15)
    for a, told in zip(wanted, program.oracle.ask([[a, 2] for a in wanted])):
        level_of = {h: n + 1 for n, level in enumerate(told) for h in level if h in account.type_of}
        rows = {address(row["address"]): row for row in heap.ask("referrers", "%#x" % a, "--depth", "2")["rows"]}
        assert len(level_of) < MANY_REFERRERS or rows
        for h, level in level_of.items():
            if comparable(account, h) and (level == 1 or all(comparable(account, v) for v in told[0] if v in account.type_of)):
                assert h in rows and rows[h]["depth"] <= level, "%#x refers to %#x at level %d" % (h, a, level)
                compared += 1
        for h, row in rows.items():
            via = address(row["via"])
            if row["visited"] and not row["conservative"] and h in account.type_of and comparable(account, h) and h != a \
                    and (via == a or (level_of.get(via) == 1 and row["depth"] == 2)):
                assert h in level_of or h in missed[via], "%#x is no referrer of %#x to the interpreter: %s" % (h, via, row)
    assert compared > 8


def test_references_by_level(heap, program):
    """refs --depth: each level is what the one before refers to, each object once"""
    account = program.account
    for a in some(sorted(account.referents), 20):
        seen, level = {a}, [a]
        rows = heap.ask("refs", "%#x" % a, "--depth", "3")["rows"]
        assert len({row["address"] for row in rows}) == len(rows)
        for depth in (1, 2):
            told = {address(row["address"]) for row in rows if row["depth"] == depth}
            known = {other for h in level for other in account.referents.get(h, ())
                     if account.type_of[h] not in tolerances.REFERENTS_NOT_COMPARED} - seen
            assert known <= told | seen, "level %d of %#x misses %s" % (depth, a, sorted(map(hex, known - told - seen)))
            level = told
            seen |= told
