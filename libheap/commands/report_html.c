/* SPDX-License-Identifier: Apache-2.0 */
/* A report as one page: tables that need no script, and what its pictures show. libheap/report_page has the page. */
#include "commands/report_format.h"
#include "commands/report_pictures.h"
#include "result/html.h"
#include "util/array.h"

#include <string.h>

/* What is before and after the sections; libheap/report_page/assemble. */
extern const char lh_report_page_start[], lh_report_page_end[];

/** struct picture - of a section */
struct picture {
	const char *section;
	int (*write)(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out);
};

static const struct picture pictures[] = {
	{"holders", lh_report_tree},
	{"arenas", lh_report_arenas},
	{"cycles", lh_report_cycles},
};

static void add_sections(const struct lh_report *r, struct lh_string *out)
{
	lh_string_add(out, "<nav aria-label=\"Sections\"><ul>\n");
	for (const struct lh_report_section *s = lh_report_sections; s->title; s++)
		if (lh_report_has(r, s))
			lh_string_addf(out, "<li><a href=\"#%s\">%s</a></li>\n", s->name, s->title);
	lh_string_add(out, "<li><a href=\"#complete\">How sure we are</a></li>\n</ul></nav>\n<main>\n");
}

static int start(struct lh_report *r)
{
	struct lh_string text = {0};

	lh_string_add(&text, lh_report_page_start);
	lh_string_addf(&text, "<header><h1>Heap report</h1>\n<p>%s</p></header>\n", lh_report_contents(r));
	add_sections(r, &text);
	return lh_report_add(r, &text);
}

static int add_picture(struct lh_report *r, const struct lh_report_section *s, const struct lh_result *answer)
{
	struct lh_string text = {0};
	int error = 0;

	for (size_t i = 0; error == 0 && i < LH_ARRAY_SIZE(pictures); i++) {
		if (strcmp(pictures[i].section, s->name) != 0)
			continue;
		lh_output_addf(&r->output, "<script type=\"application/json\" id=\"%s-data\">", s->name);
		error = pictures[i].write(r->heap, answer, &text);
		lh_string_add(&text, "</script>\n");
	}
	if (error == 0)
		return lh_report_add(r, &text);
	lh_string_fini(&text);
	return error;
}

static int section(struct lh_report *r, const struct lh_report_section *s, const struct lh_result *answer)
{
	struct lh_string text = {0};
	int error;

	lh_string_addf(&text, "<section id=\"%s\">\n<h2>%s</h2>\n", s->name, s->title);
	lh_html_result(answer, &r->style, &text);
	error = lh_report_add(r, &text);
	if (error == 0)
		error = add_picture(r, s, answer);
	lh_output_addf(&r->output, "</section>\n");
	return error < 0 ? error : r->output.error;
}

static void add_sure(struct lh_report *r, struct lh_string *out)
{
	bool any = r->warnings.text;

	lh_string_addf(out, "<section id=\"complete\">\n<h2>How sure we are</h2>\n<p>%s</p>\n",
		       lh_report_sure(r));
	lh_string_add(out, any ? "<ul>\n" : "");
	lh_report_warnings(r, out, "<li>", "</li>\n", lh_html_text);
	lh_string_addf(out, "%s</section>\n</main>\n<footer>py-heap %s</footer>\n", any ? "</ul>\n" : "",
		       lh_version());
}

static int end(struct lh_report *r)
{
	struct lh_string text = {0};

	add_sure(r, &text);
	lh_string_add(&text, lh_report_page_end);
	return lh_report_add(r, &text);
}

const struct lh_report_format lh_report_html = {"html", false, true, start, section, end};
