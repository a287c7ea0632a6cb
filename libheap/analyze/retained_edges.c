/* SPDX-License-Identifier: Apache-2.0 */
/* References that keep alive what they lead to: no borrowed ones, and none of the dict of interned strings. */
#include "analyze/retained.h"
#include "util/bsearch.h"

static void pass_borrowed(struct lh_retained_edges *e)
{
	const struct lh_borrowed *b = &e->from->borrowed;

	while (e->next < e->end && e->borrowed < b->word_count && b->words[e->borrowed] == e->next) {
		e->borrowed++;
		e->next++;
	}
}

struct lh_retained_edges lh_retained_edges_of(const struct lh_retained *t, uint32_t number)
{
	const struct lh_borrowed *b = &t->borrowed;
	struct lh_retained_edges e = {
		.from = t, .next = t->graph.offsets[number], .end = t->graph.offsets[number + 1]};

	for (size_t i = 0; i < t->silent_count; i++)
		if (t->silent[i] == number)
			e.next = e.end;
	e.borrowed = lh_bsearch_first(b->word_count, i, b->words[i] < e.next);
	pass_borrowed(&e);
	return e;
}

void lh_retained_edges_pass(struct lh_retained_edges *e)
{
	e->next++;
	pass_borrowed(e);
}

uint32_t lh_retained_edges_count(struct lh_retained_edges e)
{
	const struct lh_borrowed *b = &e.from->borrowed;
	size_t end = lh_bsearch_first(b->word_count, i, b->words[i] < e.end);

	return e.end - e.next - (uint32_t)(e.next < e.end ? end - e.borrowed : 0);
}
