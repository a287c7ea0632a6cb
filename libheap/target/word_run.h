/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over the words of memory, without what is missing and without the holes. */
#ifndef LH_TARGET_WORD_RUN_H
#define LH_TARGET_WORD_RUN_H

#include "target/target.h"

/** struct lh_word_run - words at multiples of 8 that follow each other, within the part that is walked over */
struct lh_word_run {
	uint64_t at, len; /* address of the first, and their bytes */
	const uint8_t *words;
	uint64_t end; /* of the part */
};

/** lh_word_run_of() - before the first run of [@start, @end) */
static inline struct lh_word_run lh_word_run_of(uint64_t start, uint64_t end)
{
	bool has_any = start < end && end - start >= 8;

	return (struct lh_word_run){.at = has_any ? (start + 7) & ~7ull : end, .end = end};
}

/**
 * lh_word_run_next() - the next run, of at most @most bytes: a multiple of 8
 * Use: run = lh_word_run_of(start, end); while (lh_word_run_next(&run, &view, most)) ...
 * Return: false when there is none any more.
 */
static inline bool lh_word_run_next(struct lh_word_run *run, struct lh_view *view, uint64_t most)
{
	for (run->at += run->len; run->at < run->end && run->end - run->at >= 8; run->at += run->len) {
		uint64_t left = run->end - run->at;

		run->words = lh_view_run(view, run->at, &run->len);
		run->len = run->len < left ? run->len : left;
		run->len = run->len < 8 ? 8 : run->len & ~7ull;
		if (!run->words)
			continue;
		run->len = run->len < most ? run->len : most;
		return true;
	}
	return false;
}

#endif
