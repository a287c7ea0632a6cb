/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aligned columns (table_widths.c says how wide). Texts that make sense only as a whole are not cut,
 * but shown below their row.
 */
#include "result/shades.h"
#include "result/show.h"
#include "result/table_parts.h"
#include "util/array.h"

#define INDENT 8  /* of lines below a row */
#define STEP 4096 /* rows between looks at the user's ^C */

static void pad(struct lh_string *out, size_t columns)
{
	for (; columns > 0; columns--)
		lh_string_add(out, " ");
}

/* Numbers end below each other, texts and pictures begin there. */
static bool is_left(const struct lh_column *column)
{
	return lh_table_is_text(column) || column->shades;
}

static void add_cell(struct lh_string *out, const char *text, const struct lh_column *column, size_t width)
{
	size_t taken = lh_show_width(text), at = out->len;

	if (!is_left(column) && taken < width)
		pad(out, width - taken);
	lh_show_cut(out, text, width, column->cut);
	/* What is cut may be narrower than the column: where a step or a folder ends. */
	taken = out->len > at ? lh_show_width(out->text + at) : 0;
	if (is_left(column) && taken < width)
		pad(out, width - taken);
	pad(out, LH_TABLE_GAP);
}

/* Whether the columns shown once are, up to @column, as in the row above. */
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

/* Whether @text is shown on separate lines, since it does not fit. */
static bool goes_below(const struct lh_table *t, size_t column, const char *text)
{
	enum lh_below below = t->result->columns[column].below;

	return below == LH_BELOW_LINE || (below == LH_BELOW_LONG && lh_show_width(text) > t->widths[column]);
}

/* A picture in colours. Return: whether the cell is one. */
static bool add_halves(const struct lh_table *t, size_t shown, size_t column, struct lh_string *out)
{
	struct lh_value value = LH_NULL;

	if (!t->style->color || !t->result->columns[column].shades || shown == SIZE_MAX)
		return false;
	value = lh_result_cell(t->result, t->result->order[shown], column);
	if (value.kind == LH_K_TEXT)
		lh_show_halves(out, value.text);
	return true;
}

/* One line; @shown is the index of its row among those shown, SIZE_MAX for the titles. */
static void add_line(const struct lh_table *t, size_t shown, struct lh_string *out)
{
	_cleanup_string_ struct lh_string cell = {};
	const struct lh_column *column = t->result->columns;

	if (t->numbers && shown == SIZE_MAX)
		pad(out, t->numbers);
	else if (t->numbers)
		lh_string_addf(out, "%*zu  ", (int)t->numbers - LH_TABLE_GAP, shown + 1);
	for (size_t i = 0; i < t->result->column_count; i++) {
		if (lh_table_is_hidden(t, i))
			continue;
		lh_string_clear(&cell);
		if (add_halves(t, shown, i, out))
			continue;
		if (shown == SIZE_MAX)
			lh_table_title(&cell, &column[i]);
		else if (!is_told(t->result, shown, i))
			lh_table_cell(t->result, shown, i, &cell);
		add_cell(out, cell.len && !goes_below(t, i, cell.text) ? cell.text : "", &column[i],
			 t->widths[i]);
	}
	while (out->len && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
	out->failed |= cell.failed;
}

static void add_broken(const struct lh_table *t, char *text, struct lh_string *out)
{
	char *end;

	for (; text; text = end) {
		end = t->width ? lh_show_break(text, t->width > 2 * INDENT ? t->width - INDENT : INDENT)
			       : NULL;
		if (end)
			*end++ = '\0';
		lh_string_add(out, "\n");
		pad(out, INDENT);
		lh_string_add(out, text);
	}
}

/* Whether column @i has separate lines at all; @shown as in add_line(). */
static bool may_go_below(const struct lh_table *t, size_t i, size_t shown)
{
	enum lh_below below = t->result->columns[i].below;

	if (i == t->below)
		return true;
	if (shown == SIZE_MAX || (t->hidden | t->dropped) >> i & 1)
		return false;
	return below == LH_BELOW_LINE || (below == LH_BELOW_LONG && !lh_table_is_hidden(t, i));
}

/* A line of its own says nothing of a value that is not there. */
static void show_below(const struct lh_table *t, size_t shown, size_t i, struct lh_string *out)
{
	const struct lh_column *column = &t->result->columns[i];
	struct lh_value value = {.kind = LH_K_NULL};

	if (shown != SIZE_MAX)
		value = lh_result_cell(t->result, t->result->order[shown], i);
	if (shown == SIZE_MAX)
		lh_table_title(out, column);
	else if (column->command && value.kind == LH_K_TEXT)
		lh_show_command(out, value.text, t->style);
	else if (column->below != LH_BELOW_LINE || value.kind != LH_K_NULL)
		lh_table_cell(t->result, shown, i, out);
}

/* Texts on separate lines; @shown as in add_line(). */
static void add_below(const struct lh_table *t, size_t shown, struct lh_string *out)
{
	_cleanup_string_ struct lh_string cell = {};

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (!may_go_below(t, i, shown))
			continue;
		lh_string_clear(&cell);
		show_below(t, shown, i, &cell);
		if (cell.len && (i == t->below || goes_below(t, i, cell.text)))
			add_broken(t, cell.text, out);
	}
	out->failed |= cell.failed;
}

