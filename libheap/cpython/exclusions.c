/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/exclusions.h"
#include "cpython/dict.h"

#define DEQUE_BLOCKS_MAX (1u << 28)

/* 2.7: the hashes of {hash, key, value}, for a number is its own hash and may look like an address. */
static void hashes(struct lh_excluder *x, uint64_t table, uint64_t mask, uint32_t stride)
{
	if (!lh_view_at(x->view, table, (mask + 1) * stride))
		return;
	for (uint64_t i = 0; i <= mask; i++)
		lh_exclude(x, LH_EXCLUDE_WORDS, table + i * stride, 8);
}

/* Shared keys are their type's; its dicts claim values only, and those were visited. */
void lh_exclude_dict(struct lh_excluder *x, const struct lh_object *o)
{
	struct lh_dict d;

	if (lh_dict_read(x->heap, x->view, o->bytes, &d) != 0 || !d.keys.entries || d.values_addr)
		return;
	if (lh_layout_is_python2(&x->heap->layout))
		hashes(x, d.keys.addr, d.keys.entry_count - 1, d.keys.stride);
	else
		lh_exclude(x, LH_EXCLUDE_STORAGE, d.keys.addr, d.keys.bytes);
}

/* A deleted entry has the static 'dummy', whose count 2.7 alone keeps (Objects/setobject.c). */
void lh_exclude_set(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t table = lh_field_u64(l, o->bytes, LH_F_SET_TABLE),
		 mask = lh_field_u64(l, o->bytes, LH_F_SET_MASK);

	if (mask >> 40 || mask & (mask + 1) || lh_field_u64(l, o->bytes, LH_F_SET_FILL) > mask)
		return;
	if (lh_layout_is_python2(l))
		hashes(x, table, mask, 16);
	else
		lh_exclude(x, LH_EXCLUDE_WORDS, table, (mask + 1) * 16);
}

/* list_resize() keeps at most twice what is used, and a little. */
void lh_exclude_list(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t allocated = lh_field_u64(l, o->bytes, LH_F_LIST_ALLOCATED),
		 size = lh_field_u64(l, o->bytes, LH_F_VAR_SIZE);

	if (size < 1ull << 40 && allocated <= 2 * size + 64)
		lh_exclude(x, LH_EXCLUDE_STORAGE, lh_field_u64(l, o->bytes, LH_F_LIST_ITEMS), allocated * 8);
}

/* deque_pop() leaves the pointer in the block. */
void lh_exclude_deque(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t block, last, size;

	if (!lh_layout_has(l, LH_F_DEQUE_LEFTBLOCK) || !lh_layout_has(l, LH_F_DEQUE_RIGHTBLOCK) ||
	    !lh_layout_has(l, LH_F_DEQUE_BLOCK_DATA))
		return;
	size = lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE);
	block = lh_field_u64(l, o->bytes, LH_F_DEQUE_LEFTBLOCK);
	last = lh_field_u64(l, o->bytes, LH_F_DEQUE_RIGHTBLOCK);
	for (uint32_t n = 0; block && n < DEQUE_BLOCKS_MAX; n++) {
		const uint8_t *p = lh_view_at(x->view, block, size);

		if (!p)
			return;
		lh_exclude(x, LH_EXCLUDE_WORDS, block, size);
		if (block == last)
			return;
		block = lh_field_u64(l, p, LH_F_DEQUE_BLOCK_RIGHTLINK);
	}
}

/* 2.7: characters lie beside the object. */
void lh_exclude_unicode27(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t length = lh_field_u64(l, o->bytes, LH_F_UNICODE27_LENGTH);

	if (length < 1ull << 40)
		lh_exclude(x, LH_EXCLUDE_STORAGE, lh_field_u64(l, o->bytes, LH_F_UNICODE27_STR),
			   (length + 1) * x->heap->unicode_width);
}

/* wr_object, wr_prev and wr_next are borrowed. */
void lh_exclude_weakref(struct lh_excluder *x, const struct lh_object *o)
{
	lh_exclude(x, LH_EXCLUDE_WORDS, o->addr,
		   o->type->scan_from < o->type->c_basicsize ? o->type->scan_from : o->type->c_basicsize);
}
