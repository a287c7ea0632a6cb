/* SPDX-License-Identifier: Apache-2.0 */
/* An answer for people: headline, summary, table, notes, and what to type next. */
#include "result/result_impl.h"
#include "result/show.h"
#include "util/printable.h"

#include <string.h>

/* A blank line between two blocks, none before the first. */
static void start_block(struct lh_string *out)
{
	if (out->len > 0)
		lh_string_add(out, "\n");
}

/* Lines are broken between words, since a terminal would break them anywhere. @width: 0: not a terminal. */
static void add_sentence(struct lh_string *out, const char *text, size_t width)
{
	_cleanup_string_ struct lh_string shown = {};
	char *line, *end;

	lh_printable_add(&shown, text);
	out->failed |= shown.failed;
	for (line = shown.text; line; line = end) {
		end = width ? lh_show_break(line, width) : NULL;
		if (end)
			*end++ = '\0';
		lh_string_add(out, line);
		lh_string_add(out, "\n");
	}
}

static size_t label_width(const struct lh_result *result)
{
	size_t width = 0, w;

	for (size_t i = 0; i < result->summary_count; i++) {
		w = result->summary[i].label ? lh_show_width(result->summary[i].label) : 0;
		width = w > width ? w : width;
	}
	return width;
}

static void add_summary(const struct lh_result *result, struct lh_string *out)
{
	size_t width = label_width(result);

	if (width == 0)
		return;
	start_block(out);
	for (size_t i = 0; i < result->summary_count; i++) {
		if (!result->summary[i].label)
			continue;
		lh_string_addf(out, "%-*s  ", (int)width, result->summary[i].label);
		lh_show_value(out, &result->summary[i].value);
		lh_string_add(out, "\n");
	}
}

static int add_table(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	struct lh_value more = LH_COUNT(result->told - result->shown);
	int r;

	if (result->row_count == 0)
		return 0;
	start_block(out);
	r = lh_render_table(result, style, out);
	if (r != 0 || more.number == 0)
		return r;
	lh_string_add(out, "… ");
	lh_show_value(out, &more);
	lh_string_addf(out, " more row%s (%s shows all)\n", more.number == 1 ? "" : "s",
		       lh_hint(result->ctx, LH_HINT_ALL_ROWS));
	return 0;
}

static void add_notes(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	if (result->note_count > 0)
		start_block(out);
	for (size_t i = 0; i < result->note_count; i++)
		add_sentence(out, result->notes[i], style->width);
}

static void add_nexts(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	if (result->next_count > 0)
		start_block(out);
	for (size_t i = 0; i < result->next_count; i++) {
		lh_string_add(out, i == 0 ? "Next: " : "      ");
		lh_string_add(out, style->color ? "\033[1m" : "");
		lh_show_command(out, result->nexts[i].command, style);
		lh_string_add(out, style->color ? "\033[0m" : "");
		if (*result->nexts[i].why) {
			lh_string_add(out, "   # ");
			lh_printable_add(out, result->nexts[i].why);
		}
		lh_string_add(out, "\n");
	}
}

int lh_render_text(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	int r;

	if (result->headline)
		add_sentence(out, result->headline, style->width);
	add_summary(result, out);
	r = add_table(result, style, out);
	if (r != 0)
		return r;
	add_notes(result, style, out);
	add_nexts(result, style, out);
	return 0;
}