static void add_dropped(const struct lh_table *t, struct lh_string *out)
{
	const char *before = "Left out, for the width: ";

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (!(t->dropped >> i & 1))
			continue;
		lh_string_add(out, before);
		lh_table_title(out, &t->result->columns[i]);
		before = ", ";
	}
	if (t->dropped)
		lh_string_addf(out, " (%s has all)\n", lh_hint(t->result->ctx, LH_HINT_ALL_COLUMNS));
}

/* The first time, say how to see all. */
static void add_folded(const struct lh_result *result, size_t number, struct lh_string *out)
{
	const struct lh_folded *f = &result->folded[number];
	struct lh_value count = LH_COUNT(f->times);

	lh_string_add(out, "… ");
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
	if (number == 0)
		lh_string_addf(out, " (%s shows all)", lh_hint(result->ctx, LH_HINT_ALL_LINES));
	lh_string_add(out, "\n");
}

static int add_rows(const struct lh_table *t, struct lh_string *out)
{
	const struct lh_result *result = t->result;
	size_t folded = 0;
	int r = 0;

	for (size_t i = 0; i < result->shown && r == 0; i++) {
		if (i % STEP == STEP - 1)
			r = lh_progress(result->ctx, "writing rows", i, result->shown);
		add_line(t, i, out);
		add_below(t, i, out);
		lh_string_add(out, "\n");
		for (; folded < result->folded_count && result->folded[folded].after == i; folded++)
			add_folded(result, folded, out);
	}
	return r;
}

static size_t width_of_numbers(const struct lh_result *result)
{
	size_t width = LH_TABLE_GAP;

	for (size_t left = result->shown; left; left /= 10)
		width++;
	return width;
}

int lh_render_table(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	_cleanup_free_ size_t *widths = lh_new0(size_t, result->column_count + 1);
	_cleanup_free_ size_t *least = lh_new0(size_t, result->column_count + 1);
	struct lh_table t = {.result = result,
			     .style = style,
			     .widths = widths,
			     .least = least,
			     .hidden = result->hidden,
			     .numbers = style->numbers ? width_of_numbers(result) : 0,
			     .below = result->column_count};
	int r;

	if (!widths || !least)
		return lh_nomem(result->ctx);
	lh_table_measure(&t, &out->failed);
	if (style->width)
		lh_table_fit(&t, style->width > t.numbers ? style->width - t.numbers : 1);
	lh_string_add(out, style->color ? "\033[1m" : "");
	add_line(&t, SIZE_MAX, out);
	add_below(&t, SIZE_MAX, out);
	lh_string_add(out, style->color ? "\033[0m\n" : "\n");
	r = add_rows(&t, out);
	add_dropped(&t, out);
	return r;
}
