/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aligned columns. Widths are measured over the rows that are shown; when the line is wider than the
 * terminal, the widest text column gives way until the line fits or all texts are at their minimum.
 */
#include "command/result_impl.h"
#include "command/show.h"
#include "util/array.h"

#include <ctype.h>
#include <string.h>

#define GAP 2
#define NARROWEST 16
#define STEP 4096 /* rows between looks at the user's ^C */

static bool is_text(const struct lh_column *column)
{
	return column->kind == LH_K_TEXT || column->kind == LH_K_LIST;
}

static bool is_hidden(const struct lh_result *result, size_t column)
{
	return result->hidden >> column & 1;
}

static void show_title(struct lh_string *out, const struct lh_column *column)
{
	char c;

	if (column->title) {
		lh_string_add(out, column->title);
		return;
	}
	for (const char *p = column->name; *p; p++) {
		c = *p == '_' ? ' ' : (char)toupper((unsigned char)*p);
		lh_string_add_bytes(out, &c, 1);
	}
}

static size_t string_width(struct lh_string *s)
{
	return s->text ? lh_show_width(s->text) : 0;
}

static size_t column_width(const struct lh_result *result, size_t column, bool *failed)
{
	_cleanup_string_ struct lh_string cell = {};
	struct lh_value value;
	size_t width, w;

	show_title(&cell, &result->columns[column]);
	width = string_width(&cell);
	for (size_t i = 0; i < result->shown; i++) {
		value = lh_result_cell(result, result->order[i], column);
		cell.len = 0;
		lh_show_value(&cell, &value);
		w = cell.len ? string_width(&cell) : 0;
		width = w > width ? w : width;
	}
	*failed |= cell.failed;
	return width;
}

/* The widest text column that may still shrink, or column_count. */
static size_t widest_text(const struct lh_result *result, const size_t *widths)
{
	size_t best = result->column_count;

	for (size_t i = 0; i < result->column_count; i++)
		if (!is_hidden(result, i) && is_text(&result->columns[i]) && widths[i] > NARROWEST &&
		    (best == result->column_count || widths[i] > widths[best]))
			best = i;
	return best;
}

static void fit_widths(const struct lh_result *result, size_t *widths, size_t limit)
{
	size_t total = 0, column, over;

	for (size_t i = 0; i < result->column_count; i++)
		if (!is_hidden(result, i))
			total += widths[i] + (total ? GAP : 0);
	while (total > limit && (column = widest_text(result, widths)) < result->column_count) {
		over = total - limit;
		over = over > widths[column] - NARROWEST ? widths[column] - NARROWEST : over;
		widths[column] -= over;
		total -= over;
	}
}

static void pad(struct lh_string *out, size_t columns)
{
	for (; columns > 0; columns--)
		lh_string_add(out, " ");
}

static void add_cell(struct lh_string *out, const char *text, size_t width, bool left, bool last)
{
	size_t taken = lh_show_width(text), room = taken < width ? width - taken : 0;

	if (!left)
		pad(out, room);
	lh_show_cut(out, text, width);
	if (left && !last)
		pad(out, room);
	if (!last)
		pad(out, GAP);
}

/* Whether columns that are told once say the same up to @column as the row above. */
static bool is_told(const struct lh_result *result, size_t shown, size_t column)
{
	if (shown == 0 || !result->columns[column].once)
		return false;
	for (size_t i = 0; i <= column; i++) {
		struct lh_value a = lh_result_cell(result, result->order[shown], i),
				b = lh_result_cell(result, result->order[shown - 1], i);

		if (result->columns[i].once && !lh_value_same(&a, &b))
			return false;
	}
	return true;
}

/* One line; @shown is the place of its row among those shown, SIZE_MAX for the titles. */
static void add_line(const struct lh_result *result, const size_t *widths, size_t shown,
		     struct lh_string *out)
{
	_cleanup_string_ struct lh_string cell = {};
	const struct lh_column *column = result->columns;
	size_t last = result->column_count - 1;
	struct lh_value value;

	while (last > 0 && is_hidden(result, last))
		last--;
	for (size_t i = 0; i <= last; i++) {
		if (is_hidden(result, i))
			continue;
		cell.len = 0;
		if (shown == SIZE_MAX) {
			show_title(&cell, &column[i]);
		} else if (!is_told(result, shown, i)) {
			value = lh_result_cell(result, result->order[shown], i);
			lh_show_value(&cell, &value);
		}
		add_cell(out, cell.len ? cell.text : "", widths[i], is_text(&column[i]), i == last);
	}
	while (out->len && out->text[out->len - 1] == ' ') /* cells at the end may be empty */
		out->text[--out->len] = '\0';
	out->failed |= cell.failed;
}

/* Where the user sees it first he is told how to see all. */
static void add_folded(const struct lh_result *result, size_t number, struct lh_string *out)
{
	const struct lh_folded *f = &result->folded[number];
	struct lh_value count = LH_COUNT(f->times);

	lh_string_add(out, "\u2026 ");
	if (f->rows == 1)
		lh_string_add(out, "the line above, ");
	else if (f->rows)
		lh_string_addf(out, "the %zu lines above, ", f->rows);
	lh_show_value(out, &count);
	if (f->rows)
		lh_string_add(out, " more times");
	else
		lh_string_addf(out, " more %s%s at the same lines", result->fold.noun,
			       f->times == 1 ? "" : "s");
	lh_string_add(out, number == 0 ? " (--no-fold shows all)\n" : "\n");
}

int lh_render_table(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	_cleanup_free_ size_t *widths = lh_new0(size_t, result->column_count + 1);
	size_t folded = 0;
	int r;

	if (!widths)
		return lh_nomem(result->ctx);
	for (size_t i = 0; i < result->column_count; i++)
		if (!is_hidden(result, i))
			widths[i] = column_width(result, i, &out->failed);
	if (style->width)
		fit_widths(result, widths, style->width);
	lh_string_add(out, style->color ? "\033[1m" : "");
	add_line(result, widths, SIZE_MAX, out);
	lh_string_add(out, style->color ? "\033[0m\n" : "\n");
	for (size_t i = 0; i < result->shown; i++) {
		if (i % STEP == STEP - 1) {
			r = lh_progress(result->ctx, "writing rows", i, result->shown);
			if (r != 0)
				return r;
		}
		add_line(result, widths, i, out);
		lh_string_add(out, "\n");
		for (; folded < result->folded_count && result->folded[folded].after == i; folded++)
			add_folded(result, folded, out);
	}
	return 0;
}
