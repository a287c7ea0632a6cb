/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report: several questions about one heap, and their answers in one document. A section is a command with its words, so that
 * a report says what the commands say.
 */
#ifndef LH_COMMANDS_REPORT_H
#define LH_COMMANDS_REPORT_H

#include "command/command.h"
#include "util/output.h"

#define LH_REPORT_WORDS_MAX 4

/** struct lh_report_section - a question */
struct lh_report_section {
	const char *title, *name; /* "What fills the heap", "types" */
	const struct lh_command *command;
	const char *words[LH_REPORT_WORDS_MAX + 1]; /* ended by NULL */
	bool picture;                               /* there is little to say about it without one */
	bool crashed;                               /* of a process that crashed */
};

/** lh_report_sections - ended by title NULL */
extern const struct lh_report_section lh_report_sections[];

struct lh_report_format;

/** struct lh_report - a document that is being written */
struct lh_report {
	struct lh_invocation *invocation; /* the user's */
	struct lh_heap *heap;
	struct lh_output output;
	struct lh_style style;
	const struct lh_report_format *format;
	bool complete;             /* all answers are, so far */
	struct lh_string warnings; /* of all answers, each once, one per line */
	uint64_t suspects, bytes;  /* of the verdict */
	size_t sections;           /* written */
};

/** lh_report_write() - all sections, and what is before and after them. Return: 0, -LH_E*. */
int lh_report_write(struct lh_report *report);
/** lh_report_has() - whether it has this section */
bool lh_report_has(const struct lh_report *report, const struct lh_report_section *section);
/** lh_report_ask() - the answer to a section's question. Return: 0, -LH_E*. Free with lh_result_free(). */
int lh_report_ask(struct lh_report *report, const struct lh_report_section *section, struct lh_result **ret);

#endif
