/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts of the objects that freed ones lead to are reduced by one per reference. An object without
 * references left is freed too, with its own references. Words of bodies that are only scanned may not be
 * references (view.obj of a memoryview is borrowed): they are counted separately, and considered last, for
 * references that are left then.
 */
#include "analyze/freed.h"
#include "analyze/freed_entries.h"
#include "cpython/dict.h"
#include "cpython/size.h"
#include "cpython/visit.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

enum {
	LIKELY = 1, /* freed by words of scanned bodies */
	OWNED = 2,  /* its bytes are counted in another object's */
};

struct gone {
	uint64_t addr;
	uint32_t group, flags;
};

struct finder {
	struct lh_freed *out;
	const struct lh_giving_up *given;
	struct lh_heap *heap;
	struct lh_visitor visitor;
	struct lh_view view; /* of objects that are referred to */
	struct gone *queue;
	size_t queue_count, queue_capacity, queue_at;
	uint64_t *doubtful; /* objects that words of bodies may free */
	size_t doubtful_count, doubtful_capacity;
	struct gone now; /* the object with the references that are looked at */
	struct lh_type *type;
	bool by_dict;       /* its attributes belong to its dict */
	uint64_t uncounted; /* a word of it that is not a counted reference */
	int error;
};

/* ---- references that go ---- */

static struct lh_word_map_run *run_of(struct lh_freed *f, uint64_t addr)
{
	return lh_word_map_at(&f->gone, addr);
}

bool lh_freed_has(struct lh_freed *f, uint64_t addr)
{
	struct lh_word_map_run *run = run_of(f, addr);
	uint64_t i = run ? (addr - run->start) >> 3 : 0;

	if (run)
		return lh_bit_has(run->bits, i);
	return f->table && lh_freed_entry_at(f, addr)->gone;
}

/* Objects are written to, so one in read-only memory, or in memory that the target lacks, is rare. */
static int mark_gone(struct lh_freed *f, uint64_t addr)
{
	struct lh_word_map_run *run = run_of(f, addr);
	struct lh_freed_entry *e;
	bool is_new;
	int r = 0;

	if (run)
		lh_word_map_test_and_set(run, (addr - run->start) >> 3);
	else if ((r = lh_freed_entry_get(f, addr, &e, &is_new)) == 0)
		e->gone = true;
	return r;
}

static int go(struct finder *f, uint64_t addr, uint32_t group, uint32_t flags)
{
	struct gone gone = {addr, group, flags};
	int r = mark_gone(f->out, addr);

	return r < 0 ? r : lh_append(f->heap->ctx, f->queue, f->queue_count, f->queue_capacity, gone);
}

/* BytesIO.__sizeof__() counts a buffer that is not shared. */
static bool is_buffer(const struct finder *f)
{
	return f->type && f->type->kind->id == LH_KIND_BYTESIO;
}

/* Whether all references that are left may be words of bodies. */
static bool goes_by_words(const struct lh_freed_entry *e)
{
	return !e->kept && e->words && e->words >= e->left;
}

static int take_reference(struct finder *f, struct lh_freed_entry *e, bool is_word)
{
	if (e->kept)
		return 0;
	if (is_word)
		e->words++;
	else if (--e->left == 0)
		return go(f, e->addr, e->group, 0);
	return goes_by_words(e) ? lh_append(f->heap->ctx, f->doubtful, f->doubtful_count,
					    f->doubtful_capacity, e->addr)
				: 0;
}

/* The first reference to it that goes. What is not an object stays, and so does an object without a count. */
static int take_first(struct finder *f, uint64_t word, bool is_word)
{
	struct lh_freed_entry *e;
	struct lh_object o;
	bool is_new;
	int found = lh_object_at(f->heap, &f->view, word, &o), r;

	if (found == 0 && o.refcnt == 1 && !o.immortal && !is_word)
		return go(f, word, f->now.group, is_buffer(f) ? OWNED : 0);
	r = found < 0 ? found : lh_freed_entry_get(f->out, word, &e, &is_new);
	if (r < 0)
		return r;
	e->group = f->now.group;
	e->kept = found != 0 || o.immortal || !o.refcnt || o.refcnt >= UINT32_MAX;
	e->left = e->kept ? 0 : (uint32_t)o.refcnt;
	return take_reference(f, e, is_word);
}

