/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as HTML, for documents that are made of several. Nothing of the target means anything to a browser. */
#ifndef LH_RESULT_HTML_H
#define LH_RESULT_HTML_H

#include "result/result.h"

/** lh_html_text() - append a text, of an element or between the quotes of an attribute */
void lh_html_text(struct lh_string *out, const char *text);
/** lh_html_json() - append a text as a string of JSON that does not end the <script> which it is in */
void lh_html_json(struct lh_string *out, const char *text);
/** lh_html_result() - a finished answer as lh_markdown_result() has it: sentences and tables. The weight of a tree's row is a bar
 * besides, as wide as its share of the heaviest. */
void lh_html_result(const struct lh_result *result, const struct lh_style *style, struct lh_string *out);

#endif
