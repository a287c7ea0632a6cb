/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as cells of csv (RFC 4180). */
#ifndef LH_UTIL_CSV_H
#define LH_UTIL_CSV_H

#include "util/string.h"

/** lh_csv_add() - append @text as a cell, in quotes if it needs them; a ' before it if it begins with = + - @ */
void lh_csv_add(struct lh_string *out, const char *text);

#endif
