/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dict: what _PyDict_CheckConsistency() asks (Objects/dictobject.c). The table of keys has as many entries and as much room as its size
 * allows, each index in it leads to an entry, and the dict counts the entries that have a value.
 */
#include "cpython/dict.h"
#include "verify/damage.h"
#include "verify/object_damage.h"
#include "verify/objects.h"

#define LOG2_MAX 40

struct table {
	uint64_t addr, slots, width, indices_at, usable, entries; /* as its header says */
	uint64_t referred, filled; /* indices that lead to entries; entries with a key */
	uint64_t bad;              /* address of an index that leads nowhere; 0: none */
};

static int bad_table(struct lh_verify *v, const struct lh_object *o, uint64_t addr, const char *what,
		     uint64_t value)
{
	struct lh_damage d = lh_verify_object_damage(v, "dict", o, addr);

	if (lh_verify_is_moving(v, o, addr & ~63ull, 64))
		return 0;
	return lh_damage_add(v, &d, "the table of a dict says that it has %s: %" PRIu64, what, value);
}

/* Return: 0; LH_DONE: it is not sound, and that was said; -LH_E*. */
static int said(int r)
{
	return r < 0 ? r : LH_DONE;
}

/* The bytes of an index follow from the number of slots (new_keys_object()); up to 3.10 only that is stored. */
static int read_sizes(struct lh_verify *v, const struct lh_object *o, const uint8_t *p, struct table *t)
{
	const struct lh_layout *l = &v->heap->layout;
	unsigned log2, log2_bytes;

	if (lh_layout_has(l, LH_F_KEYS_SIZE)) {
		t->slots = lh_u64(p + lh_layout_at(l, LH_F_KEYS_SIZE));
		if (!t->slots || t->slots >> LOG2_MAX || t->slots & (t->slots - 1))
			return said(bad_table(v, o, t->addr + lh_layout_at(l, LH_F_KEYS_SIZE),
					      "a size that no table has", t->slots));
		t->width = t->slots <= 0xff ? 1 : t->slots <= 0xffff ? 2 : t->slots <= 0xffffffff ? 4 : 8;
		return 0;
	}
	log2 = p[lh_layout_at(l, LH_F_KEYS_LOG2_SIZE)];
	log2_bytes = p[lh_layout_at(l, LH_F_KEYS_LOG2_INDEX_BYTES)];
	if (log2 > LOG2_MAX)
		return said(bad_table(v, o, t->addr + lh_layout_at(l, LH_F_KEYS_LOG2_SIZE),
				      "2 to the power of so many slots", log2));
	t->slots = 1ull << log2;
	t->width = log2 < 8 ? 1 : log2 < 16 ? 2 : log2 < 32 ? 4 : 8;
	if (1ull << (log2_bytes & 63) != t->slots * t->width && log2)
		return said(bad_table(v, o, t->addr + lh_layout_at(l, LH_F_KEYS_LOG2_INDEX_BYTES),
				      "2 to the power of so many bytes of indices, which its slots do not",
				      log2_bytes));
	return 0;
}

static int64_t index_at(const uint8_t *p, uint64_t width)
{
	return width == 1   ? (int8_t)*p
	       : width == 2 ? (int16_t)lh_u16(p)
	       : width == 4 ? (int32_t)lh_u32(p)
			    : lh_i64(p);
}

static void count_indices(const uint8_t *indices, struct table *t)
{
	for (uint64_t i = 0; i < t->slots; i++) {
		int64_t index = index_at(indices + i * t->width, t->width);

		/* DKIX_EMPTY -1, DKIX_DUMMY -2; while a key is compared nothing else is stored */
		if (index >= (int64_t)t->entries || index < -2)
			t->bad = t->bad ? t->bad : t->indices_at + i * t->width;
		t->referred += index >= 0;
	}
}

static int read_table(struct lh_verify *v, const struct lh_object *o, struct table *t)
{
	const struct lh_layout *l = &v->heap->layout;
	uint32_t header = lh_layout_at(l, LH_F_KEYS_INDICES);
	const uint8_t *p = lh_view_at(&v->view, t->addr, header);
	int r;

	if (!p) {
		struct lh_damage d =
			lh_verify_object_damage(v, "dict", o, o->addr + lh_layout_at(l, LH_F_DICT_KEYS));

		if (lh_target_has_room(v->heap->target, t->addr, 1)) {
			v->now->skipped++;
			return LH_DONE;
		}
		return said(lh_damage_add(
			v, &d, "the table of a dict is at 0x%" PRIx64 ", where no memory is mapped",
			t->addr));
	}
	r = read_sizes(v, o, p, t);
	if (r != 0)
		return r;
	t->usable = lh_u64(p + lh_layout_at(l, LH_F_KEYS_USABLE));
	t->entries = lh_u64(p + lh_layout_at(l, LH_F_KEYS_NENTRIES));
	t->indices_at = t->addr + header;
	if (t->entries > t->slots * 2 / 3)
		return said(bad_table(v, o, t->addr + lh_layout_at(l, LH_F_KEYS_NENTRIES),
				      "more entries than room", t->entries));
	if (t->usable > t->slots * 2 / 3 - t->entries)
		return said(bad_table(v, o, t->addr + lh_layout_at(l, LH_F_KEYS_USABLE),
				      "more entries left than room", t->usable));
	return 0;
}

