/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking dicts. The entries of a table are in order of insertion (2.7: in no order), but for two forms:
 *
 * - values beside shared keys, where since 3.11 an array of bytes says in which order (Objects/dictobject.c
 *   get_index_from_order()): up to 3.12 before the values, downwards, from 3.13 on after them;
 * - OrderedDict, where a list of nodes does (Objects/odictobject.c).
 */
#include "cpython/dict_items.h"
#include "util/hash.h"

static uint32_t at(const struct lh_items *items, enum lh_field f)
{
	return lh_layout_at(&items->heap->layout, f);
}

static int next_entry(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	while (items->at < items->dict.keys.entry_count)
		if (lh_dict_entry(&items->dict, items->at++, ret_key, ret_value))
			return 0;
	return LH_DONE;
}

static int next_ordered(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	if (items->at == items->ordered)
		return LH_DONE;
	if (lh_dict_entry(&items->dict, items->order[(int64_t)items->at++ * items->step], ret_key, ret_value))
		return 0;
	return lh_items_fail(items, LH_ECORRUPT, "its order names a value that it does not have");
}

/* 3.11 and 3.12: before the values are their size, how many are used, and the order, downwards (Include/internal/
 * pycore_dict.h DICT_VALUES_SIZE, Objects/dictobject.c). */
#define BEFORE_USED 2
#define BEFORE_ORDER 3

static int start_split(struct lh_items *items)
{
	uint64_t values = items->dict.values_addr, start, count;
	const uint8_t *p = NULL;

	if (lh_layout_has(&items->heap->layout, LH_F_VALUES_CAPACITY)) {
		p = lh_view_at(&items->view, values, at(items, LH_F_VALUES_VALUES));
		count = p ? p[at(items, LH_F_VALUES_SIZE)] : 0;
		start = values + at(items, LH_F_VALUES_VALUES) +
			(p ? p[at(items, LH_F_VALUES_CAPACITY)] * 8 : 0);
		items->step = 1;
		p = p && count ? lh_view_at(&items->view, start, count) : p;
		items->order = p;
	} else {
		p = lh_view_at(&items->view, values - BEFORE_USED, 1);
		count = p ? *p : 0;
		start = values - BEFORE_ORDER - (count ? count - 1 : 0);
		items->step = -1;
		p = p ? lh_view_at(&items->view, start, count ? count : 1) : NULL;
		items->order = p ? p + (count ? count - 1 : 0) : NULL;
	}
	items->ordered = count;
	items->next = next_ordered;
	return p ? 0 : lh_items_fail(items, LH_EFAULT, "the order of its values is not in the target");
}

/* ---- OrderedDict ---- */

static uint64_t hash_of(uint64_t key)
{
	return lh_hash(LH_HASH_START, &key, sizeof(key));
}

/* The entry whose key is @key. Return: false if there is none. */
static bool entry_of(struct lh_items *items, uint64_t key, uint64_t *ret_value)
{
	uint32_t entry;
	uint64_t its;

	for (size_t probe = 0; lh_index_next(&items->entries, hash_of(key), &probe, &entry);)
		if (lh_dict_entry(&items->dict, entry, &its, ret_value) && its == key)
			return true;
	return false;
}

static int next_node(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	const uint8_t *p;

	if (!items->node)
		return LH_DONE;
	p = lh_view_at(&items->view, items->node, at(items, LH_F_ODICT_NODE_SIZE));
	if (!p)
		return lh_items_fail(items, LH_EFAULT, "a node of its order is not in the target");
	items->node = lh_u64(p + at(items, LH_F_ODICT_NODE_NEXT));
	*ret_key = lh_u64(p + at(items, LH_F_ODICT_NODE_KEY));
	if (entry_of(items, *ret_key, ret_value))
		return 0;
	return lh_items_fail(items, LH_ECORRUPT, "its order names a key that it does not have");
}

static int start_ordered(struct lh_items *items, const struct lh_object *o)
{
	uint64_t key, value;
	int r = 0;

	items->node = lh_u64(o->bytes + at(items, LH_F_ODICT_FIRST));
	items->next = next_node;
	for (uint64_t i = 0; r == 0 && i < items->dict.keys.entry_count; i++)
		if (lh_dict_entry(&items->dict, i, &key, &value))
			r = entry_of(items, key, &value)
				    ? lh_items_fail(items, LH_ECORRUPT, "its table has a key twice")
				    : lh_index_add(items->heap->ctx, &items->entries, hash_of(key),
						   (uint32_t)i);
	return r;
}

int lh_items_start_dict(struct lh_items *items, const struct lh_object *o)
{
	const struct lh_layout *l = &items->heap->layout;
	const struct lh_dict *dict = &items->dict;

	items->next = next_entry;
	if (lh_dict_read(items->heap, &items->view, o->bytes, &items->dict) != 0 ||
	    dict->keys.entry_count > UINT32_MAX || items->length > dict->keys.entry_count)
		return lh_items_fail(items, LH_ECORRUPT, "its table makes no sense");
	if (!items->length)
		return 0;
	if (!dict->keys.entries || (dict->values_addr && !dict->values))
		return lh_items_fail(items, LH_EFAULT, "its table is not in the target");
	if (dict->values_addr && lh_layout_has(l, LH_F_VALUES_VALUES))
		return start_split(items);
	if (o->type->kind->id == LH_KIND_ODICT && lh_layout_has(l, LH_F_ODICT_NODE_KEY))
		return start_ordered(items, o);
	return 0;
}
