/* SPDX-License-Identifier: Apache-2.0 */
/* Searching writable memory word by word, without the holes; see word_search.h. */
#include "target/word_search.h"
#include "target/word_run.h"
#include "util/bytes.h"

/* Return: LH_DONE when the budget is used up. */
static int search_run(struct lh_word_search *search, const struct lh_word_run *run)
{
	for (uint64_t i = 0; i < run->len; i += 8) {
		int r;

		if (search->budget < 8)
			return LH_DONE;
		search->budget -= 8;
		r = search->is_it(search, run->at + i, lh_u64(run->words + i));
		if (r != LH_ABSENT)
			return r;
	}
	return LH_ABSENT;
}

int lh_word_search(struct lh_word_search *search, uint64_t start, uint64_t end)
{
	struct lh_view view = lh_view_of(search->target);
	struct lh_range part = {.end = start};
	int r = LH_ABSENT;

	while (r == LH_ABSENT && lh_target_next_writable(search->target, part.end, end, &part)) {
		struct lh_word_run run = lh_word_run_of(part.start, part.end);

		while (r == LH_ABSENT && lh_word_run_next(&run, &view, UINT64_MAX))
			r = search_run(search, &run);
	}
	return r == LH_DONE ? LH_ABSENT : r;
}
