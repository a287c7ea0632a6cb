/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aligned columns. Widths are measured over the rows that are shown, and empty columns are left out. If the
 * line is wider than the terminal, columns that can be spared go first; then the widest text column shrinks
 * until the line fits or all texts are at their minimum. Texts that make sense only as a whole are not cut,
 * but shown below their row.
 */
#include "result/result_impl.h"
#include "result/shades.h"
#include "result/show.h"
#include "util/array.h"

#include <ctype.h>
#include <string.h>

#define GAP 2
#define INDENT 8 /* of lines below a row */
#define NARROWEST 12
/* Before texts get narrower, columns that can be spared are left out. */
#define READABLE 20
#define READABLE_PATH 36
#define NAME_MAX 30 /* of a file's name: its column is not cut below this */
#define STEP 4096   /* rows between looks at the user's ^C */

static bool is_text(const struct lh_column *column)
{
	return (column->kind == LH_K_TEXT || column->kind == LH_K_LIST) && !column->shades;
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

/** struct table - what is shown of a result */
struct table {
	const struct lh_result *result;
	const struct lh_style *style;
	size_t *widths, *least;   /* by column; least: the width to which it may be cut */
	uint64_t hidden, dropped; /* bit i: column i; dropped: for want of room */
	size_t below, width; /* the column that has separate lines, or column_count; how wide those are */
};

static bool is_hidden(const struct table *t, size_t column)
{
	return column == t->below || t->result->columns[column].below == LH_BELOW_LINE ||
	       ((t->hidden | t->dropped) >> column & 1);
}

static void show_cell(const struct lh_result *result, size_t shown, size_t column, struct lh_string *out)
{
	size_t row = result->order[shown], apart = 0;
	const char *other = result->columns[column].apart;
	struct lh_value value = lh_result_cell(result, row, column);

	if (result->columns[column].shades && value.kind == LH_K_TEXT)
		lh_show_shades(out, value.text);
	else if (!lh_result_tree_step(result, column, &value, out))
		lh_show_value(out, &value);
	if (!other || !result->ambiguous || !result->ambiguous[row])
		return;
	while (strcmp(result->columns[apart].name, other) != 0)
		apart++;
	value = lh_result_cell(result, row, apart);
	lh_string_add(out, " at ");
	lh_show_value(out, &value);
}

/* 0: all of its cells are empty. */
static size_t column_width(const struct lh_result *result, size_t column, bool *failed)
{
	_cleanup_string_ struct lh_string cell = {};
	size_t width = 0, w;

	for (size_t i = 0; i < result->shown; i++) {
		cell.len = 0;
		show_cell(result, i, column, &cell);
		w = cell.len ? string_width(&cell) : 0;
		width = w > width ? w : width;
	}
	if (width || !result->shown) {
		cell.len = 0;
		show_title(&cell, &result->columns[column]);
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

static void measure(struct table *t, bool *failed)
{
	for (size_t i = 0; i < t->result->column_count; i++) {
		if (is_hidden(t, i))
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

static size_t readable_width(const struct table *t, size_t column)
{
	size_t width = t->result->columns[column].cut == LH_CUT_MIDDLE ? READABLE_PATH : READABLE;

	width = width < t->least[column] ? t->least[column] : width;
	return is_text(&t->result->columns[column]) && t->widths[column] > width ? width : t->widths[column];
}

static size_t line_width(const struct table *t, bool readable)
{
	size_t total = 0;

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (is_hidden(t, i))
			continue;
		total += (readable ? readable_width(t, i) : t->widths[i]) + (total ? GAP : 0);
	}
	return total;
}

/* The column that is easiest to spare, or column_count. */
static size_t most_spare(const struct table *t)
{
	const struct lh_column *columns = t->result->columns;
	size_t best = t->result->column_count;

	for (size_t i = 0; i < t->result->column_count; i++)
		if (!is_hidden(t, i) && columns[i].spare &&
		    (best == t->result->column_count || columns[i].spare > columns[best].spare))
			best = i;
	return best;
}

/* The widest text column that may still shrink, or column_count. */
static size_t widest_text(const struct table *t)
{
	size_t best = t->result->column_count;

	for (size_t i = 0; i < t->result->column_count; i++)
		if (!is_hidden(t, i) && is_text(&t->result->columns[i]) && t->widths[i] > t->least[i] &&
		    (best == t->result->column_count || t->widths[i] > t->widths[best]))
			best = i;
	return best;
}

/* A text that makes sense only as a whole is wrapped, not cut, if it does not fit beside the others. */
static void move_below(struct table *t, size_t limit)
{
	if (line_width(t, false) <= limit)
		return;
	for (size_t i = 0; i < t->result->column_count; i++)
		if (!is_hidden(t, i) && t->result->columns[i].below == LH_BELOW_ALL)
			t->below = i;
}

static void fit_widths(struct table *t, size_t limit)
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

static void pad(struct lh_string *out, size_t columns)
{
	for (; columns > 0; columns--)
		lh_string_add(out, " ");
}

static void add_cell(struct lh_string *out, const char *text, const struct lh_column *column, size_t width)
{
	size_t taken = lh_show_width(text), at = out->len;

	if (!is_text(column) && taken < width)
		pad(out, width - taken);
	lh_show_cut(out, text, width, column->cut);
	/* What is cut may be narrower than the column: where a step or a folder ends. */
	taken = out->len > at ? lh_show_width(out->text + at) : 0;
	if (is_text(column) && taken < width)
		pad(out, width - taken);
	pad(out, GAP);
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
static bool goes_below(const struct table *t, size_t column, const char *text)
{
	enum lh_below below = t->result->columns[column].below;

	return below == LH_BELOW_LINE || (below == LH_BELOW_LONG && lh_show_width(text) > t->widths[column]);
}

/* A picture in colours. Return: whether the cell is one. */
static bool add_halves(const struct table *t, size_t shown, size_t column, struct lh_string *out)
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
static void add_line(const struct table *t, size_t shown, struct lh_string *out)
{
	_cleanup_string_ struct lh_string cell = {};
	const struct lh_column *column = t->result->columns;

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (is_hidden(t, i))
			continue;
		cell.len = 0;
		if (add_halves(t, shown, i, out))
			continue;
		if (shown == SIZE_MAX)
			show_title(&cell, &column[i]);
		else if (!is_told(t->result, shown, i))
			show_cell(t->result, shown, i, &cell);
		add_cell(out, cell.len && !goes_below(t, i, cell.text) ? cell.text : "", &column[i],
			 t->widths[i]);
	}
	while (out->len && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
	out->failed |= cell.failed;
}

static void add_broken(const struct table *t, char *text, struct lh_string *out)
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
static bool may_go_below(const struct table *t, size_t i, size_t shown)
{
	enum lh_below below = t->result->columns[i].below;

	if (i == t->below)
		return true;
	if (shown == SIZE_MAX || (t->hidden | t->dropped) >> i & 1)
		return false;
	return below == LH_BELOW_LINE || (below == LH_BELOW_LONG && !is_hidden(t, i));
}

static void show_below(const struct table *t, size_t shown, size_t i, struct lh_string *out)
{
	if (shown == SIZE_MAX)
		show_title(out, &t->result->columns[i]);
	else if (t->result->columns[i].command)
		lh_show_command(out, lh_result_cell(t->result, t->result->order[shown], i).text, t->style);
	else
		show_cell(t->result, shown, i, out);
}

/* Texts on separate lines; @shown as in add_line(). */
static void add_below(const struct table *t, size_t shown, struct lh_string *out)
{
	_cleanup_string_ struct lh_string cell = {};

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (!may_go_below(t, i, shown))
			continue;
		cell.len = 0;
		show_below(t, shown, i, &cell);
		if (cell.len && (i == t->below || goes_below(t, i, cell.text)))
			add_broken(t, cell.text, out);
	}
	out->failed |= cell.failed;
}

static void add_dropped(const struct table *t, struct lh_string *out)
{
	const char *before = "Left out, for the width: ";

	for (size_t i = 0; i < t->result->column_count; i++) {
		if (!(t->dropped >> i & 1))
			continue;
		lh_string_add(out, before);
		show_title(out, &t->result->columns[i]);
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

static int add_rows(const struct table *t, struct lh_string *out)
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

int lh_render_table(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	_cleanup_free_ size_t *widths = lh_new0(size_t, result->column_count + 1);
	_cleanup_free_ size_t *least = lh_new0(size_t, result->column_count + 1);
	struct table t = {.result = result,
			  .style = style,
			  .widths = widths,
			  .least = least,
			  .hidden = result->hidden,
			  .below = result->column_count};
	int r;

	if (!widths || !least)
		return lh_nomem(result->ctx);
	measure(&t, &out->failed);
	if (style->width)
		fit_widths(&t, style->width);
	lh_string_add(out, style->color ? "\033[1m" : "");
	add_line(&t, SIZE_MAX, out);
	add_below(&t, SIZE_MAX, out);
	lh_string_add(out, style->color ? "\033[0m\n" : "\n");
	r = add_rows(&t, out);
	add_dropped(&t, out);
	return r;
}
