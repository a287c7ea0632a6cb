# SPDX-License-Identifier: Apache-2.0
"""
A sound heap is called sound; one word that is overwritten is named, whichever it is, and two at once are told apart.

Words are overwritten in the file of a core, at offsets that py-heap's own layout says.
"""
import contextlib
import struct

import heaps
import programs
import pytest
import target

pytest_generate_tests = programs.parametrize
WILD = 0x1000                       # no mapping is there
TEXT = 0x6161616161616161
PT_LOAD = 1
PHDR = struct.Struct("<IIQQQQQQ")


class Core:
    """A core in which words are overwritten for a while"""

    def __init__(self, path, where):
        self.path, self.where = path, where
        with open(path, "rb") as core:
            header = core.read(64)
            core.seek(struct.unpack_from("<Q", header, 32)[0])
            table = core.read(struct.unpack_from("<H", header, 56)[0] * PHDR.size)
        self.loads = [(addr, addr + size, offset) for kind, _, offset, addr, _, size, _, _ in PHDR.iter_unpack(table) if kind == PT_LOAD]
        answer = self.ask("info", "--layout-fields")
        self.offsets = {"%s.%s" % (struct_name, field): row["offset"] for row in answer["rows"] if row["offset"] is not None
                        for struct_name in row["struct"].split("|") for field in row["field"].split("|")}

    def ask(self, *words):
        return heaps.CommandLine([self.path], self.where).ask(*words)

    def at(self, addr):
        return next(offset + addr - start for start, end, offset in self.loads if start <= addr < end)

    def word(self, addr):
        with open(self.path, "rb") as core:
            core.seek(self.at(addr))
            return struct.unpack("<Q", core.read(8))[0]

    def write(self, addr, data):
        with open(self.path, "r+b", buffering=0) as core:
            core.seek(self.at(addr))
            core.write(data)

    @contextlib.contextmanager
    def overwritten(self, words):
        """{address: (word, bytes of it)}"""
        before = [(addr, self.word(addr)) for addr in words]
        for addr, (word, size) in words.items():
            self.write(addr, struct.pack("<Q", word)[:size])
        try:
            yield
        finally:
            for addr, word in before:
                self.write(addr, struct.pack("<Q", word))

    def field(self, *names):
        """Offset of the field that has one of these names, "struct.field"; None: this version has none"""
        return next((self.offsets[name] for name in names if name in self.offsets), None)

    def string_at(self, addr, length):
        with open(self.path, "rb") as core:
            core.seek(self.at(addr))
            return core.read(length)

    def find(self, data):
        """Addresses at which it is"""
        with open(self.path, "rb") as core:
            memory = core.read()
        for start, end, offset in self.loads:
            at = memory.find(data, offset, offset + end - start)
            while at >= 0:
                yield start + at - offset
                at = memory.find(data, at + 1, offset + end - start)


@pytest.fixture(scope="module")
def core(interpreter):
    program = programs.start(interpreter, "verify", "account")
    try:
        if target.why_not("gcore"):
            pytest.skip(target.why_not("gcore"))
        one = Core(program.words("gcore")[0], {"--debug-dir": interpreter.debug_dir} if interpreter.debug_dir else {})
        one.account, one.version = program.account, interpreter.version
        yield one
    finally:
        program.remove()


def in_objects(core):
    """Words of objects: name -> (address, word, bytes of it)"""
    account, at = core.account, core.field
    size, items = at("PyVarObject.ob_size"), at("PyListObject.ob_item")
    digits = at("_longobject.ob_digit", "_longobject.long_value.ob_digit")
    text = at("PyASCIIObject.sizeof") or at("PyBytesObject.ob_sval", "PyStringObject.ob_sval")
    return {
        "type": (account["Slots"][0] + at("_object.ob_type"), TEXT, 8),
        "count": (account["Slots"][1] + at("_object.ob_refcnt"), 0, 8),
        "list size": (account["list"][0] + size, 1 << 44, 8),
        "list items": (account["list"][1] + items, WILD, 8),
        "list room": (account["list"][2] + at("PyListObject.allocated"), 1 << 62, 8),
        "list item": (core.word(account["list"][3] + items) + 8, 0, 8),
        "tuple item": (account["tuple"][0] + at("PyTupleObject.ob_item") + 8, 0, 8),
        "tuple size": (account["tuple"][1] + size, 1 << 44, 8),
        "int digit": (account["int"][0] + digits + 4, 0xffffffff, 4),
        "int size": (account["int"][1] + (at("_longobject.long_value.lv_tag") or size), 1 << 50, 8),
        "bytes end": (account["bytes"][0] + at("PyBytesObject.ob_sval", "PyStringObject.ob_sval") + 25, 0x78, 1),
        "str state": at("PyASCIIObject.state") and (account["str"][0] + at("PyASCIIObject.state"), 0, 4),
        "str end": at("PyASCIIObject.state") and (account["str"][1] + text + 70, 0x78, 1),
    }


