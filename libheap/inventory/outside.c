/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/outside.h"
#include "cpython/extent.h"
#include "malloc/glibc_chunk.h"
#include "malloc/glibc_free.h"
#include "util/array.h"

/* Tracked objects that are asked whether malloc is glibc's: as a rule, classes */
#define SURE_MIN 8
#define SURE_MAX 256
#define LEARN_MAX 65536 /* objects that are asked in which sort of memory they are */

/* A word of a body that is only scanned may be anything, and a slot of a frame may be left over. */
static bool is_precise(enum lh_label label)
{
	return label < LH_LABEL_BODY && label != LH_LABEL_LOCAL;
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct lh_outside *o = arg;

	o->precise = is_precise(span->label);
	for (uint64_t i = 0; i < span->count; i++)
		lh_outside_word(o, lh_span_word(span, i));
	o->precise = false;
}

int lh_outside_init(struct lh_heap *heap, struct lh_outside *o)
{
	const struct lh_target *t = heap->target;

	memset(o, 0, sizeof(*o));
	o->heap = heap;
	o->view = lh_view_of(heap->target);
	o->visitor = (struct lh_visitor){.heap = heap, .view = o->view, .fn = on_span, .arg = o};
	o->mark = lh_gc_mark_of(&heap->layout);
	o->malloc_rest = o->mark.head_size & 15;
	o->any_word = lh_layout_is_python2(&heap->layout);
	lh_addrset_init(&o->set, heap->ctx);
	lh_addrset_init(&o->freed, heap->ctx);
	lh_addrset_init(&o->pending, heap->ctx);
	o->low = UINT64_MAX;
	for (size_t i = 0; i < t->segment_count; i++) {
		o->low = t->segments[i].start < o->low ? t->segments[i].start : o->low;
		o->high = t->segments[i].end > o->high ? t->segments[i].end : o->high;
	}
	return 0;
}

void lh_outside_fini(struct lh_outside *o)
{
	lh_addrset_fini(&o->set);
	lh_addrset_fini(&o->freed);
	lh_glibc_blocks_fini(&o->blocks);
	lh_addrset_fini(&o->pending);
	free(o->todo);
}

static int add(struct lh_outside *o, uint64_t addr)
{
	int r = lh_addrset_add(&o->set, addr);

	if (r < 0)
		return r;
	return r == LH_ADDRSET_HAD ? 0
				   : lh_append(o->heap->ctx, o->todo, o->todo_count, o->todo_capacity, addr);
}

/* ---- blocks of malloc ---- */

/*
 * Where @addr lies; LH_SORTS: in no memory of malloc's, for static objects lie in modules, and a few are part
 * of an interpreter's state. *ret_span: the heap, of the first two.
 */
static enum lh_outside_sort sort_of(const struct lh_outside *o, uint64_t addr,
				    const struct lh_glibc_span **ret_span)
{
	const struct lh_glibc_span *span = *ret_span = lh_glibc_blocks_span(&o->blocks, addr);

	if (span)
		return span->main ? LH_SORT_MAIN : LH_SORT_OTHER;
	return lh_heap_interp_at(o->heap, addr) || lh_target_module(o->heap->target, addr) ? LH_SORTS
											   : LH_SORT_MAPPED;
}

#define STARTS 4

/* How many bytes a block may have before the object. A type that is no heap type has no gc head, though other types have. */
static void starts_of(const struct lh_outside *o, const struct lh_object *object, uint32_t before[STARTS])
{
	uint32_t padding = o->heap->debug_padding.before, head = object->type->presize;

	before[0] = padding + head;
	before[1] = 2 * padding + head;
	before[2] = padding;
	before[3] = 2 * padding;
}

