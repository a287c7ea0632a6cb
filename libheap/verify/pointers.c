/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/pointers.h"
#include "cpython/visit.h"
#include "inventory/objects.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

struct place {
	uint64_t start, end;
	int64_t count;
};

struct counter {
	struct place *places; /* by start */
	size_t count;
	struct lh_visitor visitor;
};

static void on_span(void *arg, const struct lh_span *span)
{
	struct counter *c = arg;

	for (uint64_t i = 0; span->label != LH_LABEL_BODY && i < span->count; i++) {
		uint64_t word = lh_span_word(span, i);
		size_t at;

		if (word - c->places[0].start >= c->places[c->count - 1].end - c->places[0].start)
			continue;
		at = lh_bsearch_first(c->count, k, c->places[k].start <= word);
		if (at && word < c->places[at - 1].end)
			c->places[at - 1].count++;
	}
}

static int on_items(void *arg, const struct lh_item *items, size_t count)
{
	struct counter *c = arg;

	for (size_t i = 0; i < count; i++)
		if (!lh_type_is_leaf(items[i].object.type))
			lh_visit(&c->visitor, &items[i].object);
	return 0;
}

static int by_start(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

/* Damages in one thing share a place. */
static void list_places(const struct lh_verify *v, struct counter *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++)
		if (v->damages[i].pointers < 0 && v->damages[i].start &&
		    v->damages[i].size <= UINT64_MAX - v->damages[i].start)
			c->places[c->count++] = (struct place){v->damages[i].start,
							       v->damages[i].start + v->damages[i].size, 0};
	if (c->count)
		qsort(c->places, c->count, sizeof(*c->places), by_start);
	for (size_t i = 0; i < c->count; i++)
		if (!kept || c->places[i].start != c->places[kept - 1].start)
			c->places[kept++] = c->places[i];
		else
			c->places[kept - 1].end = c->places[i].end;
	c->count = kept;
}

static int look(struct lh_verify *v, struct counter *c)
{
	struct lh_findings findings;
	int r;

	c->visitor = (struct lh_visitor){
		.heap = v->heap, .view = lh_view_of(v->heap->target), .fn = on_span, .arg = c};
	r = lh_objects_walk(v->heap, false, on_items, c, &findings);
	for (size_t i = 0; i < v->heap->interp_count && r == 0; i++)
		lh_visit_threads(&c->visitor, &v->heap->interps[i], NULL, NULL);
	return r;
}

int lh_pointers_count(struct lh_verify *v)
{
	_cleanup_free_ struct place *places = lh_new0(struct place, v->count + 1);
	struct counter c = {.places = places};
	int r;

	if (!places)
		return lh_nomem(v->heap->ctx);
	list_places(v, &c);
	r = c.count ? look(v, &c) : 0;
	for (size_t i = 0; i < v->count && r == 0; i++) {
		struct lh_damage *d = &v->damages[i];
		size_t at = lh_bsearch_first(c.count, k, c.places[k].start <= d->start);

		if (d->pointers < 0 && d->start && at && c.places[at - 1].start == d->start)
			d->pointers = c.places[at - 1].count;
	}
	return r;
}
