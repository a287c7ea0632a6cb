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

static void add_place(struct counter *c, uint64_t start, uint64_t size)
{
	if (start && size <= UINT64_MAX - start)
		c->places[c->count++] = (struct place){start, start + size, 0};
}

/* Damages in one thing share a place. */
static void list_places(const struct lh_verify *v, struct counter *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct lh_damage *d = &v->damages[i];

		add_place(c, d->pointers < 0 ? d->start : 0, d->size);
		add_place(c, d->held, 8);
	}
	if (c->count)
		qsort(c->places, c->count, sizeof(*c->places), by_start);
	for (size_t i = 0; i < c->count; i++)
		if (!kept || c->places[i].start != c->places[kept - 1].start)
			c->places[kept++] = c->places[i];
		else
			c->places[kept - 1].end = c->places[i].end;
	c->count = kept;
}

/* -1: it is not among the places. */
static int64_t pointers_to(const struct counter *c, uint64_t start)
{
	size_t at = lh_bsearch_first(c->count, k, c->places[k].start <= start);

	return at && c->places[at - 1].start == start ? c->places[at - 1].count : -1;
}

static void drop_unheld(struct lh_verify *v, const struct counter *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		struct lh_damage *d = &v->damages[i];

		if (d->held && pointers_to(c, d->held) == 0) {
			v->checks[d->check].errors--;
			v->checks[d->check].moving++;
			v->errors--;
			lh_string_fini(&d->text);
		} else {
			v->damages[kept++] = *d;
		}
	}
	v->count = kept;
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
	_cleanup_free_ struct place *places = lh_new0(struct place, 2 * v->count + 1);
	struct counter c = {.places = places};
	int r;

	if (!places)
		return lh_nomem(v->heap->ctx);
	list_places(v, &c);
	r = c.count ? look(v, &c) : 0;
	if (r < 0)
		return r;
	for (size_t i = 0; i < v->count; i++)
		if (v->damages[i].pointers < 0 && v->damages[i].start)
			v->damages[i].pointers = pointers_to(&c, v->damages[i].start);
	drop_unheld(v, &c);
	return 0;
}
