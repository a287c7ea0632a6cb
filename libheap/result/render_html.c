/* SPDX-License-Identifier: Apache-2.0 */
#include "result/document.h"
#include "result/html.h"
#include "result/show.h"
#include "util/printable.h"

#include <string.h>

struct page {
	const struct lh_result *result;
	const struct lh_style *style;
	struct lh_string *out;
	uint64_t heaviest; /* of a tree's rows */
};

static void add_escaped(struct lh_string *out, const char *text)
{
	static const char special[] = "&<>\"'";
	size_t plain;

	for (; *text; text++) {
		plain = strcspn(text, special);
		lh_string_add_bytes(out, text, plain);
		text += plain;
		if (!*text)
			return;
		lh_string_addf(out, "&#%d;", *text);
	}
}

void lh_html_text(struct lh_string *out, const char *text)
{
	_cleanup_string_ struct lh_string shown = {0};

	lh_printable_add(&shown, text);
	out->failed |= shown.failed;
	add_escaped(out, shown.text ? shown.text : "");
}

void lh_html_json(struct lh_string *out, const char *text)
{
	_cleanup_string_ struct lh_string shown = {0};

	lh_printable_add(&shown, text); /* has no control characters any more */
	out->failed |= shown.failed;
	lh_string_add(out, "\"");
	for (const char *at = shown.text ? shown.text : ""; *at; at++) {
		if (strchr("\"\\<>&", *at))
			lh_string_addf(out, "\\u%04x", *at);
		else
			lh_string_add_bytes(out, at, 1);
	}
	lh_string_add(out, "\"");
}

/* ---- cells ---- */

static void add_code(struct lh_string *out, const char *text)
{
	lh_string_add(out, "<code>");
	add_escaped(out, text);
	lh_string_add(out, "</code>");
}

static void add_value(struct lh_string *out, const struct lh_value *value)
{
	_cleanup_string_ struct lh_string shown = {0};
	const char *text;

	lh_show_value(&shown, value);
	out->failed |= shown.failed;
	text = shown.text ? shown.text : "";
	if (lh_document_is_code(value))
		add_code(out, text);
	else
		add_escaped(out, text);
}

static void add_command(struct page *p, const char *command)
{
	_cleanup_string_ struct lh_string typed = {0};

	lh_show_command(&typed, command, p->style);
	p->out->failed |= typed.failed;
	lh_string_add(p->out, "<code class=\"command\">");
	lh_html_text(p->out, typed.text ? typed.text : "");
	lh_string_add(p->out, "</code>");
}

static bool add_step(struct page *p, size_t column, const struct lh_value *value)
{
	_cleanup_string_ struct lh_string step = {0};
	size_t indent;

	if (!lh_result_tree_step(p->result, column, value, &step))
		return false;
	indent = step.text ? strspn(step.text, " ") : 0;
	lh_string_addf(p->out, "<span style=\"padding-left:%zuch\">", indent);
	lh_html_text(p->out, step.text ? step.text + indent : "");
	lh_string_add(p->out, "</span>");
	return true;
}

static void add_inside(struct page *p, const struct lh_column *c, size_t column, const struct lh_value *value)
{
	if (add_step(p, column, value))
		return;
	if (value->kind == LH_K_TEXT && c->command)
		add_command(p, value->text);
	else if (lh_document_is_sentence(c, value))
		lh_html_text(p->out, value->text);
	else
		add_value(p->out, value);
}

static bool is_weight(const struct lh_result *result, const struct lh_column *column)
{
	return result->tree.weight && strcmp(column->name, result->tree.weight) == 0;
}

static void add_cell(struct page *p, size_t row, size_t column)
{
	const struct lh_column *c = &p->result->columns[column];
	struct lh_value value = lh_result_cell(p->result, row, column);

	if (is_weight(p->result, c) && p->heaviest)
		lh_string_addf(p->out, "<td class=\"number bar\" style=\"background-size:%.1f%% 1.25em\">",
			       (double)value.number * 100 / (double)p->heaviest);
	else
		lh_string_add(p->out, lh_document_is_number(c->kind) ? "<td class=\"number\">" : "<td>");
	add_inside(p, c, column, &value);
	lh_string_add(p->out, "</td>");
}

/* ---- tables ---- */

static bool is_line(const struct lh_result *result, size_t column)
{
	return result->columns[column].below == LH_BELOW_LINE;
}

