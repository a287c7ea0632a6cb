/* SPDX-License-Identifier: Apache-2.0 */
/* A report for programs: an answer is a document of JSON itself. */
#include "commands/report_format.h"
#include "util/cleanup.h"

static int start(struct lh_report *r)
{
	lh_output_addf(
		&r->output,
		"{\"py_heap\":1,\"command\":\"report\",\"version\":\"%s\",\"values\":%s,\"sections\":[\n",
		lh_version(), lh_invocation_has(r->invocation, "values") ? "true" : "false");
	return r->output.error;
}

static int section(struct lh_report *r, const struct lh_report_section *s, const struct lh_result *answer)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int error = lh_result_format(answer, NULL, &text, &len);

	if (error < 0)
		return error;
	while (len && text[len - 1] == '\n')
		len--;
	lh_output_addf(&r->output,
		       "%s{\"name\":\"%s\",\"title\":\"%s\",\"answer\":", r->sections ? ",\n" : "", s->name,
		       s->title);
	lh_output_add(&r->output, text, len);
	lh_output_addf(&r->output, "}");
	return r->output.error;
}

static int end(struct lh_report *r)
{
	lh_output_addf(&r->output, "],\n\"complete\":%s}\n", r->complete ? "true" : "false");
	return r->output.error;
}

const struct lh_report_format lh_report_json = {"json", true, false, start, section, end};
