/* SPDX-License-Identifier: Apache-2.0 */
/* diff of three moments: what was born between the first two and is still there in the last. */
#include "analyze/stays.h"
#include "command/findings.h"
#include "commands/diff.h"
#include "cpython/size.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"

const struct lh_column lh_diff_stay_columns[] = {
	{"type", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"doubtful", NULL, LH_K_COUNT, .spare = 1},
	{"count_before", NULL, LH_K_COUNT, .hidden = true},
	{"count_after", NULL, LH_K_COUNT, .hidden = true},
	{"count_delta", NULL, LH_K_COUNT, .hidden = true},
	{"bytes_delta", NULL, LH_K_BYTES, .hidden = true},
	{"example", NULL, LH_K_ADDR},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LINE},
	{},
};

const struct lh_column lh_diff_object_columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"bytes", NULL, LH_K_BYTES},
	{},
};

/** struct teller - the set, and the growth from the first moment to the last */
struct teller {
	struct lh_diff *diff;
	struct lh_stays stays;
	struct lh_growth growth;
};

static void teller_fini(struct teller *t)
{
	lh_stays_fini(&t->stays);
	lh_growth_fini(&t->growth);
}

static int add_row(struct teller *t, const struct lh_stay_type *s)
{
	_cleanup_string_ struct lh_string path = {0};
	const struct lh_growth_type *g = &t->growth.types[t->growth.row_of[LH_AFTER][s->type->index]];

	if (s->place != LH_NO_PLACE)
		lh_place_text(&t->stays.paths, s->place, &path, NULL);
	if (path.failed)
		return lh_nomem(t->diff->heap->ctx);
	return lh_result_row(t->diff->result,
			     (struct lh_value[]){LH_TEXT(lh_type_name(t->diff->heap, s->type)),
						 LH_COUNT(s->count), LH_BYTES(s->bytes),
						 LH_COUNT(s->doubtful), LH_COUNT(g->count[LH_BEFORE]),
						 LH_COUNT(g->count[LH_AFTER]),
						 LH_COUNT(g->count[LH_AFTER] - g->count[LH_BEFORE]),
						 LH_BYTES(g->bytes[LH_AFTER] - g->bytes[LH_BEFORE]),
						 LH_ADDR(s->example), lh_text_or_null(path.text)});
}

static int add_rows(struct teller *t)
{
	int r = 0;

	lh_result_columns(t->diff->result, lh_diff_stay_columns, NULL);
	for (size_t i = 0; r == 0 && i < t->stays.count; i++)
		r = add_row(t, &t->stays.types[i]);
	return r;
}

static int add_object(struct teller *t, struct lh_view *view, uint32_t number, uint64_t addr)
{
	struct lh_heap *heap = t->diff->heap;
	struct lh_type *type = heap->types.items[t->stays.inventory->types[number]];
	struct lh_object o;

	if (lh_object_known(heap, view, addr, type, &o) != 0)
		return 0;
	return lh_result_row(t->diff->result,
			     (struct lh_value[]){LH_ADDR(addr), LH_TEXT(lh_type_name(heap, type)),
						 LH_BYTES(lh_object_bytes_alone(heap, view, &o))});
}

static int add_objects(struct teller *t)
{
	struct lh_view view = lh_view_of(t->diff->heap->target);
	uint32_t at = 0;
	uint64_t addr;
	int r = 0;

	lh_result_columns(t->diff->result, lh_diff_object_columns, "bytes");
	while (r == 0 && lh_stays_next(&t->stays, &at, &addr) == 0)
		r = add_object(t, &view, at - 1, addr);
	return r;
}

static int summarize(struct teller *t)
{
	int r = lh_result_summarize(
		t->diff->result,
		(struct lh_summary[]){
			{"objects", "objects", LH_COUNT(t->stays.objects)},
			{"bytes", "bytes", LH_BYTES(t->stays.bytes)},
			{"doubtful", t->stays.doubtful ? "doubtful ones" : NULL, LH_COUNT(t->stays.doubtful)},
			{},
		});

	return r == 0 ? lh_diff_sums(t->diff, &t->growth) : r;
}

static int note(struct teller *t)
{
	int r = 0;

	if (t->stays.doubtful)
		r = lh_result_note(
			t->diff->result,
			"Doubtful ones have the address and type of an object of the moment before and "
			"other contents: changed since, or new ones at an address that was free "
			"again. They are not in the figures before.");
	if (r == 0 && t->stays.count)
		r = lh_result_next(t->diff->result, "all that keeps it alive", "why 0x%" PRIx64,
				   t->stays.types[0].example);
	return r;
}

int lh_diff_stays(struct lh_diff *diff, bool objects)
{
	_cleanup_(teller_fini) struct teller t = {.diff = diff};
	int r = lh_stays_find(diff->earlier[0].heap, diff->earlier[1].heap, diff->heap, &t.stays);

	if (r == 0)
		r = lh_growth_find(diff->earlier[0].heap, diff->heap, &t.growth);
	if (r == 0)
		r = lh_result_headline(diff->result,
				       "Born between %s and %s, and still there:", diff->words[0],
				       diff->words[1]);
	if (r == 0)
		r = summarize(&t);
	if (r == 0)
		r = objects ? add_objects(&t) : add_rows(&t);
	if (r == 0)
		r = note(&t);
	return r == 0 ? lh_diff_warn(diff, &t.growth) : r;
}
