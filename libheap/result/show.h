/* SPDX-License-Identifier: Apache-2.0 */
/* Values and foreign text in human form. Texts come from the target: nothing in them is trusted. */
#ifndef LH_RESULT_SHOW_H
#define LH_RESULT_SHOW_H

#include "result/result.h"

/* Add @value for people: 4,812; 1.2 MB (1 KB is 1024 bytes); 0x7f...; yes; 93%; "-" if unknown. */
void lh_show_value(struct lh_string *out, const struct lh_value *value);
/* Add @command as it is typed: "object 0x7f" becomes "py-heap object core.1234 0x7f". */
void lh_show_command(struct lh_string *out, const char *command, const struct lh_style *style);
/* Columns of a terminal that valid UTF-8 takes. */
size_t lh_show_width(const char *text);
/* Add @text, cut to @width columns with an ellipsis at the place that @cut names; 0: whole. */
void lh_show_cut(struct lh_string *out, const char *text, size_t width, enum lh_cut cut);

/* The space at which to break @text so that what is before takes at most @width columns, if there is one;
 * NULL: nowhere. */
char *lh_show_break(char *text, size_t width);

#endif