/*
 * Words of bodies that are only scanned may be borrowed. They are not references that go if they lead to a
 * tracked object that the collector found alive, or to a static one, which is never freed.
 */
static bool is_borrowed(const struct finder *f, uint64_t word)
{
	return lh_addrset_has(f->given->set, word) || lh_target_module(f->heap->target, word);
}

static int take_word(struct finder *f, uint64_t word, bool is_word)
{
	struct lh_freed_entry *e;

	if (!word || word & 7 || lh_freed_has(f->out, word) || (is_word && is_borrowed(f, word)))
		return 0;
	e = lh_freed_entry_at(f->out, word);
	return e->addr ? take_reference(f, e, is_word) : take_first(f, word, is_word);
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct finder *f = arg;

	if (f->by_dict && span->label == LH_LABEL_ATTRIBUTE)
		return;
	if (span->label == LH_LABEL_FIELD && f->uncounted && lh_u64(span->words) == f->uncounted &&
	    strcmp(span->name, ".__class__") == 0)
		return;
	for (uint64_t i = 0; i < span->count && f->error == 0; i++)
		f->error = take_word(f, lh_span_counted(span, i), span->label == LH_LABEL_BODY);
}

/* ---- shared keys ---- */

static int take_keys(struct finder *f, const struct lh_keys *k)
{
	for (uint64_t i = 0; k->entries && i < k->entry_count && f->error == 0; i++)
		f->error = take_word(f, lh_u64(k->entries + i * k->stride + k->key_offset), false);
	return f->error;
}

/* A class and the dicts of its instances hold a table together; with the last of them its keys go. */
static int release_keys(struct finder *f, uint64_t addr)
{
	struct lh_freed_entry *e;
	struct lh_keys keys;
	bool is_new;
	int r;

	if (!addr || lh_keys_read(f->heap, &f->view, addr, &keys) != 0)
		return 0;
	r = lh_freed_entry_get(f->out, addr, &e, &is_new);
	if (r < 0)
		return r;
	if (is_new)
		e->left = keys.refcnt < UINT32_MAX ? (uint32_t)keys.refcnt : 0;
	if (e->left == 0 || --e->left)
		return 0;
	return take_keys(f, &keys);
}

static int release_shared(struct finder *f, const struct lh_object *o)
{
	struct lh_type *type;
	struct lh_dict d;

	if (o->type->kind->id == LH_KIND_TYPE)
		return lh_types_get(f->heap, o->addr, &type) == 0 ? release_keys(f, type->cached_keys) : 0;
	if (o->type->kind->id != LH_KIND_DICT || lh_dict_read(f->heap, &f->view, o->bytes, &d) != 0 ||
	    !d.values_addr)
		return 0;
	return release_keys(f, d.keys.addr);
}

/* ---- objects that go ---- */

/*
 * 3.13+: the attributes of an instance belong to its dict once it has one: a dict that outlives the instance
 * keeps them (Objects/dictobject.c detach_dict_from_object()).
 */
static bool attributes_are_dicts(struct finder *f, const struct lh_object *o)
{
	const uint8_t *pre;

	if (!o->type->inline_values || !lh_layout_has(&f->heap->layout, LH_F_VALUES_CAPACITY))
		return false;
	pre = lh_view_at(&f->view, o->addr - 24, 8);
	return pre && lh_u64(pre);
}

/* The type of an instance that does not count it: a heap type made in C, up to 3.7. */
static uint64_t uncounted_type(const struct finder *f, const struct lh_object *o)
{
	return o->type->python || lh_layout_constant(&f->heap->layout, LH_C_COUNTS_TYPE) ? 0 : o->type->addr;
}

static int make_room(struct lh_freed *f)
{
	return lh_grow_zeroed(f->heap->ctx, &f->types, &f->type_capacity, f->heap->types.count,
			      sizeof(*f->types));
}

static void add(struct lh_freed_count *to, uint64_t bytes)
{
	to->objects++;
	to->bytes += bytes;
}

static int measure(struct finder *f, const struct lh_object *o)
{
	struct lh_freed *out = f->out;
	uint32_t flags = f->now.flags;
	uint64_t bytes = flags & OWNED ? 0 : lh_object_bytes_alone(f->heap, &f->view, o);

	if (o->type->index >= out->type_capacity && make_room(out) < 0)
		return -LH_ENOMEM;
	add(&out->all, bytes);
	add(&out->types[o->type->index], bytes);
	add(&out->groups[f->now.group], bytes);
	out->likely += (flags & LIKELY) != 0;
	return 0;
}

