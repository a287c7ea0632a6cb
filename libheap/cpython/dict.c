/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/dict.h"
#include "cpython/text.h"

#define SMALL27 8   /* Include/dictobject.h: PyDict_MINSIZE (2.7) */
#define LOG2_MAX 40 /* no table has more slots than this, or it is not one */

/* Bytes of an index slot up to 3.10, where the table's size says it (Objects/dictobject.c DK_IXSIZE). */
static uint64_t index_width(uint64_t slots)
{
	return slots <= 0xff ? 1 : slots <= 0xffff ? 2 : slots <= 0xffffffff ? 4 : 8;
}

/* Slots, and bytes of the indices in front of the entries. */
static bool geometry(const struct lh_layout *l, const uint8_t *p, uint64_t *slots, uint64_t *index_bytes)
{
	uint8_t log2;

	if (lh_layout_has(l, LH_F_KEYS_SIZE)) {
		*slots = lh_u64(p + lh_layout_at(l, LH_F_KEYS_SIZE));
		if (!*slots || *slots >> LOG2_MAX || *slots & (*slots - 1))
			return false;
		*index_bytes = *slots * index_width(*slots);
		return true;
	}
	log2 = p[lh_layout_at(l, LH_F_KEYS_LOG2_SIZE)];
	if (log2 > LOG2_MAX || p[lh_layout_at(l, LH_F_KEYS_LOG2_INDEX_BYTES)] > LOG2_MAX + 3)
		return false;
	*slots = 1ull << log2;
	*index_bytes = 1ull << p[lh_layout_at(l, LH_F_KEYS_LOG2_INDEX_BYTES)];
	return true;
}

/* 2.7: a table of {hash, key, value}, the first eight of them inside the dict; any type of key. */
static int read_table27(struct lh_heap *heap, struct lh_view *view, const uint8_t *bytes, struct lh_dict *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t mask = lh_u64(bytes + lh_layout_at(l, LH_F_DICT_MASK));
	struct lh_dict d = {.used = lh_i64(bytes + lh_layout_at(l, LH_F_DICT_USED))};

	if (mask >> LOG2_MAX || mask & (mask + 1))
		return LH_ABSENT;
	d.keys = (struct lh_keys){.addr = lh_u64(bytes + lh_layout_at(l, LH_F_DICT_TABLE)),
				  .entry_count = mask + 1,
				  .bytes = mask < SMALL27 ? 0 : (mask + 1) * 24,
				  .refcnt = 1,
				  .stride = 24,
				  .key_offset = 8,
				  .value_offset = 16,
				  .general = true};
	d.keys.entries = lh_view_at(view, d.keys.addr, d.keys.entry_count * d.keys.stride);
	*ret = d;
	return 0;
}

/* Up to 3.10 the lookup function tells tables of str keys from others. */
static bool is_str_lookup(const struct lh_heap *heap, uint64_t lookup)
{
	for (size_t i = 0; i < LH_STR_LOOKUPS; i++)
		if (heap->str_lookups[i] == lookup)
			return true;
	return false;
}

int lh_keys_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_keys *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t header = lh_layout_at(l, LH_F_KEYS_INDICES);
	const uint8_t *p = lh_view_at(view, addr, header);
	uint64_t slots, index_bytes, capacity;
	struct lh_keys k = {.addr = addr};

	if (!p || !geometry(l, p, &slots, &index_bytes))
		return LH_ABSENT;
	/* Since 3.11 tables of str keys have entries without hash (Include/internal/pycore_dict.h). */
	k.general = !lh_layout_has(l, LH_F_KEYS_KIND) || p[lh_layout_at(l, LH_F_KEYS_KIND)] == 0;
	k.stride = k.general ? 24 : 16;
	k.key_offset = k.general ? 8 : 0;
	if (lh_layout_has(l, LH_F_KEYS_LOOKUP))
		k.general = !is_str_lookup(heap, lh_u64(p + lh_layout_at(l, LH_F_KEYS_LOOKUP)));
	k.value_offset = k.key_offset + 8;
	k.refcnt = lh_u64(p + lh_layout_at(l, LH_F_KEYS_REFCNT));
	k.usable = lh_u64(p + lh_layout_at(l, LH_F_KEYS_USABLE));
	k.entry_count = lh_u64(p + lh_layout_at(l, LH_F_KEYS_NENTRIES));
	capacity = slots * 2 / 3;
	k.bytes = header + index_bytes + capacity * k.stride;
	if (k.entry_count > capacity || k.usable > capacity)
		return LH_ABSENT;
	k.table_offset = header + index_bytes;
	k.entries = lh_view_at(view, addr + k.table_offset, k.entry_count * k.stride);
	*ret = k;
	return 0;
}

/* Values beside the keys: their struct has a header since 3.13
 * (Include/internal/pycore_dict.h _dictvalues). */
static void read_values(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_dict *dict)
{
	const struct lh_layout *l = &heap->layout;

	if (lh_layout_has(l, LH_F_VALUES_CAPACITY)) {
		const uint8_t *p = lh_view_at(view, addr, 8);

		if (!p)
			return;
		dict->embedded = p[lh_layout_at(l, LH_F_VALUES_EMBEDDED)];
		if (p[lh_layout_at(l, LH_F_VALUES_CAPACITY)] < dict->keys.entry_count)
			dict->keys.entry_count = p[lh_layout_at(l, LH_F_VALUES_CAPACITY)];
		addr += lh_layout_at(l, LH_F_VALUES_VALUES);
	}
	dict->values = lh_view_at(view, addr, dict->keys.entry_count * 8);
}

int lh_dict_read(struct lh_heap *heap, struct lh_view *view, const uint8_t *bytes, struct lh_dict *ret)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_dict d = {.used = lh_i64(bytes + lh_layout_at(l, LH_F_DICT_USED))};
	int r;

	if (lh_layout_has(l, LH_F_DICT_TABLE))
		return read_table27(heap, view, bytes, ret);
	r = lh_keys_read(heap, view, lh_u64(bytes + lh_layout_at(l, LH_F_DICT_KEYS)), &d.keys);
	if (r != 0)
		return r;
	d.values_addr = lh_u64(bytes + lh_layout_at(l, LH_F_DICT_VALUES));
	if (d.values_addr)
		read_values(heap, view, d.values_addr, &d);
	*ret = d;
	return 0;
}

bool lh_dict_entry(const struct lh_dict *dict, uint64_t i, uint64_t *ret_key, uint64_t *ret_value)
{
	const uint8_t *entry;

	if (!dict->keys.entries || i >= dict->keys.entry_count || (dict->values_addr && !dict->values))
		return false;
	entry = dict->keys.entries + i * dict->keys.stride;
	*ret_key = lh_u64(entry + dict->keys.key_offset);
	*ret_value = dict->values ? lh_u64(dict->values + i * 8) : lh_u64(entry + dict->keys.value_offset);
	return *ret_key && *ret_value;
}

int lh_dict_get(struct lh_heap *heap, uint64_t addr, const char *key, uint64_t *ret)
{
	const uint8_t *bytes = lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_DICT_SIZE));
	struct lh_dict dict;

	if (!bytes || lh_dict_read(heap, &heap->view, bytes, &dict) != 0 || !dict.keys.entries)
		return LH_ABSENT; /* without its entries a count of them means nothing */
	for (uint64_t i = 0; i < dict.keys.entry_count; i++) {
		uint64_t k, v;

		if (lh_dict_entry(&dict, i, &k, &v) && lh_str_equals(heap, k, key)) {
			*ret = v;
			return 0;
		}
	}
	return LH_ABSENT;
}
