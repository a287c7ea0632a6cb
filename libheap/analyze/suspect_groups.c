/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One group per type and direction. The holders are found by one more pass over all objects, so that a reader
 * sees at once whether the suspects are all in one list, cache or attribute.
 */
#include "analyze/suspect_groups.h"
#include "cpython/edge.h"
#include "cpython/type_name.h"
#include "cpython/visit.h"
#include "util/array.h"

static struct lh_suspect_group *find_group(struct lh_suspect_groups *g, const struct lh_type *type,
					   bool deficit)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].type == type && g->items[i].deficit == deficit)
			return &g->items[i];
	return NULL;
}

static void vote(struct lh_suspect_group *group, int64_t unexplained)
{
	if (!group->votes)
		group->each = unexplained;
	group->votes += group->each == unexplained ? 1 : -1ull;
}

static int add_suspect(struct lh_heap *heap, struct lh_suspect_groups *g, const struct lh_suspect *s)
{
	struct lh_suspect_group *group = find_group(g, s->type, s->unexplained < 0);
	int r;

	if (group) {
		group->objects++;
		group->unexplained += s->unexplained;
		vote(group, s->unexplained);
		return 0;
	}
	r = lh_append(heap->ctx, g->items, g->count, g->capacity,
		      ((struct lh_suspect_group){.type = s->type,
						 .deficit = s->unexplained < 0,
						 .objects = 1,
						 .unexplained = s->unexplained,
						 .each = s->unexplained,
						 .votes = 1,
						 .example = s->addr}));
	return r;
}

/* ---- holders ---- */

struct search {
	struct lh_heap *heap;
	const struct lh_refaudit *audit;
	struct lh_suspect_groups *groups;
	struct lh_addrset set; /* the suspects: number i is suspects[i], since both are in address order */
	struct lh_type *holder;
	bool failed;
};

/* "dict ['conn']", "list [i]": the edge, without what differs from one object to the next. */
static void shape_of(struct search *s, const struct lh_span *span, uint64_t i, struct lh_string *out)
{
	lh_string_add(out, lh_type_name(s->heap, s->holder));
	lh_string_add(out, " ");
	if (span->label == LH_LABEL_INDEX)
		lh_string_add(out, "[i]");
	else
		lh_span_edge(s->heap, span, i, out);
}

static void add_holder(struct search *s, struct lh_suspect_group *group, struct lh_string *shape)
{
	for (unsigned k = 0; k < LH_HOLDERS_MAX; k++) {
		struct lh_holder *h = &group->holders[k];

		if (!h->count) {
			h->text = *shape;
			*shape = (struct lh_string){0};
		} else if (strcmp(h->text.text, shape->text) != 0) {
			continue;
		}
		h->count++;
		return;
	}
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	for (uint64_t i = 0; i < span->count && !s->failed; i++) {
		_cleanup_string_ struct lh_string shape = {0};
		uint32_t number = lh_addrset_index(&s->set, lh_span_word(span, i));
		const struct lh_suspect *suspect;

		if (number == LH_NO_INDEX)
			continue;
		suspect = &s->audit->suspects[number];
		shape_of(s, span, i, &shape);
		if (shape.failed || !shape.text)
			s->failed = true;
		else
			add_holder(s, find_group(s->groups, suspect->type, suspect->unexplained < 0), &shape);
	}
}

static int look_at_all(struct search *s)
{
	struct lh_visitor v = {.heap = s->heap, .view = lh_view_of(s->heap->target), .fn = on_span, .arg = s};
	struct lh_addrset_iter iter = {.set = &s->audit->counts.set};
	uint64_t addr, done = 0;
	int r = 0;

	while (r >= 0 && !s->failed && lh_addrset_next(&iter, &addr) == 0) {
		struct lh_object o;

		r = lh_object_at(s->heap, &v.view, addr, &o);
		if (r != 0)
			continue;
		s->holder = o.type;
		lh_visit(&v, &o);
		if (++done % 65536 == 0)
			r = lh_progress(s->heap->ctx, "looking for holders", done, iter.set->count);
	}
	if (r >= 0 && s->failed)
		return lh_nomem(s->heap->ctx);
	return r < 0 ? r : 0;
}

int lh_suspect_groups_make(struct lh_heap *heap, const struct lh_refaudit *audit,
			   struct lh_suspect_groups *ret)
{
	struct search s = {.heap = heap, .audit = audit, .groups = ret};
	int r = 0;

	*ret = (struct lh_suspect_groups){0};
	lh_addrset_init(&s.set, heap->ctx);
	for (size_t i = 0; r >= 0 && i < audit->suspect_count; i++) {
		r = add_suspect(heap, ret, &audit->suspects[i]);
		if (r == 0)
			r = lh_addrset_add(&s.set, audit->suspects[i].addr);
	}
	lh_addrset_finish(&s.set);
	if (r == 0 && audit->suspect_count)
		r = look_at_all(&s);
	lh_addrset_fini(&s.set);
	return r;
}

void lh_suspect_groups_fini(struct lh_suspect_groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		for (unsigned k = 0; k < LH_HOLDERS_MAX; k++)
			lh_string_fini(&g->items[i].holders[k].text);
	free(g->items);
	*g = (struct lh_suspect_groups){0};
}
