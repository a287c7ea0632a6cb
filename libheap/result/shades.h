/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures in a table: a cell's text is a row of marks, one for each thing that it shows.
 *
 * '0' to '8': how full, in eighths, anything above 0 being at least 1; ' ': not there; '?': not known.
 */
#ifndef LH_RESULT_SHADES_H
#define LH_RESULT_SHADES_H

#include "util/string.h"

/** lh_shade() - the mark for @part of @whole */
char lh_shade(uint64_t part, uint64_t whole);
/** lh_show_shades() - one column per mark: blocks of Unicode, darker where it is fuller */
void lh_show_shades(struct lh_string *out, const char *marks);
/** lh_show_halves() - two marks per column, the first one in its upper half, in colours of a terminal */
void lh_show_halves(struct lh_string *out, const char *marks);

#endif
