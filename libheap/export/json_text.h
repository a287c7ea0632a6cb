/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of JSON, written to a file as they come. */
#ifndef LH_EXPORT_JSON_TEXT_H
#define LH_EXPORT_JSON_TEXT_H

#include "util/output.h"

/** lh_json_text() - a string with its quotes. What is not UTF-8 becomes U+FFFD. */
void lh_json_text(struct lh_output *out, const char *text);
/** lh_json_number() - digits, with @before before them: ',' or '\0' for nothing */
void lh_json_number(struct lh_output *out, char before, uint64_t number);

#endif