static int visit(struct finder *f)
{
	struct lh_object o;
	int r = lh_object_at(f->heap, &f->visitor.view, f->now.addr, &o);

	if (r != 0)
		return r < 0 ? r : 0;
	f->type = o.type;
	f->by_dict = attributes_are_dicts(f, &o);
	f->uncounted = uncounted_type(f, &o);
	r = measure(f, &o);
	if (r == 0)
		lh_visit(&f->visitor, &o);
	r = r < 0 ? r : f->error;
	return r == 0 ? release_shared(f, &o) : r;
}

/* Objects of the queue, and those that are certainly freed with them. */
static int spread(struct finder *f)
{
	int r = 0;

	while (r == 0 && f->queue_at < f->queue_count) {
		f->now = f->queue[f->queue_at++];
		r = visit(f);
		if (r == 0 && f->queue_at % STEP == 0)
			r = lh_progress(f->heap->ctx, "finding what goes with garbage", f->queue_at,
					f->queue_count);
	}
	return r;
}

/* Free one of the objects that only words of bodies still hold, if that is still so. */
static int take_doubtful(struct finder *f)
{
	struct lh_freed_entry *e = lh_freed_entry_at(f->out, f->doubtful[--f->doubtful_count]);

	return goes_by_words(e) && !lh_freed_has(f->out, e->addr) ? go(f, e->addr, e->group, LIKELY) : 0;
}

static int give_up(struct finder *f, const struct lh_giving_up *given)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < given->count; i++)
		r = go(f, lh_addrset_nth(given->set, given->items[i]), given->groups ? given->groups[i] : 0,
		       0);
	return r;
}

static int find(struct finder *f, const struct lh_giving_up *given)
{
	int r = give_up(f, given);

	while (r == 0) {
		r = spread(f);
		if (r < 0 || !f->doubtful_count)
			break;
		r = take_doubtful(f);
	}
	return r;
}

int lh_freed_find(struct lh_heap *heap, const struct lh_giving_up *given, struct lh_freed *ret)
{
	_cleanup_(lh_freed_fini) struct lh_freed out = {.heap = heap};
	struct finder f = {.out = &out, .given = given, .heap = heap, .view = lh_view_of(heap->target)};
	int r = lh_freed_entries_init(&out);

	f.visitor =
		(struct lh_visitor){.heap = heap, .view = lh_view_of(heap->target), .fn = on_span, .arg = &f};
	out.groups = lh_new0(struct lh_freed_count, (size_t)given->group_count + 1);
	if (r == 0)
		r = lh_word_map_init(&out.gone, heap->target);
	if (r == 0)
		r = out.groups ? make_room(&out) : lh_nomem(heap->ctx);
	if (r == 0)
		r = find(&f, given);
	free(f.queue);
	free(f.doubtful);
	if (r < 0)
		return r;
	*ret = out;
	out = (struct lh_freed){0};
	return 0;
}

/* Without what the collector may not free, and what that holds. */
static uint32_t leave_collectable(const struct lh_garbage *g, uint32_t *items, uint32_t *groups)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < g->count; p++) {
		if (g->graph.flags[g->items[p]] & LH_GARBAGE_UNCOLLECTABLE)
			continue;
		items[n] = g->items[p];
		groups[n++] = g->component[p];
	}
	return n;
}

int lh_garbage_freed(const struct lh_garbage *g, struct lh_freed *ret)
{
	_cleanup_free_ uint32_t *items = lh_new0(uint32_t, (size_t)g->count + 1);
	_cleanup_free_ uint32_t *groups = lh_new0(uint32_t, (size_t)g->count + 1);
	struct lh_giving_up given = {.set = &g->graph.rings->tracked,
				     .items = items,
				     .groups = groups,
				     .group_count = g->components};

	if (!items || !groups)
		return lh_nomem(g->graph.heap->ctx);
	given.count = leave_collectable(g, items, groups);
	return lh_freed_find(g->graph.heap, &given, ret);
}

void lh_freed_fini(struct lh_freed *f)
{
	free(f->types);
	free(f->groups);
	free(f->table);
	lh_word_map_fini(&f->gone);
	*f = (struct lh_freed){0};
}
