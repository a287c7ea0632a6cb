/* SPDX-License-Identifier: Apache-2.0 */
/* Picklers and unpicklers: what they remember in memory of their own (Modules/_pickle.c). */
#include "cpython/extent.h"
#include "cpython/size_parts.h"
#include "cpython/visit_parts.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_MAX (1ull << 32) /* more are not believed */
#define TEXT_MAX (1u << 16)    /* of a line of protocol 0 */

/* Every entry is one of many: they share a name. */
#define MEMO ".<memo>[…]"

static bool has(const struct lh_heap *heap, enum lh_field f)
{
	return lh_layout_has(&heap->layout, f);
}

/* ---- references ---- */

static void visit_words(struct lh_visitor *v, uint64_t at, uint64_t count, const struct lh_span *like)
{
	struct lh_span span = *like;

	if (!at || !count)
		return;
	span.words = count < COUNT_MAX ? lh_view_at(&v->view, at, count * span.stride) : NULL;
	span.count = count;
	v->incomplete |= !span.words;
	lh_visit_emit(v, &span);
}

/* struct PyMemoTable, a hash table: its address; NULL when there
 * is none, or it is not known how to read it. */
static const uint8_t *memo_table(const struct lh_heap *heap, struct lh_view *view, const uint8_t *bytes)
{
	uint64_t memo = lh_field_u64(&heap->layout, bytes, LH_F_PICKLER_MEMO);

	return memo && has(heap, LH_F_MEMO_TABLE_SIZE)
		       ? lh_view_at(view, memo, lh_layout_at(&heap->layout, LH_F_MEMO_TABLE_SIZE))
		       : NULL;
}

static struct lh_span memo_span(const struct lh_visitor *v)
{
	return (struct lh_span){.stride = 8,
				.label = LH_LABEL_FIELD,
				.name = MEMO,
				.hidden = !lh_layout_constant(&v->heap->layout, LH_C_PICKLE_VISITS_MEMO)};
}

void lh_visit_pickler(struct lh_visitor *v, const struct lh_object *o)
{
	const uint8_t *table = memo_table(v->heap, &v->view, o->bytes);
	struct lh_span like = memo_span(v);

	if (!table || !has(v->heap, LH_F_MEMO_ENTRY_SIZE) || !has(v->heap, LH_F_MEMO_ENTRY_KEY))
		return;
	like.stride = lh_layout_at(&v->heap->layout, LH_F_MEMO_ENTRY_SIZE);
	visit_words(v,
		    lh_field_u64(&v->heap->layout, table, LH_F_MEMO_TABLE_ENTRIES) +
			    lh_layout_at(&v->heap->layout, LH_F_MEMO_ENTRY_KEY),
		    lh_field_u64(&v->heap->layout, table, LH_F_MEMO_TABLE_ALLOCATED), &like);
}

void lh_visit_unpickler(struct lh_visitor *v, const struct lh_object *o)
{
	struct lh_span like = memo_span(v);

	visit_words(v, lh_field_u64(&v->heap->layout, o->bytes, LH_F_UNPICKLER_MEMO),
		    lh_field_u64(&v->heap->layout, o->bytes, LH_F_UNPICKLER_MEMO_SIZE), &like);
}

/* Tracked, and visited, since it is of a heap type (3.12). */
void lh_visit_pdata(struct lh_visitor *v, const struct lh_object *o)
{
	struct lh_span like = {.stride = 8, .label = LH_LABEL_INDEX, .hidden = !o->type->presize};

	visit_words(v, lh_field_u64(&v->heap->layout, o->bytes, LH_F_PDATA_DATA),
		    lh_field_u64(&v->heap->layout, o->bytes, LH_F_VAR_SIZE), &like);
}

/* ---- sizes ---- */

/* Bytes of @count items where field @at says; 0 when it says nothing, or there cannot be so many. */
static uint64_t stored(const struct lh_heap *heap, const uint8_t *bytes, enum lh_field at, uint64_t count,
		       uint64_t size)
{
	uint64_t addr = lh_field_u64(&heap->layout, bytes, at);

	return addr && count < COUNT_MAX && lh_memory_has_room(heap, addr, count * size) ? count * size : 0;
}

/* A C string with its end. */
static uint64_t text(struct lh_heap *heap, const uint8_t *bytes, enum lh_field at)
{
	uint64_t addr = lh_field_u64(&heap->layout, bytes, at);
	_cleanup_free_ char *buf = addr ? malloc(TEXT_MAX) : NULL;

	return buf && lh_heap_string(heap, addr, buf, TEXT_MAX) == 0 ? strlen(buf) + 1 : 0;
}

uint64_t lh_size_pickler(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	const uint8_t *table = memo_table(heap, view, o->bytes);
	uint64_t buffer = lh_field_u64(&heap->layout, o->bytes, LH_F_PICKLER_OUTPUT_BUFFER),
		 size = (uint64_t)o->type->basicsize;
	struct lh_object inner;

	if (table)
		size += (uint64_t)lh_layout_at(&heap->layout, LH_F_MEMO_TABLE_SIZE) +
			stored(heap, table, LH_F_MEMO_TABLE_ENTRIES,
			       lh_field_u64(&heap->layout, table, LH_F_MEMO_TABLE_ALLOCATED),
			       (uint64_t)lh_layout_or(&heap->layout, LH_F_MEMO_ENTRY_SIZE, 0));
	if (buffer && lh_object_at(heap, view, buffer, &inner) == 0 && inner.type->kind->id == LH_KIND_BYTES)
		size += lh_object_extent(heap, inner.bytes, inner.type);
	return size;
}

uint64_t lh_size_unpickler(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o)
{
	return (uint64_t)o->type->basicsize +
	       stored(heap, o->bytes, LH_F_UNPICKLER_MEMO,
		      lh_field_u64(&heap->layout, o->bytes, LH_F_UNPICKLER_MEMO_SIZE), 8) +
	       stored(heap, o->bytes, LH_F_UNPICKLER_MARKS,
		      lh_field_u64(&heap->layout, o->bytes, LH_F_UNPICKLER_MARKS_SIZE), 8) +
	       text(heap, o->bytes, LH_F_UNPICKLER_INPUT_LINE) +
	       text(heap, o->bytes, LH_F_UNPICKLER_ENCODING) + text(heap, o->bytes, LH_F_UNPICKLER_ERRORS);
}
