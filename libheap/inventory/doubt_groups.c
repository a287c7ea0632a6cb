/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where doubted words lie. Each body that has some is read once, and its words are matched with the doubts in
 * the order of what they lead to; places become groups in the order of type and offset. So a body of a
 * million doubted words, or a million types, cost no more than sorting them.
 */
#include "cpython/edge.h"
#include "inventory/doubts.h"
#include "util/array.h"

#include <stdlib.h>

/* A word of the body that is being read. */
struct word {
	uint32_t to;
	uint64_t offset;
	const struct lh_type *named_by;
};

struct grouper {
	const struct lh_doubts *of;
	struct lh_doubt *doubts; /* by from, then to */
	size_t count, capacity;
	struct word *words;
	size_t word_count, word_capacity;
	struct lh_doubt_groups *out; /* one per word until the end */
	int error;
};

static void grouper_fini(struct grouper *g)
{
	free(g->doubts);
	free(g->words);
}

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_from(const void *a, const void *b)
{
	const struct lh_doubt *x = a, *y = b;

	return x->from != y->from ? order(x->from, y->from) : order(x->to, y->to);
}

static int by_to(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return x->to != y->to ? order(x->to, y->to) : order(x->offset, y->offset);
}

static int by_place(const void *a, const void *b)
{
	const struct lh_doubt_group *x = a, *y = b;

	return x->type != y->type ? order(x->type->index, y->type->index) : order(x->offset, y->offset);
}

static int by_words(const void *a, const void *b)
{
	const struct lh_doubt_group *x = a, *y = b;

	return x->words != y->words ? order(y->words, x->words) : by_place(a, b);
}

static void on_word(void *arg, const struct lh_span *span)
{
	struct grouper *g = arg;
	struct word word = {.offset = span->first, .named_by = span->type};

	if (span->label != LH_LABEL_BODY || g->error < 0)
		return;
	word.to = lh_addrset_index(g->of->set, lh_span_word(span, 0));
	if (word.to != LH_NO_INDEX)
		g->error = lh_append(g->of->heap->ctx, g->words, g->word_count, g->word_capacity, word);
}

/* As many words as there are doubts about what they lead to: which of them are not references is not known,
 * so the first ones are taken. */
static int match(struct grouper *g, struct lh_type *type, const struct lh_doubt *doubts, size_t count)
{
	size_t k = 0;
	int r = 0;

	if (g->word_count)
		qsort(g->words, g->word_count, sizeof(*g->words), by_to);
	for (size_t i = 0; i < g->word_count && k < count && r == 0; i++) {
		const struct word *word = &g->words[i];

		while (k < count && doubts[k].to < word->to)
			k++;
		if (k == count || doubts[k].to != word->to)
			continue;
		k++;
		r = lh_append(g->of->heap->ctx, g->out->items, g->out->count, g->out->capacity,
			      ((struct lh_doubt_group){type, word->named_by, word->offset, 1}));
	}
	return r;
}

/* All doubts in one object's body. */
static int read_body(struct grouper *g, struct lh_visitor *v, const struct lh_doubt *doubts, size_t count)
{
	struct lh_object o;

	if (lh_object_at(g->of->heap, &v->view, lh_addrset_nth(g->of->set, doubts->from), &o) != 0)
		return 0;
	g->word_count = 0;
	lh_visit(v, &o);
	return g->error < 0 ? g->error : match(g, o.type, doubts, count);
}

static int read_bodies(struct grouper *g)
{
	struct lh_heap *heap = g->of->heap;
	struct lh_visitor v = {.heap = heap,
			       .view = lh_view_of(heap->target),
			       .fn = on_word,
			       .arg = g,
			       .gc_only = g->of->flags};
	int r = 0;

	for (size_t i = 0, end; i < g->count && r == 0; i = end) {
		for (end = i + 1; end < g->count && g->doubts[end].from == g->doubts[i].from; end++)
			;
		r = read_body(g, &v, g->doubts + i, end - i);
	}
	return r;
}

/* Words at one place become one group. */
static void merge(struct lh_doubt_groups *groups)
{
	size_t kept = 0;

	if (!groups->count)
		return;
	qsort(groups->items, groups->count, sizeof(*groups->items), by_place);
	for (size_t i = 1; i < groups->count; i++)
		if (by_place(&groups->items[i], &groups->items[kept]) == 0)
			groups->items[kept].words++;
		else
			groups->items[++kept] = groups->items[i];
	groups->count = kept + 1;
	qsort(groups->items, groups->count, sizeof(*groups->items), by_words);
}

int lh_doubts_group(const struct lh_doubts *d, struct lh_doubt_groups *ret)
{
	_cleanup_(grouper_fini) struct grouper g = {.of = d, .out = ret};
	int r = 0;

	*ret = (struct lh_doubt_groups){0};
	for (size_t k = 0; k < d->count && r == 0; k++)
		if (!d->flags || !(d->flags[d->items[k].from] & d->without))
			r = lh_append(d->heap->ctx, g.doubts, g.count, g.capacity, d->items[k]);
	if (g.count)
		qsort(g.doubts, g.count, sizeof(*g.doubts), by_from);
	if (r == 0)
		r = read_bodies(&g);
	merge(ret);
	return r;
}

void lh_doubt_group_edge(struct lh_heap *heap, const struct lh_doubt_group *group, struct lh_string *out)
{
	const struct lh_span span = {
		.count = 1, .label = LH_LABEL_BODY, .first = group->offset, .type = group->named_by};

	lh_span_edge(heap, &span, 0, out);
}

void lh_doubt_groups_fini(struct lh_doubt_groups *groups)
{
	free(groups->items);
	*groups = (struct lh_doubt_groups){0};
}
