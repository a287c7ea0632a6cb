/* SPDX-License-Identifier: Apache-2.0 */
#include "result/document.h"
#include "result/markdown.h"
#include "result/show.h"
#include "util/printable.h"

#include <string.h>

void lh_markdown_text(struct lh_string *out, const char *text)
{
	_cleanup_string_ struct lh_string shown = {0};

	lh_printable_add(&shown, text);
	out->failed |= shown.failed;
	for (const char *at = shown.text ? shown.text : ""; *at; at++) {
		if (strchr("\\`*_{}[]<>#|~&", *at))
			lh_string_add(out, "\\");
		lh_string_add_bytes(out, at, 1);
	}
}

/* In a table a | ends the cell even in code; there is no way to write ` in a pair of them. */
void lh_markdown_code(struct lh_string *out, const char *text)
{
	_cleanup_string_ struct lh_string shown = {0};

	lh_printable_add(&shown, text);
	out->failed |= shown.failed;
	if (!shown.text || !*shown.text)
		return;
	lh_string_add(out, "`");
	for (const char *at = shown.text; *at; at++) {
		if (*at == '|')
			lh_string_add(out, "\\");
		lh_string_add_bytes(out, *at == '`' ? "'" : at, 1);
	}
	lh_string_add(out, "`");
}

static void add_value(struct lh_string *out, const struct lh_value *value)
{
	_cleanup_string_ struct lh_string shown = {0};

	lh_show_value(&shown, value);
	out->failed |= shown.failed;
	if (lh_document_is_code(value))
		lh_markdown_code(out, shown.text ? shown.text : "");
	else
		lh_markdown_text(out, shown.text ? shown.text : "");
}

static void add_command(struct lh_string *out, const char *command, const struct lh_style *style)
{
	_cleanup_string_ struct lh_string typed = {0};

	lh_show_command(&typed, command, style);
	out->failed |= typed.failed;
	lh_markdown_code(out, typed.text ? typed.text : "");
}

static void add_cell(const struct lh_result *result, size_t row, size_t column, const struct lh_style *style,
		     struct lh_string *out)
{
	const struct lh_column *c = &result->columns[column];
	struct lh_value value = lh_result_cell(result, row, column);

	if (value.kind == LH_K_TEXT && c->command)
		add_command(out, value.text, style);
	else if (lh_document_is_sentence(c, &value))
		lh_markdown_text(out, value.text);
	else
		add_value(out, &value);
}

static void add_head(const struct lh_result *result, struct lh_string *out)
{
	for (size_t i = 0; i < result->column_count; i++) {
		if (!lh_document_shows(result, i))
			continue;
		lh_string_add(out, "| ");
		lh_document_title(&result->columns[i], out, lh_markdown_text);
		lh_string_add(out, " ");
	}
	lh_string_add(out, "|\n");
	for (size_t i = 0; i < result->column_count; i++)
		if (lh_document_shows(result, i))
			lh_string_add(out, lh_document_is_number(result->columns[i].kind) ? "|---:" : "|---");
	lh_string_add(out, "|\n");
}

static void add_row(const struct lh_result *result, size_t row, const struct lh_style *style,
		    struct lh_string *out)
{
	for (size_t i = 0; i < result->column_count; i++) {
		if (!lh_document_shows(result, i))
			continue;
		lh_string_add(out, "| ");
		add_cell(result, row, i, style, out);
		lh_string_add(out, " ");
	}
	lh_string_add(out, "|\n");
}

/* "1. bytes 18.0 MB, SUSPECT `...`", and sentences below it. */
static void add_item(const struct lh_result *result, size_t row, const struct lh_style *style,
		     struct lh_string *out)
{
	const char *between = "1. ";

	for (size_t i = 0; i < result->column_count; i++) {
		if (!lh_document_shows(result, i))
			continue;
		if (result->columns[i].below == LH_BELOW_LINE) {
			lh_string_add(out, "\n\n   ");
		} else {
			lh_string_add(out, between);
			lh_document_title(&result->columns[i], out, lh_markdown_text);
			lh_string_add(out, " ");
		}
		add_cell(result, row, i, style, out);
		between = ", ";
	}
	lh_string_add(out, "\n");
}

static bool has_lines(const struct lh_result *result)
{
	for (size_t i = 0; i < result->column_count; i++)
		if (result->columns[i].below == LH_BELOW_LINE)
			return true;
	return false;
}

static void add_rows(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	bool lines = has_lines(result);

	if (result->shown && !lines)
		add_head(result, out);
	for (size_t i = 0; i < result->shown; i++)
		(lines ? add_item : add_row)(result, result->order[i], style, out);
	if (result->told > result->shown)
		lh_string_addf(out, "\n… %s more\n", LH_COUNTED(result->told - result->shown));
	if (result->shown)
		lh_string_add(out, "\n");
}

static void add_summary(const struct lh_result *result, struct lh_string *out)
{
	bool any = false;

	for (size_t i = 0; i < result->summary_count; i++) {
		const struct lh_summary *s = &result->summary[i];

		if (!s->label)
			continue;
		lh_string_add(out, "- ");
		lh_markdown_text(out, s->label);
		lh_string_add(out, ": ");
		add_value(out, &s->value);
		lh_string_add(out, "\n");
		any = true;
	}
	lh_string_add(out, any ? "\n" : "");
}

static void add_sentence(struct lh_string *out, const char *text)
{
	lh_markdown_text(out, text);
	lh_string_add(out, "\n\n");
}

void lh_markdown_result(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	if (result->headline)
		add_sentence(out, result->headline);
	add_summary(result, out);
	add_rows(result, style, out);
	for (size_t i = 0; i < result->note_count; i++)
		add_sentence(out, result->notes[i]);
	for (size_t i = 0; i < result->next_count; i++) {
		lh_string_add(out, "Next: ");
		add_command(out, result->nexts[i].command, style);
		lh_string_add(out, *result->nexts[i].why ? ", " : "");
		lh_markdown_text(out, result->nexts[i].why);
		lh_string_add(out, "\n\n");
	}
}
