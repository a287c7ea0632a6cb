/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as Markdown (GitHub's), for documents that are made of several. */
#ifndef LH_RESULT_MARKDOWN_H
#define LH_RESULT_MARKDOWN_H

#include "result/result.h"

/** lh_markdown_text() - append a sentence: nothing in it means anything to Markdown */
void lh_markdown_text(struct lh_string *out, const char *text);
/** lh_markdown_code() - append a text of the target, or a command, as it is: `text` */
void lh_markdown_code(struct lh_string *out, const char *text);
/** lh_markdown_result() - a finished answer: headline, summary, table, notes, what to type next; the rows that text has. Warnings
 * are left out. Rows with a sentence below them are items of a list. */
void lh_markdown_result(const struct lh_result *result, const struct lh_style *style, struct lh_string *out);

#endif