/* Whether a block that is large enough begins before the object. In a heap its chain of chunks says where. */
static bool has_block(struct lh_outside *o, const struct lh_object *object, const struct lh_glibc_span *span)
{
	uint64_t bytes = lh_object_extent(o->heap, object->bytes, object->type);
	uint32_t before[STARTS];

	starts_of(o, object, before);
	for (size_t i = 0; i < STARTS; i++) {
		uint64_t block = object->addr - before[i];

		if ((!span || lh_glibc_span_begins(span, block)) &&
		    lh_glibc_has(o->heap->target, &o->view, block, before[i] + bytes))
			return true;
	}
	return false;
}

static void on_freed(void *arg, uint64_t addr, uint64_t len)
{
	struct lh_outside *o = arg;
	int r = o->error ? 0 : lh_addrset_add(&o->freed, addr);

	(void)len;
	if (r < 0)
		o->error = r;
}

int lh_outside_learn_blocks(struct lh_outside *o)
{
	struct lh_glibc_findings findings;
	int r = lh_glibc_listed(o->heap->target, on_freed, o, &o->blocks, &findings);

	return r < 0 ? r : o->error;
}

/* A static type has no gc head, be it copied to malloc's memory: the block where that would be is another's. */
static bool is_freed(const struct lh_outside *o, const struct lh_object *object)
{
	uint32_t before[STARTS];
	bool has_no_head = lh_is_static_type(&o->heap->layout, object->bytes, object->type);

	starts_of(o, object, before);
	for (size_t i = has_no_head ? STARTS / 2 : 0; i < STARTS; i++)
		if (lh_addrset_has(&o->freed, object->addr - before[i]))
			return true;
	return false;
}

/* An object that is known to be one tells whether its sort of memory is as we know it. */
static void learn(struct lh_outside *o, const struct lh_object *object)
{
	const struct lh_glibc_span *span;
	enum lh_outside_sort sort = o->learned++ < LEARN_MAX ? sort_of(o, object->addr, &span) : LH_SORTS;

	if (sort == LH_SORTS || o->sure[sort] >= SURE_MAX)
		return;
	o->sure[sort]++;
	o->sure_in_blocks[sort] += has_block(o, object, span);
}

static bool is_proved(const struct lh_outside *o, enum lh_outside_sort sort)
{
	return o->sure[sort] >= SURE_MIN && o->sure_in_blocks[sort] * 16ull >= o->sure[sort] * 15ull;
}

int lh_outside_add(struct lh_outside *o, uint64_t addr)
{
	struct lh_object object;

	if (o->learned < LEARN_MAX && lh_object_at(o->heap, &o->view, addr, &object) == 0)
		learn(o, &object);
	return add(o, addr);
}

/* Only writable memory holds objects: a word of .text never does, whatever it looks like. */
static bool in_writable(struct lh_outside *o, uint64_t addr)
{
	const struct lh_segment *s = lh_target_segment(o->heap->target, addr);

	return s && s->writable;
}

/*
 * A gc object outside of pools that no ring has is untracked (a tuple of numbers, say), and says
 * so. A static type has no head.
 */
static bool is_untracked(struct lh_outside *o, const struct lh_object *object)
{
	const uint8_t *head;

	if (lh_is_static_type(&o->heap->layout, object->bytes, object->type))
		return true;
	head = lh_view_at(&o->view, object->addr - o->mark.head_size, o->mark.head_size);
	return head && !lh_gc_is_marked(&o->mark, head + o->mark.head_size);
}

/* malloc aligns to 16 bytes, gc heads of 24 add 8; static objects may lie at 8 */
static bool is_aligned(const struct lh_outside *o, uint64_t word)
{
	return !(word & 15) || (word & 15) == o->malloc_rest || o->any_word ||
	       lh_target_module(o->heap->target, word);
}

static bool is_object(struct lh_outside *o, const struct lh_object *object)
{
	return in_writable(o, object->addr) && (!object->type->presize || is_untracked(o, object)) &&
	       !is_freed(o, object);
}

/* Static objects are objects whatever their count, but [0, type, type, ...] is also how tables of types
 * begin. */