static size_t add_head(struct page *p)
{
	size_t count = 0;

	lh_string_add(p->out, "<thead><tr>");
	for (size_t i = 0; i < p->result->column_count; i++) {
		if (!lh_document_shows(p->result, i) || is_line(p->result, i))
			continue;
		lh_string_add(p->out, lh_document_is_number(p->result->columns[i].kind)
					      ? "<th scope=\"col\" class=\"number\">"
					      : "<th scope=\"col\">");
		lh_document_title(&p->result->columns[i], p->out, lh_html_text);
		lh_string_add(p->out, "</th>");
		count++;
	}
	lh_string_add(p->out, "</tr></thead>\n");
	return count;
}

/* A row, and its sentences in rows of their own. */
static void add_row(struct page *p, size_t row, size_t width)
{
	lh_string_add(p->out, "<tbody><tr>");
	for (size_t i = 0; i < p->result->column_count; i++)
		if (lh_document_shows(p->result, i) && !is_line(p->result, i))
			add_cell(p, row, i);
	lh_string_add(p->out, "</tr>");
	for (size_t i = 0; i < p->result->column_count; i++) {
		struct lh_value value = lh_result_cell(p->result, row, i);

		if (!lh_document_shows(p->result, i) || !is_line(p->result, i) || value.kind == LH_K_NULL)
			continue;
		lh_string_addf(p->out, "<tr><td class=\"line\" colspan=\"%zu\"><div>", width);
		add_inside(p, &p->result->columns[i], i, &value);
		lh_string_add(p->out, "</div></td></tr>");
	}
	lh_string_add(p->out, "</tbody>\n");
}

static uint64_t heaviest_of(const struct lh_result *result)
{
	uint64_t most = 0;

	for (size_t i = 0; i < result->column_count; i++)
		for (size_t n = 0; is_weight(result, &result->columns[i]) && n < result->shown; n++) {
			uint64_t weight = (uint64_t)lh_result_cell(result, result->order[n], i).number;

			most = weight > most ? weight : most;
		}
	return most;
}

static void add_rows(struct page *p)
{
	const struct lh_result *result = p->result;
	size_t width;

	if (!result->shown)
		return;
	p->heaviest = heaviest_of(result);
	lh_string_add(p->out, "<div class=\"wide\" tabindex=\"0\"><table>\n");
	width = add_head(p);
	for (size_t i = 0; i < result->shown; i++)
		add_row(p, result->order[i], width);
	lh_string_add(p->out, "</table></div>\n");
	if (result->told > result->shown)
		lh_string_addf(p->out, "<p>… %s more</p>\n", LH_COUNTED(result->told - result->shown));
}

static void add_summary(struct page *p)
{
	bool any = false;

	for (size_t i = 0; i < p->result->summary_count; i++) {
		const struct lh_summary *s = &p->result->summary[i];

		if (!s->label)
			continue;
		lh_string_add(p->out,
			      any ? "" : "<div class=\"wide\" tabindex=\"0\"><table class=\"facts\">\n");
		any = true;
		lh_string_add(p->out, "<tr><th scope=\"row\">");
		lh_html_text(p->out, s->label);
		lh_string_add(p->out, "</th><td>");
		add_value(p->out, &s->value);
		lh_string_add(p->out, "</td></tr>\n");
	}
	lh_string_add(p->out, any ? "</table></div>\n" : "");
}

static void add_sentence(struct lh_string *out, const char *text)
{
	lh_string_add(out, "<p>");
	lh_html_text(out, text);
	lh_string_add(out, "</p>\n");
}

void lh_html_result(const struct lh_result *result, const struct lh_style *style, struct lh_string *out)
{
	struct page p = {.result = result, .style = style, .out = out};

	if (result->headline)
		add_sentence(out, result->headline);
	add_summary(&p);
	add_rows(&p);
	for (size_t i = 0; i < result->note_count; i++)
		add_sentence(out, result->notes[i]);
	for (size_t i = 0; i < result->next_count; i++) {
		lh_string_add(out, "<p class=\"next\">Next: ");
		add_command(&p, result->nexts[i].command);
		lh_string_add(out, *result->nexts[i].why ? ", " : "");
		lh_html_text(out, result->nexts[i].why);
		lh_string_add(out, "</p>\n");
	}
}
