/* SPDX-License-Identifier: Apache-2.0 */
/* Searching writable memory word by word, without the holes; see word_search.h. */
#include "target/word_search.h"
#include "util/bytes.h"

/* Return: LH_DONE when the budget is used up. */
static int search_bytes(struct lh_word_search *search, uint64_t start, const uint8_t *p, uint64_t len)
{
	for (uint64_t o = 0; len - o >= 8; o += 8) {
		int r;

		if (search->budget < 8)
			return LH_DONE;
		search->budget -= 8;
		r = search->is_it(search, start + o, lh_u64(p + o));
		if (r != LH_ABSENT)
			return r;
	}
	return LH_ABSENT;
}

/* [@at, @end) of one run of memory. What a core's file has no bytes for is zeros, and costs nothing. */
static int search_run(struct lh_word_search *search, struct lh_view *view, uint64_t at, uint64_t end)
{
	uint64_t len;
	int r = LH_ABSENT;

	for (; at < end && end - at >= 8 && r == LH_ABSENT; at += len < 8 ? 8 : len & ~7ull) {
		const uint8_t *p = lh_view_run(view, at, &len);

		len = len < end - at ? len : end - at;
		if (p)
			r = search_bytes(search, at, p, len);
	}
	return r;
}

int lh_word_search(struct lh_word_search *search, uint64_t start, uint64_t end)
{
	struct lh_view view = lh_view_of(search->target);
	struct lh_range run = {.end = start};
	int r = LH_ABSENT;

	while (r == LH_ABSENT && lh_target_next_writable(search->target, run.end, end, &run))
		r = search_run(search, &view, (run.start + 7) & ~7ull, run.end);
	return r == LH_DONE ? LH_ABSENT : r;
}