def in_tables(core):
    """Words of dicts and sets"""
    account, at = core.account, core.field
    found = {
        "dict used": (account["dict"][0] + at("PyDictObject.ma_used", "_dictobject.ma_used"), 12345, 8),
        "dict mask": at("_dictobject.ma_mask") and (account["dict"][1] + at("_dictobject.ma_mask"), TEXT, 8),
        "dict fill": at("_dictobject.ma_fill") and (account["dict"][2] + at("_dictobject.ma_fill"), 12345, 8),
        "set used": (account["set"][0] + at("_setobject.used", "PySetObject.used"), 12345, 8),
        "set fill": (account["set"][1] + at("_setobject.fill", "PySetObject.fill"), 12345, 8),
        "set mask": (account["set"][2] + at("_setobject.mask", "PySetObject.mask"), TEXT, 8),
        "set table": (account["set"][3] + at("_setobject.table", "PySetObject.table"), WILD, 8),
    }
    if at("PyDictObject.ma_keys"):
        tables = [core.word(one + at("PyDictObject.ma_keys")) for one in account["dict"]]
        found.update({
            "dict keys": (account["dict"][1] + at("PyDictObject.ma_keys"), WILD, 8),
            "dict entries": (tables[2] + at("_dictkeysobject.dk_nentries"), 1 << 40, 8),
            "dict usable": (tables[3] + at("_dictkeysobject.dk_usable"), 1 << 40, 8),
            "dict index": (tables[4] + at("_dictkeysobject.dk_indices"), 0x7f7f7f7f7f7f7f7f, 8),
            "dict size": at("_dictkeysobject.dk_size") and (tables[5] + at("_dictkeysobject.dk_size"), 7, 8),
        })
    return found


def in_lists(core):
    """Words of gc heads"""
    heads = [one - core.field("PyGC_Head.sizeof", "_gc_head.sizeof") for one in core.account["Slots"]]
    after, before = core.field("PyGC_Head._gc_next", "PyGC_Head.gc.gc_next"), core.field("PyGC_Head._gc_prev", "PyGC_Head.gc.gc_prev")
    return {"gc next": (heads[2] + after, TEXT, 8), "gc prev": (heads[3] + before, WILD, 8), "gc next, NULL": (heads[4] + after, 0, 8),
            "gc next, another": (heads[5] + after, heads[1], 8)}


def is_arena(core, addr, arena):
    """Whether this is an arena's record, and not another word that leads to its first pool"""
    free, pools = struct.unpack("<II", core.string_at(addr + core.field("arena_object.nfreepools"), 8))
    return 0 <= core.word(addr + core.field("arena_object.pool_address")) - arena <= 1 << 20 and free <= pools <= 64 and pools > 0


def in_pools(core):
    """Words of pymalloc's: of a pool that has free blocks, and of its arena"""
    at, where = core.field, core.ask("object", "%#x" % core.account["hole"][0])["summary"]
    pool, arena, size = heaps.address(where["pool"]), heaps.address(where["arena"]), at("pool_header.sizeof")
    counted = struct.unpack_from("<I", core.string_at(pool, 4))[0]
    one = next(addr for addr in core.find(struct.pack("<Q", arena)) if addr % 8 == 0 and is_arena(core, addr, arena))
    return {
        "pool count": (pool + at("pool_header.ref.count"), counted + 2, 4),
        "pool first": (pool + at("pool_header.freeblock"), TEXT, 8),
        "pool class": (pool + at("pool_header.szidx"), 0x61616161, 4),
        "pool arena": (pool + at("pool_header.arenaindex"), 0x61616161, 4),
        "pool next offset": (pool + at("pool_header.nextoffset"), 0x61616161, 4),
        "pool last offset": (pool + at("pool_header.maxnextoffset"), 0x61616161, 4),
        "pool next": (pool + at("pool_header.nextpool"), TEXT, 8),
        "free block": (core.word(pool + at("pool_header.freeblock")), TEXT, 8),
        "arena free pools": (one + at("arena_object.nfreepools"), 1 << 20, 4),
        "arena pool address": (one + at("arena_object.pool_address"), TEXT, 8),
        "arena list": (one + at("arena_object.freepools"), TEXT, 8),
    } if size else {}


def found_at(answer):
    return [heaps.address(row["address"]) for row in answer["rows"]]


def test_sound(core):
    answer = core.ask("verify")
    assert (answer["rows"], answer["warnings"], answer["complete"], answer["summary"]["errors"]) == ([], [], True, 0)
    assert answer["summary"]["checked"] > 10000


def given(found):
    return {name: one for name, one in found.items() if one}


