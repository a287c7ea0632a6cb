/* SPDX-License-Identifier: Apache-2.0 */
/* How a report is written: one row per suffix of its file. */
#ifndef LH_COMMANDS_REPORT_FORMAT_H
#define LH_COMMANDS_REPORT_FORMAT_H

#include "commands/report.h"

/** struct lh_report_format - functions add to report->output. Return: 0, -LH_E*. */
struct lh_report_format {
	const char *name; /* the suffix, without the dot */
	bool json;        /* answers are asked for in JSON */
	bool pictures;    /* sections that pictures are of are written */
	int (*start)(struct lh_report *report);
	int (*section)(struct lh_report *report, const struct lh_report_section *section,
		       const struct lh_result *answer);
	int (*end)(struct lh_report *report);
};

extern const struct lh_report_format lh_report_html, lh_report_json, lh_report_markdown;

/** lh_report_contents - what a report has of contents, in a sentence */
const char *lh_report_contents(const struct lh_report *report);
/** lh_report_sure() - whether anything was missing, in a sentence */
const char *lh_report_sure(const struct lh_report *report);
/** lh_report_warnings() - append each warning, with what is before and after it; @add_text escapes. They are gone then. */
void lh_report_warnings(struct lh_report *report, struct lh_string *out, const char *before,
			const char *after, void (*add_text)(struct lh_string *out, const char *text));
/** lh_report_add() - append the text to the file, and free it. Return: 0, -LH_E*. */
int lh_report_add(struct lh_report *report, struct lh_string *text);

#endif
