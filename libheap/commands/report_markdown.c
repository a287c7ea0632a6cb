/* SPDX-License-Identifier: Apache-2.0 */
/* A report for tickets. */
#include "commands/report_format.h"
#include "result/markdown.h"

static int start(struct lh_report *r)
{
	lh_output_addf(&r->output, "# Heap report\n\n%s\n\n", lh_report_contents(r));
	return r->output.error;
}

static int section(struct lh_report *r, const struct lh_report_section *s, const struct lh_result *answer)
{
	struct lh_string text = {0};

	lh_string_addf(&text, "## %s\n\n", s->title);
	lh_markdown_result(answer, &r->style, &text);
	return lh_report_add(r, &text);
}

/* How sure we are: what was missing, in any answer. */
static int end(struct lh_report *r)
{
	struct lh_string text = {0};

	lh_string_addf(&text, "## How sure we are\n\n%s\n", lh_report_sure(r));
	lh_report_warnings(r, &text, "\n- ", "", lh_markdown_text);
	lh_string_add(&text, r->warnings.text ? "\n" : "");
	return lh_report_add(r, &text);
}

const struct lh_report_format lh_report_markdown = {"md", false, false, start, section, end};