def test_each_word(core):
    """One word of the collector's or of pymalloc's at a time: it is the first that is named"""
    missed = {}
    for name, (addr, word, size) in given(dict(in_lists(core), **in_pools(core))).items():
        with core.overwritten({addr: (word, size)}):
            answer = core.ask("verify")
        rows = found_at(answer)
        if rows[:1] != [addr]:
            missed[name] = ("%#x" % addr, ["%#x %s" % (at, row["text"]) for at, row in zip(rows, answer["rows"])][:4])
    assert not missed, "\n".join("%s: %s" % one for one in missed.items())
    assert test_sound(core) is None, "all was put back"


def test_words_of_objects(core):
    """Each of another object, all at once: they are named, and nothing else"""
    found = given(dict(in_objects(core), **in_tables(core)))
    with core.overwritten({addr: (word, size) for addr, word, size in found.values()}):
        answer = core.ask("verify")
    rows = set(found_at(answer))
    assert {name for name, one in found.items() if one[0] not in rows} == set()
    others = [row for row in answer["rows"] if heaps.address(row["address"]) not in {one[0] for one in found.values()}]
    assert not others and len(answer["rows"]) == len(found)


def test_two_at_once(core):
    """In objects, in a list of the collector's and in a pool: each is named, and nothing else"""
    found = dict(in_objects(core), **in_tables(core))
    found.update(in_lists(core), **in_pools(core))
    for one, other in (("list size", "dict used"), ("gc next", "set used"), ("free block", "int digit"), ("count", "bytes end")):
        words = {found[name][0]: found[name][1:] for name in (one, other)}
        with core.overwritten(words):
            answer = core.ask("verify")
        assert sorted(found_at(answer)) == sorted(words), (one, other, [row["text"] for row in answer["rows"]], answer["warnings"])
        assert answer["summary"]["errors"] == 2 and "2 places are damaged in all" in answer["summary"]["verdict"]


def test_fast(core):
    """The allocators' and the collector's words alone"""
    found = in_pools(core)
    found.update(in_lists(core))
    for name in "gc next", "pool count", "free block", "arena list":
        addr, word, size = found[name]
        with core.overwritten({addr: (word, size)}):
            assert found_at(core.ask("verify", "--fast"))[:1] == [addr], name
    addr, word, size = in_tables(core)["dict used"]
    with core.overwritten({addr: (word, size)}):
        assert not core.ask("verify", "--fast")["rows"]


def test_what_lies_before(core):
    """A text that was written past its end, into the block after it: how far, and whose it is"""
    victim, length = core.account["bytes"][2], 35
    end = victim + core.field("PyBytesObject.ob_sval", "PyStringObject.ob_sval") + length
    letter = next(one for one in b"xy" if one != core.string_at(end + 24, 1)[0])      # which would look like one more
    words = {end + i: (letter * 0x0101010101010101, 8) for i in range(0, 24, 8)}
    with core.overwritten(words):
        answer = core.ask("verify")
        status, text, _ = heaps.run(["verify", core.path] + heaps.words(core.where))
    assert end in found_at(answer)
    assert answer["summary"]["verdict"].startswith("24 bytes were written past the end of the ")
    assert " at %#x, sys.modules['__main__'].kept['bytes'][2]" % victim in answer["summary"]["verdict"]
    assert status == 3 and text.startswith("24 bytes were written past")


def test_pointers(core):
    """Who points there: the list that keeps it, and nobody else"""
    addr, word, size = in_objects(core)["list room"]
    with core.overwritten({addr: (word, size)}):
        rows = core.ask("verify")["rows"]
    assert [row["pointers"] for row in rows] == [1]


@pytest.fixture(scope="module")
def padded(interpreter):
    """The same program with debug allocators: (core, offset of what malloc's user got)"""
    if interpreter.version < (3, 6):
        pytest.skip("PYTHONMALLOC came with 3.6")
    program = programs.start(interpreter, "verify", "account", {"PYTHONMALLOC": "pymalloc_debug"})
    try:
        one = Core(program.words("gcore")[0], {"--debug-dir": interpreter.debug_dir} if interpreter.debug_dir else {})
        one.account = program.account
        yield one
    finally:
        program.remove()


def test_pads(padded):
    """Before and after a block, a small one and one of malloc's, with the count of bytes"""
    assert not padded.ask("verify")["rows"]
    small = padded.account["int"][0]
    size = struct.unpack(">Q", padded.string_at(small - 16, 8))[0]
    large = next(one for one in padded.account["large"])
    wide = struct.unpack(">Q", padded.string_at(large - 16, 8))[0]
    assert 28 <= size < 64 and 1000 < wide < 1200
    for addr, count, word in ((small - 3, 1, "1 of the 7 pad bytes before"), (small + size + 1, 2, "2 of the 8 pad bytes after"),
                              (large + wide, 3, "3 of the 8 pad bytes after"), (large - 6, 4, "4 of the 7 pad bytes before")):
        with padded.overwritten({addr: (TEXT, count)}):
            rows = padded.ask("verify")["rows"]
        assert [(heaps.address(row["address"]), row["kind"]) for row in rows] == [(addr, "pad")], word
        assert word in rows[0]["text"]
