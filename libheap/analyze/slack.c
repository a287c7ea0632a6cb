/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much memory an object was asked for, by its type (Objects/typeobject.c PyType_GenericAlloc(), Modules/gcmodule.c and
 * Python/gc.c gc_alloc(), Include/internal/pycore_object.h _PyObject_VAR_SIZE(); 2.7 to 3.15). Of an int this may be 4 bytes
 * less than it was: functions ask for a digit that the result does not have. So it may be 8 or 16 of the first instances of a class,
 * before it is known how many attributes they have.
 */
#include "analyze/slack.h"
#include "cpython/extent.h"
#include "cpython/size_parts.h"
#include "cpython/text.h"
#include "inventory/objects.h"

struct finder {
	struct lh_heap *heap;
	struct lh_slack *out;
	struct lh_view view;
	struct lh_pool pool; /* of the last object */
};

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + 7) & ~7ull;
}

static uint64_t item_count(const struct lh_heap *heap, const struct lh_object *o)
{
	int64_t n = lh_i64(o->bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));
	bool negative;

	if (o->type->kind->id == LH_KIND_INT)
		return lh_int_digits(&heap->layout, o->bytes, &negative);
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

/* What a class statement made: one item more than there are, and values of attributes (3.13+ _PyInlineValuesSize()). */
static uint64_t of_class(struct finder *f, const struct lh_object *o)
{
	const struct lh_type *t = o->type;
	uint64_t bytes = (uint64_t)t->basicsize, n;
	const uint8_t *values;

	if (t->itemsize)
		bytes += lh_size_times(item_count(f->heap, o) + 1, (uint64_t)t->itemsize);
	if (!t->inline_values)
		return round_up(bytes);
	values = lh_view_at(&f->view, o->addr + (uint64_t)t->basicsize, 8);
	n = values ? values[lh_layout_at(&f->heap->layout, LH_F_VALUES_CAPACITY)] : 0;
	return bytes + round_up(n) + (n + 1) * 8;
}

/* Whether it is one of the types that leave out their last field, a reference (Modules/_datetimemodule.c). */
static bool is_short(const struct lh_object *o)
{
	const struct lh_body *body = o->type->presize ? NULL : o->type->body;

	for (uint32_t i = 0; body && i < body->count; i++) {
		const struct lh_body_ref *ref = &body->refs[i];

		if (ref->offset + 8u == body->size && ref->when && !ref->when_word && !o->bytes[ref->when])
			return true;
	}
	return false;
}

static uint64_t asked_for(struct finder *f, const struct lh_object *o)
{
	const struct lh_type *t = o->type;

	if (t->python)
		return of_class(f, o);
	switch (t->kind->id) {
	case LH_KIND_GENERATOR: /* 3.11+: with their frame */
	case LH_KIND_FRAME:
		return t->kind->size(f->heap, &f->view, o);
	case LH_KIND_TUPLE: /* struct sequences have fields that are no items */
		return t->sequence_fields
			       ? lh_size_times((uint64_t)t->sequence_fields, 8) + (uint64_t)t->basicsize
			       : lh_object_extent(f->heap, o->bytes, t);
	case LH_KIND_BYTES:
	case LH_KIND_INT:
	case LH_KIND_STR:
	case LH_KIND_TYPE:
		return lh_object_extent(f->heap, o->bytes, t);
	default:
		return round_up(lh_size_plain(f->heap, o) - (is_short(o) ? 8 : 0));
	}
}

/* Read the pool that has @addr. Return: whether it has one, which can be believed. */
static bool find_pool(struct finder *f, uint64_t addr)
{
	if (!f->pool.addr || addr - f->pool.addr >= f->heap->pymalloc.pool_size) {
		f->pool = (struct lh_pool){0};
		if (lh_pool_of(f->heap, &f->view, addr, &f->pool) != 0)
			return false;
	}
	return f->pool.used && !f->pool.damaged;
}

static void add(struct finder *f, const struct lh_object *o)
{
	const struct lh_pymalloc *pm = &f->heap->pymalloc;
	struct lh_class_slack *class;
	uint64_t inside, size, needed;

	if (!lh_pymalloc_has(pm, o->addr) || !find_pool(f, o->addr) || o->addr - f->pool.addr < pm->header)
		return;
	size = f->pool.block_size;
	inside = (o->addr - f->pool.addr - pm->header) % size;
	needed = inside + asked_for(f, o) + f->heap->debug_padding.after;
	class = &f->out->classes[size / pm->alignment - 1];
	class->objects++;
	class->bytes += needed < size ? size - needed : 0;
}

static int take(void *arg, const struct lh_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(arg, &items[i].object);
	return 0;
}

int lh_slack_find(struct lh_heap *heap, struct lh_slack *ret)
{
	struct finder f = {.heap = heap, .out = ret, .view = lh_view_of(heap->target)};
	struct lh_findings findings;

	*ret = (struct lh_slack){0};
	return lh_objects_walk(heap, false, take, &f, &findings);
}
