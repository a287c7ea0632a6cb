/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/storage.h"
#include "cpython/dict.h"
#include "cpython/size_parts.h"
#include "cpython/text.h"

#define BODY_MAX 4096u /* bytes of a body in which buffers are looked for */

static void give(struct lh_owner *w, uint64_t addr, bool guess)
{
	if (addr)
		w->fn(w->arg, addr, guess);
}

/* Shared keys are their type's as well: whoever comes first has them. */
static void visit_dict(struct lh_owner *w, const struct lh_object *o)
{
	struct lh_dict d;

	if (lh_dict_read(w->heap, &w->view, o->bytes, &d) != 0)
		return;
	if (d.keys.addr - o->addr >= (uint64_t)o->type->basicsize) /* 2.7: a small one is inside */
		give(w, d.keys.addr, false);
	if (d.values_addr && !d.embedded)
		give(w, d.values_addr, false);
}

static void visit_set(struct lh_owner *w, const struct lh_object *o)
{
	uint64_t table = lh_field_u64(&w->heap->layout, o->bytes, LH_F_SET_TABLE);

	if (table - o->addr >= (uint64_t)o->type->basicsize)
		give(w, table, false);
}

/* Blocks are a list; those kept for reuse (3.11+) are in the body. */
static void visit_deque(struct lh_owner *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;
	uint64_t block, last, size;

	if (!lh_layout_has(l, LH_F_DEQUE_LEFTBLOCK) || !lh_layout_has(l, LH_F_DEQUE_RIGHTBLOCK) ||
	    !lh_layout_has(l, LH_F_DEQUE_BLOCK_RIGHTLINK))
		return;
	block = lh_field_u64(l, o->bytes, LH_F_DEQUE_LEFTBLOCK);
	last = lh_field_u64(l, o->bytes, LH_F_DEQUE_RIGHTBLOCK);
	size = lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE);
	while (block && w->room >= size && size) {
		const uint8_t *p = lh_view_at(&w->view, block, size);

		if (!p)
			return;
		w->room -= size;
		give(w, block, false);
		if (block == last)
			return;
		block = lh_field_u64(l, p, LH_F_DEQUE_BLOCK_RIGHTLINK);
	}
}

/* Where a stream has next_in and next_out, which point into memory of others, that may be gone (zlib.h, bzlib.h, lzma/base.h). */
#define NEXT_IN 0u
#define NEXT_OUT 24u

static bool is_borrowed(const struct lh_type *type, uint64_t offset)
{
	return type->stream && (offset == type->stream + NEXT_IN || offset == type->stream + NEXT_OUT);
}

/* Words of the body from @from to @to, which may be more than what was looked at to tell that it is an object. */
static void guess(struct lh_owner *w, const struct lh_object *o, uint64_t from, uint64_t to)
{
	uint64_t end = to < BODY_MAX ? to : BODY_MAX;
	const uint8_t *bytes = lh_view_at(&w->view, o->addr, end);

	for (uint64_t at = (from + 7) & ~7ull; bytes && at + 8 <= end; at += 8)
		if (!is_borrowed(o->type, at))
			give(w, lh_u64(bytes + at), true);
}

/* Text that is not inside the object, and copies in other encodings. */
static void visit_str(struct lh_owner *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;
	uint32_t state = lh_u32(o->bytes + lh_layout_at(l, LH_F_STR_STATE));
	bool compact = LH_STR_COMPACT(state);

	guess(w, o, (uint64_t)lh_layout_at(l, LH_F_STR_STATE) + 8,
	      compact && LH_STR_ASCII(state) ? (uint64_t)lh_layout_at(l, LH_F_STR_ASCII_SIZE)
	      : compact                      ? (uint64_t)lh_layout_at(l, LH_F_STR_COMPACT_SIZE)
					     : (uint64_t)lh_layout_at(l, LH_F_STR_SIZE));
}

/* Values beside the instance, in the words before it: 3.11 has them in a word of their own, 3.12 with a tag. */
static void visit_managed(struct lh_owner *w, const struct lh_object *o)
{
	const uint8_t *pre;
	uint64_t word;

	if (lh_layout_has(&w->heap->layout, LH_F_VALUES_CAPACITY) ||
	    !(pre = lh_view_at(&w->view, o->addr - 32, 32)))
		return;
	word = lh_u64(pre + 8);
	if (!lh_layout_constant(&w->heap->layout, LH_C_TPFLAG_MANAGED_WEAKREF))
		give(w, lh_u64(pre), false);
	else if (word & 1)
		give(w, word + 1, false);
}

/* The C type's own part of the body, where no row says what it owns. A static type is shorter than others. */
static void visit_body(struct lh_owner *w, const struct lh_object *o)
{
	const struct lh_kind *kind = o->type->kind;
	uint64_t end = o->type->python ? o->type->c_basicsize : (uint64_t)o->type->basicsize;

	if (lh_is_static_type(&w->heap->layout, o->bytes, o->type))
		end = lh_layout_at(&w->heap->layout, LH_F_TYPE_SIZE);
	if (kind->id == LH_KIND_OTHER || kind->scan || (kind->size && !kind->storage) || o->type->body)
		guess(w, o, lh_layout_at(&w->heap->layout, LH_F_OBJECT_SIZE), end);
}

/* The memo of a Pickler is a struct that has a table (Modules/_pickle.c). */
static void visit_pickler(struct lh_owner *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;
	uint64_t memo =
		lh_layout_has(l, LH_F_PICKLER_MEMO) ? lh_field_u64(l, o->bytes, LH_F_PICKLER_MEMO) : 0;

	if (memo && lh_layout_has(l, LH_F_MEMO_TABLE_ENTRIES))
		give(w, lh_heap_word(w->heap, &w->view, memo, LH_F_MEMO_TABLE_ENTRIES), false);
}

/* Numbers and bytes have all in one block. */
static bool owns_nothing(const struct lh_object *o)
{
	enum lh_kind_id id = o->type->kind->id;

	return id == LH_KIND_INT || id == LH_KIND_BYTES || id == LH_KIND_FLOAT || id == LH_KIND_TUPLE ||
	       id == LH_KIND_INT27;
}

void lh_storage_visit(struct lh_owner *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;

	if (o->type->managed_dict)
		visit_managed(w, o);
	if (owns_nothing(o))
		return;
	switch (o->type->kind->id) {
	case LH_KIND_ODICT:
		guess(w, o, (uint64_t)lh_layout_at(l, LH_F_DICT_SIZE), (uint64_t)o->type->basicsize);
		visit_dict(w, o);
		break;
	case LH_KIND_DICT:
		visit_dict(w, o);
		break;
	case LH_KIND_LIST:
		give(w, lh_field_u64(l, o->bytes, LH_F_LIST_ITEMS), false);
		break;
	case LH_KIND_SET:
		visit_set(w, o);
		break;
	case LH_KIND_DEQUE:
		visit_deque(w, o);
		break;
	case LH_KIND_STR:
		visit_str(w, o);
		break;
	case LH_KIND_UNICODE27:
		give(w, lh_field_u64(l, o->bytes, LH_F_UNICODE27_STR), false);
		break;
	default:
		visit_body(w, o);
		if (o->type->kind->size == lh_size_pickler)
			visit_pickler(w, o);
	}
}
