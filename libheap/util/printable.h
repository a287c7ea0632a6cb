/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of the target where people see them: on a terminal, in a table of csv that they may look at on one. */
#ifndef LH_UTIL_PRINTABLE_H
#define LH_UTIL_PRINTABLE_H

#include "util/string.h"

#include <stdbool.h>
#include <stdint.h>

/** lh_is_control() - whether a character is for the terminal or the layout of text: line breaks, direction marks */
bool lh_is_control(uint32_t c);
/** lh_printable_add() - append @text as lh_utf8_add_text(), with such characters escaped: "\x1b", "\n", "\u202e" */
void lh_printable_add(struct lh_string *out, const char *text);

#endif
