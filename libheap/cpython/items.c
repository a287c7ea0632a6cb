/* SPDX-License-Identifier: Apache-2.0 */
/* Walking lists, tuples, sets and deques; dicts are in dict_items.c. */
#include "cpython/items.h"
#include "cpython/dict_items.h"
#include "cpython/text.h"

static uint64_t field(const struct lh_items *items, const uint8_t *bytes, enum lh_field f)
{
	return lh_u64(bytes + lh_layout_at(&items->heap->layout, f));
}

/* No container has more items than its target has words. */
static bool is_plausible(const struct lh_items *items, uint64_t length)
{
	return length <= lh_target_bytes(items->heap->target) / 8;
}

static int next_word(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	if (items->at == items->length)
		return LH_DONE;
	*ret_key = 0;
	*ret_value = lh_u64(items->words + items->at++ * 8);
	return 0;
}

static int start_array(struct lh_items *items, uint64_t storage)
{
	items->next = next_word;
	if (!is_plausible(items, items->length))
		return lh_items_fail(items, LH_ECORRUPT, "its length is not possible");
	if (items->length)
		items->words = lh_view_at(&items->view, storage, items->length * 8);
	return items->length && !items->words ? lh_items_fail(items, LH_EFAULT, "they are not in the target")
					      : 0;
}

/* ---- set ---- */

/* A deleted entry of a set holds the static 'dummy', and -1 as hash in 3.x (Objects/setobject.c). */
bool lh_set_is_deleted(struct lh_heap *heap, const uint8_t *entry)
{
	const struct lh_layout *l = &heap->layout;

	if (lh_layout_is_python2(l))
		return lh_str_equals(heap, lh_u64(entry + lh_layout_at(l, LH_F_SETENTRY_KEY)), "<dummy key>");
	return lh_u64(entry + lh_layout_at(l, LH_F_SETENTRY_HASH)) == UINT64_MAX;
}

static int next_member(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	while (items->at < items->slots) {
		const uint8_t *entry = items->words + items->at++ * 16;

		*ret_key = 0;
		*ret_value = field(items, entry, LH_F_SETENTRY_KEY);
		if (*ret_value && !lh_set_is_deleted(items->heap, entry))
			return 0;
	}
	return LH_DONE;
}

static int start_set(struct lh_items *items, const struct lh_object *o)
{
	uint64_t mask = field(items, o->bytes, LH_F_SET_MASK);

	items->next = next_member;
	items->slots = mask + 1;
	if (mask & (mask + 1) || !is_plausible(items, mask) || items->length > items->slots)
		return lh_items_fail(items, LH_ECORRUPT, "the size of its table is not possible");
	items->words = lh_view_at(&items->view, field(items, o->bytes, LH_F_SET_TABLE), items->slots * 16);
	return items->words ? 0 : lh_items_fail(items, LH_EFAULT, "its table is not in the target");
}

/* ---- deque ---- */

static int next_of_deque(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	const struct lh_layout *l = &items->heap->layout;
	uint64_t room = lh_layout_constant(l, LH_C_DEQUE_BLOCK_ITEMS);
	const uint8_t *p;

	if (items->given == items->length)
		return LH_DONE;
	p = lh_view_at(&items->view, items->block, lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE));
	if (p && items->left == room) {
		items->block = field(items, p, LH_F_DEQUE_BLOCK_RIGHTLINK);
		items->left = 0;
		p = lh_view_at(&items->view, items->block, lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE));
	}
	if (!p)
		return lh_items_fail(items, LH_EFAULT, "a block of it is not in the target");
	*ret_key = 0;
	*ret_value = lh_u64(p + lh_layout_at(l, LH_F_DEQUE_BLOCK_DATA) + items->left++ * 8);
	return 0;
}

static int start_deque(struct lh_items *items, const struct lh_object *o)
{
	const struct lh_layout *l = &items->heap->layout;

	if (!lh_layout_has(l, LH_F_DEQUE_LEFTBLOCK) || !lh_layout_has(l, LH_F_DEQUE_BLOCK_DATA))
		return LH_ABSENT;
	items->next = next_of_deque;
	items->block = field(items, o->bytes, LH_F_DEQUE_LEFTBLOCK);
	items->left = field(items, o->bytes, LH_F_DEQUE_LEFTINDEX);
	if (!is_plausible(items, items->length) ||
	    items->left > lh_layout_constant(l, LH_C_DEQUE_BLOCK_ITEMS))
		return lh_items_fail(items, LH_ECORRUPT, "its length is not possible");
	return 0;
}

/* ---- any ---- */

int lh_items_length(struct lh_heap *heap, const struct lh_object *o, uint64_t *ret)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_str text;

	switch (o->type->kind->id) {
	case LH_KIND_LIST:
	case LH_KIND_TUPLE:
	case LH_KIND_BYTES:
	case LH_KIND_BYTEARRAY:
		*ret = lh_u64(o->bytes + lh_layout_at(l, LH_F_VAR_SIZE));
		break;
	case LH_KIND_DICT:
	case LH_KIND_ODICT:
		*ret = lh_u64(o->bytes + lh_layout_at(l, LH_F_DICT_USED));
		break;
	case LH_KIND_SET:
		*ret = lh_u64(o->bytes + lh_layout_at(l, LH_F_SET_USED));
		break;
	case LH_KIND_DEQUE:
		*ret = lh_deque_length(l, o->bytes);
		break;
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
		if (lh_str_read(heap, &heap->view, o->addr, &text) != 0)
			return LH_ABSENT;
		*ret = text.length;
		break;
	default:
		return LH_ABSENT;
	}
	return 0;
}

static int start_kind(struct lh_items *items, const struct lh_object *o)
{
	switch (o->type->kind->id) {
	case LH_KIND_LIST:
		return start_array(items, field(items, o->bytes, LH_F_LIST_ITEMS));
	case LH_KIND_TUPLE:
		return start_array(items, o->addr + lh_layout_at(&items->heap->layout, LH_F_TUPLE_ITEMS));
	case LH_KIND_SET:
		return start_set(items, o);
	case LH_KIND_DEQUE:
		return start_deque(items, o);
	case LH_KIND_DICT:
	case LH_KIND_ODICT:
		return lh_items_start_dict(items, o);
	default:
		return LH_ABSENT;
	}
}

int lh_items_start(struct lh_heap *heap, const struct lh_object *o, struct lh_items *ret)
{
	int r;

	*ret = (struct lh_items){.heap = heap, .view = lh_view_of(heap->target), .addr = o->addr};
	r = lh_items_length(heap, o, &ret->length);
	return r == 0 ? start_kind(ret, o) : r;
}

int lh_items_next(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value)
{
	int r = items->next(items, ret_key, ret_value);

	if (r == 0 && items->given++ < items->length)
		return 0;
	if (r < 0 || (r == LH_DONE && items->given == items->length))
		return r;
	return lh_items_fail(items, LH_ECORRUPT, "there are not as many as its length says");
}

void lh_items_fini(struct lh_items *items)
{
	lh_index_fini(&items->entries);
}
