/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interpreter frames (3.11+), by those at the end of generators: a frame has its code, its function, and what
 * owns it; what follows it within the generator's basic size is its locals.
 */
#include "cpython/visit.h"
#include "discover/derive_tools.h"
#include "discover/prove.h"

#define TAGS 3ull /* of stack references (3.14+) */

static const struct lh_field_row code_row = {"generator", LH_F_IFRAME_EXECUTABLE, "code",
					     "the code of generators' frames"};
static const struct lh_field_row function_row = {"generator", LH_F_IFRAME_FUNCTION, "function",
						 "the function of generators' frames"};

/* Whether the word at @at is what @row says in more than half of the generators, and in none of them anything
 * else. */
static bool holds(struct lh_derive *d, const struct lh_sample *sample, const struct lh_field_row *row,
		  uint32_t at)
{
	unsigned n = 0;

	for (unsigned i = 0; i < sample->count; i++) {
		uint64_t word = lh_derive_word(d, sample->objects[i] + at) & ~TAGS;
		enum lh_field_verdict verdict = lh_field_judge(d->heap, row, word);

		if (verdict == LH_FIELD_LOST || verdict == LH_FIELD_WRONG)
			return false;
		n += verdict == LH_FIELD_HOLDS;
	}
	return n * 2 > sample->count;
}

/* The first such place in a generator; 0: there is none. */
static uint32_t find(struct lh_derive *d, const struct lh_sample *sample, const struct lh_field_row *row,
		     uint32_t limit)
{
	const struct lh_layout *l = &d->heap->layout;

	for (uint32_t at = lh_layout_at(l, LH_F_OBJECT_SIZE); at + 8 <= limit; at += 8)
		if ((int32_t)at != lh_layout_or(l, LH_F_GEN_CODE, -1) && holds(d, sample, row, at))
			return at;
	return 0;
}

static bool is_owner(struct lh_derive *d, const struct lh_sample *sample, uint32_t at)
{
	for (unsigned i = 0; i < sample->count; i++) {
		const uint8_t *p = lh_view_at(&d->view, sample->objects[i] + at, 1);

		if (p && *p != LH_OWNED_BY_GENERATOR)
			return false;
	}
	return true;
}

/* 'owner' is among the last bytes before the locals. */
static void find_owner(struct lh_derive *d, const struct lh_sample *sample, uint32_t start)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t end = lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS), at = lh_layout_at(l, LH_F_IFRAME_OWNER);

	if (at >= end || !is_owner(d, sample, start + at))
		for (at = end - 1; at > end - 16 && !is_owner(d, sample, start + at);)
			at--;
	if (at > end - 16)
		lh_derive_set(d, LH_F_IFRAME_OWNER, at, "generators own their frames");
}

void lh_derive_frames(struct lh_derive *d, const struct lh_sample *generators)
{
	uint32_t size = (uint32_t)lh_derive_basicsize(d, "generator");
	uint32_t code = size < 4096 ? find(d, generators, &code_row, size) : 0;
	uint32_t function = code ? find(d, generators, &function_row, size) : 0;
	uint32_t start = code < function ? code : function;

	/* A frame begins with its code, or with its function (3.11). */
	if (!lh_layout_has(&d->heap->layout, LH_F_GEN_IFRAME) || !start || size < start + 32)
		return;
	lh_derive_set(d, LH_F_GEN_IFRAME, start, code_row.proof);
	lh_derive_set(d, LH_F_IFRAME_EXECUTABLE, code - start, code_row.proof);
	lh_derive_set(d, LH_F_IFRAME_FUNCTION, function - start, function_row.proof);
	lh_derive_set(d, LH_F_IFRAME_LOCALSPLUS, size - start,
		      "tp_basicsize of generator less what is in front");
	lh_derive_set(d, LH_F_IFRAME_SIZE, size - start + 8,
		      "tp_basicsize of generator less what is in front");
	if (lh_layout_has(&d->heap->layout, LH_F_IFRAME_OWNER))
		find_owner(d, generators, start);
}
