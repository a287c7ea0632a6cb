/* SPDX-License-Identifier: Apache-2.0 */
/* A report as one page: tables that need no script, and what its pictures show. libheap/report_page has the page. */
#include "commands/report_format.h"
#include "commands/report_pictures.h"
#include "result/html.h"

#include <string.h>

/* What is before and after the sections; libheap/report_page/assemble. */
extern const char lh_report_page_start[], lh_report_page_end[];

static void add_sections(struct lh_string *out)
{
	lh_string_add(out, "<nav aria-label=\"Sections\"><ul>\n");
	for (const struct lh_report_section *s = lh_report_sections; s->title; s++)
		lh_string_addf(out, "<li><a href=\"#%s\">%s</a></li>\n", s->name, s->title);
	lh_string_add(out, "<li><a href=\"#complete\">How sure we are</a></li>\n</ul></nav>\n<main>\n");
}

static int start(struct lh_report *r)
{
	struct lh_string text = {0};

	lh_string_add(&text, lh_report_page_start);
	lh_string_addf(&text, "<header><h1>Heap report</h1>\n<p>%s</p></header>\n", lh_report_contents(r));
	add_sections(&text);
	return lh_report_add(r, &text);
}

static int section(struct lh_report *r, const struct lh_report_section *s, const struct lh_result *answer)
{
	struct lh_string text = {0};

	lh_string_addf(&text, "<section id=\"%s\">\n<h2>%s</h2>\n", s->name, s->title);
	lh_html_result(answer, &r->style, &text);
	lh_string_add(&text, "</section>\n");
	return lh_report_add(r, &text);
}

static void add_sure(struct lh_report *r, struct lh_string *out)
{
	char *line = r->warnings.text, *next;

	lh_string_addf(out, "<section id=\"complete\">\n<h2>How sure we are</h2>\n<p>%s</p>\n",
		       lh_report_sure(r));
	lh_string_add(out, line ? "<ul>\n" : "");
	for (; line && *line; line = next + 1) {
		next = strchr(line, '\n');
		*next = '\0';
		lh_string_add(out, "<li>");
		lh_html_text(out, line);
		lh_string_add(out, "</li>\n");
	}
	lh_string_addf(out, "%s</section>\n</main>\n<footer>py-heap %s</footer>\n",
		       r->warnings.text ? "</ul>\n" : "", lh_version());
}

/* A picture without data is left out by the page. */
static int add_picture(struct lh_report *r, const char *name,
		       int (*write)(struct lh_heap *, struct lh_string *))
{
	struct lh_string text = {0};
	int error = write(r->heap, &text);

	lh_output_addf(&r->output, "\"%s\":", name);
	if (error == 0)
		return lh_report_add(r, &text);
	lh_string_fini(&text);
	lh_output_addf(&r->output, "null");
	return error < 0 ? error : 0;
}

static int end(struct lh_report *r)
{
	struct lh_string text = {0};
	int error;

	add_sure(r, &text);
	lh_string_add(&text, "<script type=\"application/json\" id=\"pictures\">{");
	error = lh_report_add(r, &text);
	if (error == 0)
		error = add_picture(r, "tree", lh_report_tree);
	lh_output_addf(&r->output, ",\n");
	if (error == 0)
		error = add_picture(r, "arenas", lh_report_arenas);
	lh_output_addf(&r->output, "}</script>\n");
	lh_output_add(&r->output, lh_report_page_end, strlen(lh_report_page_end));
	return error;
}

const struct lh_report_format lh_report_html = {"html", false, start, section, end};
