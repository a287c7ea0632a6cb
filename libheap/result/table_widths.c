/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How wide columns are. Widths are measured over the rows that are shown, and empty columns are left out. If the
 * line is wider than the terminal, columns that can be spared go first; then the widest text column shrinks
 * until the line fits or all texts are at their minimum.
 */
#include "result/show.h"
#include "result/table_parts.h"

#include <string.h>

#define NARROWEST 12
/* Before texts get narrower, columns that can be spared are left out. */
#define READABLE 20
#define READABLE_PATH 36
#define NAME_MAX 30 /* of a file's name: its column is not cut below this */

static size_t string_width(struct lh_string *s)
{
	return s->text ? lh_show_width(s->text) : 0;
}

/* 0: all of its cells are empty. */
static size_t column_width(const struct lh_result *result, size_t column, bool *failed)
{
	_cleanup_string_ struct lh_string cell = {};
	size_t width = 0, w;

	for (size_t i = 0; i < result->shown; i++) {
		lh_string_clear(&cell);
		lh_table_cell(result, i, column, &cell);
		w = cell.len ? string_width(&cell) : 0;
		width = w > width ? w : width;
	}
	if (width || !result->shown) {
		lh_string_clear(&cell);
		lh_table_title(&cell, &result->columns[column]);
		w = string_width(&cell);
		width = w > width ? w : width;
	}
	*failed |= cell.failed;
	return width;
}

/* The longest name of a file without its folders, and a slash and an ellipsis before it. */
static size_t name_width(const struct lh_result *result, size_t column)
{
	size_t width = NARROWEST, w;

	for (size_t i = 0; i < result->shown; i++) {
		struct lh_value value = lh_result_cell(result, result->order[i], column);
		const char *slash = value.kind == LH_K_TEXT ? strrchr(value.text, '/') : NULL;

		w = slash ? lh_show_width(slash) + 1 : 0;
		width = w > width && w <= NAME_MAX ? w : width;
	}
	return width;
}

void lh_table_measure(struct lh_table *t, bool *failed)
{
	for (size_t i = 0; i < t->result->column_count; i++) {
		if (lh_table_is_hidden(t, i))
			continue;
		t->widths[i] = column_width(t->result, i, failed);
		if (t->style->color && t->result->columns[i].shades)
			t->widths[i] = (t->widths[i] + 1) / 2;
		t->least[i] =
			t->result->columns[i].cut == LH_CUT_FOLDERS ? name_width(t->result, i) : NARROWEST;
		if (!t->widths[i])
			t->hidden |= 1ull << i;
	}
}

static size_t readable_width(const struct lh_table *t, size_t column)
{
	size_t width = t->result->columns[column].cut == LH_CUT_MIDDLE ? READABLE_PATH : READABLE;

	width = width < t->least[column] ? t->least[column] : width;
	return lh_table_is_text(&t->result->columns[column]) && t->widths[column] > width ? width
											  : t->widths[column];
}

static size_t line_width(const struct lh_table *t, bool readable)
{
	size_t total = 0;

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (lh_table_is_hidden(t, i))
			continue;
		total += (readable ? readable_width(t, i) : t->widths[i]) + (total ? LH_TABLE_GAP : 0);
	}
	return total;
}

/* The column that is easiest to spare, or column_count. */
static size_t most_spare(const struct lh_table *t)
{
	const struct lh_column *columns = t->result->columns;
	size_t best = t->result->column_count;

	for (size_t i = 0; i < t->result->column_count; i++)
		if (!lh_table_is_hidden(t, i) && columns[i].spare &&
		    (best == t->result->column_count || columns[i].spare > columns[best].spare))
			best = i;
	return best;
}

/* The widest text column that may still shrink, or column_count. */
static size_t widest_text(const struct lh_table *t)
{
	size_t best = t->result->column_count;

	for (size_t i = 0; i < t->result->column_count; i++)
		if (!lh_table_is_hidden(t, i) && lh_table_is_text(&t->result->columns[i]) &&
		    t->widths[i] > t->least[i] &&
		    (best == t->result->column_count || t->widths[i] > t->widths[best]))
			best = i;
	return best;
}

/* A text that makes sense only as a whole is wrapped, not cut, if it does not fit beside the others. */
static void move_below(struct lh_table *t, size_t limit)
{
	if (line_width(t, false) <= limit)
		return;
	for (size_t i = 0; i < t->result->column_count; i++)
		if (!lh_table_is_hidden(t, i) && t->result->columns[i].below == LH_BELOW_ALL)
			t->below = i;
}

void lh_table_fit(struct lh_table *t, size_t limit)
{
	size_t total, column, over;

	t->width = limit;
	move_below(t, limit);
	while (line_width(t, true) > limit && (column = most_spare(t)) < t->result->column_count)
		t->dropped |= 1ull << column;
	total = line_width(t, false);
	while (total > limit && (column = widest_text(t)) < t->result->column_count) {
		over = total - limit;
		over = over > t->widths[column] - t->least[column] ? t->widths[column] - t->least[column]
								   : over;
		t->widths[column] -= over;
		total -= over;
	}
}