static bool is_run_down(const struct lh_object *object)
{
	return !object->immortal && object->refcnt <= 0 && object->type->kind->id != LH_KIND_TYPE;
}

/*
 * A guess that leads to no block's start is part of one, and no object. 2.7's ints and floats share blocks,
 * and so would objects of an allocator that is not glibc's: what is not proved says nothing. Most of mapped
 * memory's sort is not tracked, and is known only when all containers were followed: lh_outside_settle()
 * decides then.
 */
static int guess(struct lh_outside *o, const struct lh_object *object)
{
	const struct lh_glibc_span *span = NULL;
	enum lh_outside_sort sort = o->any_word ? LH_SORTS : sort_of(o, object->addr, &span);
	bool aligned = is_aligned(o, object->addr);

	if (aligned && !is_run_down(object) && (sort == LH_SORTS || has_block(o, object, span)))
		return add(o, object->addr);
	o->doubted = true;
	if (!aligned || is_run_down(object) || is_proved(o, sort))
		return 0;
	return o->settled ? add(o, object->addr) : lh_addrset_add(&o->pending, object->addr);
}

static int vouched(struct lh_outside *o, const struct lh_object *object)
{
	learn(o, object);
	return add(o, object->addr);
}

void lh_outside_look(struct lh_outside *o, uint64_t word, uint64_t *slot)
{
	bool doubted = o->doubted;
	struct lh_object object;
	int r;

	if (o->error || lh_addrset_has(&o->set, word))
		return;
	r = lh_object_at(o->heap, &o->view, word, &object);
	if (r == 0 && is_object(o, &object)) {
		o->doubted = false;
		r = o->precise ? vouched(o, &object) : guess(o, &object);
		*slot = o->doubted ? 0 : word;
		o->doubted |= doubted;
	}
	if (r < 0)
		o->error = r;
}

void lh_outside_settle(struct lh_outside *o)
{
	struct lh_addrset_iter iter = {.set = &o->pending};
	const struct lh_glibc_span *span;
	uint64_t addr;

	o->settled = true;
	lh_addrset_finish(&o->pending);
	while (lh_addrset_next(&iter, &addr) == 0 && !o->error) {
		int r = is_proved(o, sort_of(o, addr, &span)) ? 0 : add(o, addr);

		if (r < 0)
			o->error = r;
	}
}

void lh_outside_vouch(struct lh_outside *o, const struct lh_object *object)
{
	o->doubted = false;
	lh_visit(&o->visitor, object);
	o->doubted = false;
}

int lh_outside_close(struct lh_outside *o)
{
	uint64_t done = 0;

	while (o->todo_count && !o->error) {
		uint64_t addr = o->todo[--o->todo_count];
		struct lh_object object;
		int r;

		if ((++done & 4095) == 0 &&
		    (r = lh_progress(o->heap->ctx, "following references", done, 0)) < 0)
			return r;
		r = lh_object_at(o->heap, &o->view, addr, &object);
		if (r < 0)
			return r;
		if (r == 0)
			lh_visit(&o->visitor, &object);
	}
	return o->error;
}

static bool storage_is_inside(const struct lh_outside *o, const uint8_t *bytes, enum lh_field field)
{
	uint64_t storage;

	if (!lh_layout_has(&o->heap->layout, field))
		return true;
	storage = lh_u64(bytes + lh_layout_at(&o->heap->layout, field));
	return !storage || lh_pymalloc_has(&o->heap->pymalloc, storage);
}

bool lh_outside_has_storage(const struct lh_outside *o, const struct lh_object *object)
{
	const enum lh_field *field = object->type->kind->storage;

	while (field && *field != LH_F_COUNT && storage_is_inside(o, object->bytes, *field))
		field++;
	return field && *field != LH_F_COUNT;
}

void lh_outside_storage(struct lh_outside *o, const struct lh_object *object)
{
	if (lh_outside_has_storage(o, object))
		lh_visit(&o->visitor, object);
}