static uint64_t count_values(const struct lh_dict *d, struct table *t)
{
	uint64_t values = 0, key, value;

	for (uint64_t i = 0; i < d->keys.entry_count; i++)
		values += lh_dict_entry(d, i, &key, &value);
	for (uint64_t i = 0; i < t->entries; i++)
		t->filled += lh_u64(d->keys.entries + i * d->keys.stride + d->keys.key_offset) != 0;
	return values;
}

static int check_counts(struct lh_verify *v, const struct lh_object *o, const struct lh_dict *dict,
			struct table *t)
{
	const uint8_t *indices = lh_view_at(&v->view, t->indices_at, t->slots * t->width);
	struct lh_damage d = lh_verify_object_damage(
		v, "dict", o, o->addr + lh_layout_at(&v->heap->layout, LH_F_DICT_USED));
	uint64_t values;

	if (!indices || !dict->keys.entries || (dict->values_addr && !dict->values)) {
		v->now->skipped++;
		return 0;
	}
	values = count_values(dict, t);
	count_indices(indices, t);
	if (!t->bad && t->referred == t->filled && (uint64_t)dict->used == values)
		return 0;
	if (lh_verify_is_moving(v, o, t->addr, dict->keys.bytes))
		return 0;
	if (t->bad) {
		d.addr = t->bad & ~7ull;
		return lh_damage_add(
			v, &d, "an index in the table of a dict at 0x%" PRIx64 " leads past its %s entries",
			t->bad, LH_COUNTED(t->entries));
	}
	if (t->referred != t->filled) {
		d.addr = t->indices_at;
		return lh_damage_add(
			v, &d, "%s indices in the table of a dict lead to entries, and %s entries have a key",
			LH_COUNTED(t->referred), LH_COUNTED(t->filled));
	}
	return lh_damage_add(v, &d, "a dict says that it has %" PRId64 " items, and has %s", dict->used,
			     LH_COUNTED(values));
}

/* 2.7: {hash, key, value} in each slot. */
static int check_table27(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t mask = lh_field_u64(l, o->bytes, LH_F_DICT_MASK),
		 fill = lh_field_u64(l, o->bytes, LH_F_DICT_FILL), keys = 0, values = 0;
	struct lh_damage d = lh_verify_object_damage(v, "dict", o, o->addr + lh_layout_at(l, LH_F_DICT_MASK));
	struct lh_dict dict;

	if (lh_dict_read(v->heap, &v->view, o->bytes, &dict) != 0)
		return lh_damage_add(v, &d, "the mask of a dict is 0x%" PRIx64 ", which no table has", mask);
	if (!dict.keys.entries) {
		v->now->skipped++;
		return 0;
	}
	for (uint64_t i = 0; i <= mask; i++) {
		const uint8_t *entry = dict.keys.entries + i * dict.keys.stride;

		keys += lh_u64(entry + dict.keys.key_offset) != 0;
		values += lh_u64(entry + dict.keys.value_offset) != 0;
	}
	if ((uint64_t)dict.used == values && fill == keys)
		return 0;
	if (lh_verify_is_moving(v, o, dict.keys.addr, (mask + 1) * dict.keys.stride))
		return 0;
	d.addr = o->addr + lh_layout_at(l, (uint64_t)dict.used != values ? LH_F_DICT_USED : LH_F_DICT_FILL);
	return lh_damage_add(
		v, &d, "a dict says that it has %" PRId64 " items and %s used entries, and has %s and %s",
		dict.used, LH_COUNTED(fill), LH_COUNTED(values), LH_COUNTED(keys));
}

int lh_verify_dict(struct lh_verify *v, const struct lh_object *o)
{
	struct table t = {0};
	struct lh_dict dict;
	int r;

	if (lh_layout_has(&v->heap->layout, LH_F_DICT_TABLE))
		return check_table27(v, o);
	t.addr = lh_u64(o->bytes + lh_layout_at(&v->heap->layout, LH_F_DICT_KEYS));
	r = read_table(v, o, &t);
	if (r != 0)
		return r < 0 ? r : 0;
	if (lh_dict_read(v->heap, &v->view, o->bytes, &dict) != 0) {
		v->now->skipped++;
		return 0;
	}
	return check_counts(v, o, &dict, &t);
}
