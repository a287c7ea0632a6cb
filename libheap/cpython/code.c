/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/code.h"
#include "cpython/text.h"
#include "util/array.h"

#define TEXT_CHARS 1000

/* co_localspluskinds (3.11+ Include/internal/pycore_code.h) */
#define CO_FAST_CELL 0x40
#define CO_FAST_FREE 0x80

static bool add_field(struct lh_heap *heap, uint64_t code, enum lh_field field, struct lh_string *out)
{
	uint64_t text = lh_heap_word(heap, &heap->view, code, field);

	return text && lh_str_append(heap, text, TEXT_CHARS, out) != LH_ABSENT;
}

bool lh_code_name(struct lh_heap *heap, uint64_t code, struct lh_string *out)
{
	return add_field(heap, code, LH_F_CODE_QUALNAME, out) || add_field(heap, code, LH_F_CODE_NAME, out);
}

bool lh_code_file(struct lh_heap *heap, uint64_t code, struct lh_string *out)
{
	return add_field(heap, code, LH_F_CODE_FILENAME, out);
}

/* Tuples of names, in the order of the slots: one since 3.11, three before. */
static const struct {
	enum lh_field names;
	enum lh_slot_kind kind;
} tuples[] = {{LH_F_CODE_LOCALSPLUSNAMES, LH_SLOT_LOCAL},
	      {LH_F_CODE_VARNAMES, LH_SLOT_LOCAL},
	      {LH_F_CODE_CELLVARS, LH_SLOT_CELL},
	      {LH_F_CODE_FREEVARS, LH_SLOT_FREE}};

/* 3.11+: a byte a slot says what it is. */
static enum lh_slot_kind kind_of(struct lh_heap *heap, uint64_t code, uint64_t i)
{
	uint64_t kinds = lh_heap_word(heap, &heap->view, code, LH_F_CODE_LOCALSPLUSKINDS);
	const uint8_t *p =
		kinds ? lh_view_at(&heap->view, kinds + lh_layout_at(&heap->layout, LH_F_BYTES_DATA) + i, 1)
		      : NULL;

	if (!p || !(*p & (CO_FAST_CELL | CO_FAST_FREE)))
		return LH_SLOT_LOCAL;
	return *p & CO_FAST_FREE ? LH_SLOT_FREE : LH_SLOT_CELL;
}

struct lh_code_slot lh_code_slot(struct lh_heap *heap, uint64_t code, uint64_t i)
{
	struct lh_code_slot slot = {.kind = LH_SLOT_STACK};
	const struct lh_layout *l = &heap->layout;
	uint64_t left = i;

	for (size_t k = 0; k < LH_ARRAY_SIZE(tuples); k++) {
		uint64_t tuple = lh_heap_word(heap, &heap->view, code, tuples[k].names),
			 count = lh_heap_word(heap, &heap->view, tuple, LH_F_VAR_SIZE);
		const uint8_t *p;

		if (left >= count) {
			left -= count;
			continue;
		}
		p = lh_view_at(&heap->view, tuple + lh_layout_at(l, LH_F_TUPLE_ITEMS) + left * 8, 8);
		slot.name = p ? lh_u64(p) : 0;
		slot.kind = k == 0 ? kind_of(heap, code, i) : tuples[k].kind;
		return slot;
	}
	slot.index = left;
	return slot;
}
