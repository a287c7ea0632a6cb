/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/suspect_paths.h"
#include "roots/find_paths.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

struct search {
	struct lh_heap *heap;
	const struct lh_refaudit *audit;
	struct lh_suspect_paths *out;
	struct lh_addrset set; /* suspects with too low a count, and strays */
	bool *stray;           /* by number in the set */
	uint32_t place;        /* of the current holder */
	uint32_t *by_shape;    /* number of the item + 1; two per shape: strays after the others */
	size_t by_shape_capacity;
	int error;
};

/* All places that modules, the interpreter and threads lead to. */
static bool misses(void *arg, const struct lh_paths *paths)
{
	(void)arg, (void)paths;
	return true;
}

static int make_set(struct search *s)
{
	const struct lh_refaudit *a = s->audit;
	size_t count = 0;
	int r = 0;

	lh_addrset_init(&s->set, s->heap->ctx);
	s->stray = lh_new0(bool, a->suspect_count + 1);
	if (!s->stray)
		return lh_nomem(s->heap->ctx);
	for (size_t i = 0; i < a->suspect_count && r >= 0; i++)
		if (a->suspects[i].unexplained < 0) {
			s->stray[count++] = !a->suspects[i].type;
			r = lh_addrset_add(&s->set, a->suspects[i].addr);
		}
	lh_addrset_finish(&s->set);
	return r < 0 ? r : 0;
}

static int item_of(struct search *s, uint32_t shape, bool stray, struct lh_suspect_path **ret)
{
	struct lh_suspect_paths *out = s->out;
	size_t at = 2 * (size_t)shape + stray;
	int r = lh_grow_zeroed(s->heap->ctx, &s->by_shape, &s->by_shape_capacity, at + 1,
			       sizeof(*s->by_shape));

	if (r < 0)
		return r;
	if (!s->by_shape[at]) {
		const struct lh_suspect_path item = {.shape = shape, .stray = stray};

		r = lh_append(s->heap->ctx, out->items, out->count, out->capacity, item);
		if (r < 0)
			return r;
		s->by_shape[at] = (uint32_t)out->count;
	}
	*ret = &out->items[s->by_shape[at] - 1];
	return 0;
}

static int add_reference(struct search *s, const struct lh_span *span, uint64_t i, uint64_t to, bool stray)
{
	const struct lh_step step = {
		.from = s->place, .count = 1, .key = lh_span_key(span, i), .label = (uint8_t)span->label};
	struct lh_suspect_path *item;
	uint32_t shape;
	int r = lh_path_shape_of_step(&s->out->shapes, &step, to, &shape);

	if (r == 0)
		r = item_of(s, shape, stray, &item);
	if (r == 0)
		item->count++;
	return r;
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	for (uint64_t i = 0; span->label != LH_LABEL_BODY && i < span->count && s->error == 0; i++) {
		uint64_t to = lh_span_counted(span, i);
		uint32_t number = lh_addrset_index(&s->set, to);

		if (number != LH_NO_INDEX)
			s->error = add_reference(s, span, i, to, s->stray[number]);
	}
}

static int look_at_all(struct search *s)
{
	struct lh_visitor v = {.heap = s->heap, .view = lh_view_of(s->heap->target), .fn = on_span, .arg = s};
	const struct lh_paths *paths = &s->out->paths;
	int r = 0;

	for (s->place = 0; s->place < paths->count && r >= 0 && s->error == 0; s->place++) {
		struct lh_object o;

		if (s->place % STEP == 0)
			r = lh_progress(s->heap->ctx, "looking for holders", s->place, paths->count);
		if (r == 0)
			r = lh_object_at(s->heap, &v.view, lh_paths_addr(paths, s->place), &o);
		if (r == 0)
			lh_visit(&v, &o);
	}
	return r < 0 ? r : s->error;
}

static int by_count(const void *a, const void *b)
{
	const struct lh_suspect_path *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

int lh_suspect_paths_find(struct lh_heap *heap, const struct lh_refaudit *audit, struct lh_suspect_paths *ret)
{
	struct search s = {.heap = heap, .audit = audit, .out = ret};
	const struct lh_paths_request request = {.misses = misses};
	int r;

	*ret = (struct lh_suspect_paths){0};
	r = make_set(&s);
	if (r == 0)
		r = lh_paths_find(heap, &request, &ret->paths);
	if (r == 0)
		r = lh_path_shapes_init(&ret->shapes, &ret->paths);
	if (r == 0)
		r = look_at_all(&s);
	if (r == 0 && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_count);
	lh_addrset_fini(&s.set);
	free(s.stray);
	free(s.by_shape);
	return r;
}

void lh_suspect_paths_fini(struct lh_suspect_paths *p)
{
	lh_path_shapes_fini(&p->shapes);
	lh_paths_fini(&p->paths);
	free(p->items);
}
