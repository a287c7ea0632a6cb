/* SPDX-License-Identifier: Apache-2.0 */
/* diff --by-path: growth by shape of path. */
#include "analyze/growth_paths.h"
#include "commands/diff.h"

#define NAMED_MAX 1000 /* rows that are put into words: those that grew or shrank most */

const struct lh_column lh_diff_path_columns[] = {
	{"count_before", NULL, LH_K_COUNT, .hidden = true},
	{"count_after", NULL, LH_K_COUNT, .hidden = true},
	{"count_delta", "MORE", LH_K_COUNT},
	{"bytes_before", NULL, LH_K_BYTES, .hidden = true},
	{"bytes_after", NULL, LH_K_BYTES, .hidden = true},
	{"bytes_delta", "BYTES", LH_K_BYTES},
	{"type", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"root", NULL, LH_K_TEXT, .hidden = true},
	{"example", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static int add_values(struct lh_diff *diff, const struct lh_path_growth *g, struct lh_value type,
		      struct lh_value path, struct lh_value root, struct lh_value example)
{
	return lh_result_row(diff->result,
			     (struct lh_value[]){LH_COUNT(g->count[LH_BEFORE]), LH_COUNT(g->count[LH_AFTER]),
						 LH_COUNT(g->count[LH_AFTER] - g->count[LH_BEFORE]),
						 LH_BYTES(g->bytes[LH_BEFORE]), LH_BYTES(g->bytes[LH_AFTER]),
						 LH_BYTES(g->bytes[LH_AFTER] - g->bytes[LH_BEFORE]), type,
						 path, root, example});
}

static int add_row(struct lh_diff *diff, const struct lh_growth_paths *g, const struct lh_path_growth *row)
{
	_cleanup_string_ struct lh_string path = {0}, root = {0};

	lh_growth_paths_text(g, row, &path, &root);
	if (path.failed || root.failed)
		return lh_nomem(diff->heap->ctx);
	return add_values(diff, row, LH_TEXT(row->type), lh_text_or_null(path.text),
			  lh_text_or_null(root.text), LH_ADDR(row->example));
}

/* Half of the rows that are named are of the most that grew, half of the most that shrank. */
static bool is_named(const struct lh_growth_paths *g, size_t i)
{
	return i < NAMED_MAX / 2 || g->count - i <= NAMED_MAX / 2;
}

static int add_rows(struct lh_diff *diff, const struct lh_growth_paths *g)
{
	struct lh_path_growth rest = {0};
	size_t left = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->count; i++) {
		if (is_named(g, i)) {
			r = lh_progress(diff->heap->ctx, "naming paths", i, g->count);
			if (r == 0)
				r = add_row(diff, g, &g->rows[i]);
			continue;
		}
		for (int moment = 0; moment < LH_MOMENTS; moment++) {
			rest.count[moment] += g->rows[i].count[moment];
			rest.bytes[moment] += g->rows[i].bytes[moment];
		}
		left++;
	}
	if (r == 0 && left)
		r = add_values(diff, &rest, LH_NULL, LH_NULL, LH_NULL, LH_NULL);
	if (r == 0 && left)
		r = lh_result_note(diff->result,
				   "%s paths that changed less are one row, without a type and a path.",
				   LH_COUNTED(left));
	return r;
}

static int suggest(struct lh_diff *diff, const struct lh_growth_paths *g)
{
	const struct lh_path_growth *first = g->rows;

	if (!g->count || first->bytes[LH_AFTER] <= first->bytes[LH_BEFORE])
		return 0;
	return lh_result_next(diff->result, "all that keeps one of them alive", "why 0x%" PRIx64,
			      first->example);
}

/* Objects that lost their root between the moments are somewhere else by now. */
static int note(struct lh_diff *diff, const struct lh_growth_paths *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (!g->rows[i].key)
			return lh_result_note(diff->result,
					      "Rows without a path: no root leads to these objects; they are "
					      "garbage, or held only by garbage.");
	return 0;
}

int lh_diff_paths(struct lh_diff *diff)
{
	_cleanup_(lh_growth_fini) struct lh_growth growth = {0};
	_cleanup_(lh_growth_paths_fini) struct lh_growth_paths paths = {0};
	int r = lh_growth_find(diff->earlier[0].heap, diff->heap, &growth);

	if (r == 0)
		r = lh_growth_paths_find(diff->earlier[0].heap, diff->heap, &paths);
	if (r < 0)
		return r;
	lh_result_columns(diff->result, lh_diff_path_columns, NULL);
	r = lh_diff_headline(diff, &growth);
	if (r == 0)
		r = lh_diff_sums(diff, &growth);
	if (r == 0)
		r = add_rows(diff, &paths);
	if (r == 0)
		r = note(diff, &paths);
	if (r == 0)
		r = suggest(diff, &paths);
	return r == 0 ? lh_diff_warn(diff, &growth) : r;
}
