/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of dicts and sets, and the attributes of instances: all but references and hashes of text. */
#include "cpython/dict.h"
#include "cpython/items.h"
#include "snapshot/mark_parts.h"

#define VALUES_BEFORE 1u /* 3.11, 3.12: the byte before the values says how many bytes are before them */

/* The hash of a number is the number. */
static void mark_entries(struct lh_mark_objects *w, const struct lh_keys *k)
{
	uint64_t entries = k->addr + k->table_offset;

	for (uint64_t i = 0; k->entries && k->key_offset && i < k->entry_count; i++)
		if (lh_mark_is_text(w, lh_u64(k->entries + i * k->stride + k->key_offset)))
			keep(w, entries + i * k->stride, k->key_offset);
}

/* Shared keys are met with each dict that has them. */
void lh_mark_keys(struct lh_mark_objects *w, const struct lh_keys *k)
{
	if (k->table_offset && lh_kept_has(w->marks, k->addr))
		return;
	keep(w, k->addr, k->table_offset);
	mark_entries(w, k);
}

/* Beside the values of shared keys: their order (cpython/dict_items.c). */
static void mark_values(struct lh_mark_objects *w, uint64_t values)
{
	const uint8_t *p;
	uint64_t room;

	if (!has(w, LH_F_VALUES_VALUES)) /* -3.10: there is none */
		return;
	if (!has(w, LH_F_VALUES_CAPACITY)) {
		p = lh_view_at(&w->view, values - VALUES_BEFORE, 1);
		if (p)
			keep(w, values - *p, *p);
		return;
	}
	p = lh_view_at(&w->view, values, WORD);
	if (!p)
		return;
	room = p[at(w, LH_F_VALUES_CAPACITY)];
	keep(w, values, at(w, LH_F_VALUES_VALUES));
	keep(w, values + at(w, LH_F_VALUES_VALUES) + WORD * room, room);
}

void lh_mark_dict(struct lh_mark_objects *w, const struct lh_object *o)
{
	uint64_t size = at(w, LH_F_DICT_SIZE);
	struct lh_dict d;

	keep(w, o->addr, has(w, LH_F_DICT_SMALLTABLE) ? at(w, LH_F_DICT_SMALLTABLE) : size);
	if (lh_dict_read(w->heap, &w->view, o->bytes, &d) != 0)
		return;
	lh_mark_keys(w, &d.keys);
	if (d.values_addr && !d.embedded)
		mark_values(w, d.values_addr);
}

void lh_mark_set(struct lh_mark_objects *w, const struct lh_object *o)
{
	uint64_t table = word(w, o, LH_F_SET_TABLE), mask = word(w, o, LH_F_SET_MASK);
	const uint8_t *p = mask >> 32 ? NULL : lh_view_at(&w->view, table, (mask + 1) * 2 * WORD);

	keep(w, o->addr, at(w, LH_F_SET_SMALLTABLE));
	for (uint64_t i = 0; p && i <= mask; i++) {
		const uint8_t *entry = p + i * 2 * WORD;

		uint64_t key = lh_u64(entry + at(w, LH_F_SETENTRY_KEY));

		if (!lh_mark_is_text(w, key) &&
		    lh_u64(entry + at(w, LH_F_SETENTRY_HASH)) != UINT64_MAX) /* deleted */
			continue;
		keep(w, table + i * 2 * WORD + at(w, LH_F_SETENTRY_HASH), WORD);
		if (lh_set_is_deleted(w->heap, entry)) /* 2.7's mark is a str */
			lh_mark_text(w, key);
	}
}

/* Attributes that no dict has: beside the instance (3.11, 3.12), or at its end (3.13+). */
void lh_mark_attributes(struct lh_mark_objects *w, const struct lh_object *o)
{
	const uint8_t *pre = lh_view_at(&w->view, o->addr - 4 * WORD, 4 * WORD);

	if (has(w, LH_F_VALUES_CAPACITY)) {
		if (o->type->inline_values)
			mark_values(w, o->addr + (uint64_t)o->type->basicsize);
		return;
	}
	if (!pre)
		return;
	if (!lh_layout_constant(&w->heap->layout, LH_C_TPFLAG_MANAGED_WEAKREF)) {
		if (lh_u64(pre))
			mark_values(w, lh_u64(pre));
	} else if (lh_u64(pre + WORD) & 1) {
		mark_values(w, lh_u64(pre + WORD) + 1);
	}
}
