/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/tally.h"
#include "util/array.h"
#include "util/sort.h"

#include <stdlib.h>

#define MISSED_MAX (1u << 20)
#define BLOCK (1u << 16) /* objects whose counts stay in the cache while all threads' are added */
#define COUNT_MAX (LH_NO_OBJECT - (1u << 17)) /* with room for all that threads add at once */

int lh_tally_init(struct lh_refcounts *out, struct lh_tally *ret)
{
	*ret = (struct lh_tally){
		.out = out, .ctx = out->heap->ctx, .small = lh_new0(uint8_t, (size_t)out->set.count + 1)};
	return ret->small ? 0 : lh_nomem(out->heap->ctx);
}

void lh_tally_fini(struct lh_tally *t)
{
	free(t->small);
	free(t->no_objects);
	free(t->missed);
}

void lh_tally_carry(struct lh_tally *t, uint32_t number)
{
	uint32_t *count = &t->out->precise[number];

	if (__atomic_load_n(count, __ATOMIC_RELAXED) < COUNT_MAX)
		__atomic_fetch_add(count, 256, __ATOMIC_RELAXED);
}

/* ---- words that were missed ---- */

/* Each once, the lowest. So what is kept does not depend on who saw which. */
static size_t keep_lowest(uint64_t *words, size_t count)
{
	size_t kept = 0;

	lh_sort_words(words, count);
	for (size_t i = 0; i < count && kept < MISSED_MAX; i++)
		if (!kept || words[i] != words[kept - 1])
			words[kept++] = words[i];
	return kept;
}

int lh_tally_miss(struct lh_tally *t, uint64_t word)
{
	t->missed_total++;
	if (t->missed_count == 2 * MISSED_MAX)
		t->missed_count = keep_lowest(t->missed, t->missed_count);
	return lh_append(t->ctx, t->missed, t->missed_count, t->missed_capacity, word);
}

static int add_missed(struct lh_refcounts *out, struct lh_tally *t)
{
	int r = lh_grow(out->heap->ctx, &out->missed, &out->missed_capacity,
			out->missed_count + t->missed_count + 1, sizeof(*out->missed));

	if (r < 0)
		return r;
	if (t->missed_count)
		memcpy(out->missed + out->missed_count, t->missed, t->missed_count * sizeof(*t->missed));
	out->missed_count += t->missed_count;
	out->missed_total += t->missed_total;
	t->missed_count = 0;
	t->missed_total = 0;
	if (out->missed_count > MISSED_MAX)
		out->missed_count = keep_lowest(out->missed, out->missed_count);
	out->missed_more = out->missed_total > MISSED_MAX ? out->missed_total - MISSED_MAX : 0;
	return 0;
}

/* ---- all ---- */

static void add_counts(struct lh_refcounts *out, struct lh_tally *t, uint32_t from, uint32_t end)
{
	for (uint32_t i = from; i < end; i++)
		out->precise[i] += out->precise[i] == LH_NO_OBJECT ? 0 : t->small[i];
	memset(t->small + from, 0, end - from);
}

static void set_no_objects(struct lh_refcounts *out, struct lh_tally *t)
{
	for (size_t i = 0; i < t->no_object_count; i++)
		out->precise[t->no_objects[i]] = LH_NO_OBJECT;
	t->no_object_count = 0;
}

int lh_tally_add_up(struct lh_refcounts *out, struct lh_tally *const *tallies, unsigned count)
{
	int r = 0;

	for (uint32_t from = 0, end; from < out->set.count; from = end) {
		end = out->set.count - from > BLOCK ? from + BLOCK : out->set.count;
		for (unsigned w = 0; w < count; w++)
			add_counts(out, tallies[w], from, end);
	}
	for (unsigned w = 0; w < count; w++) {
		set_no_objects(out, tallies[w]);
		out->incomplete += tallies[w]->incomplete;
		tallies[w]->incomplete = 0;
	}
	for (unsigned w = 0; w < count && r == 0; w++)
		r = add_missed(out, tallies[w]);
	return r;
}
