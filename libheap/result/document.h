/* SPDX-License-Identifier: Apache-2.0 */
/* What answers in documents, Markdown and HTML, have in common. For the files of this room only. */
#ifndef LH_RESULT_DOCUMENT_H
#define LH_RESULT_DOCUMENT_H

#include "result/result_impl.h"

#include <string.h>

static inline bool lh_document_shows(const struct lh_result *result, size_t column)
{
	return !(result->hidden >> column & 1);
}

static inline bool lh_document_is_number(enum lh_value_kind kind)
{
	return kind == LH_K_COUNT || kind == LH_K_BYTES || kind == LH_K_NUMBER || kind == LH_K_PERCENT;
}

/* Texts of the target, and addresses. */
static inline bool lh_document_is_code(const struct lh_value *value)
{
	return value->kind == LH_K_TEXT || value->kind == LH_K_LIST || value->kind == LH_K_ADDR;
}

/* Notes of rows are sentences, not texts of the target. */
static inline bool lh_document_is_sentence(const struct lh_column *column, const struct lh_value *value)
{
	return value->kind == LH_K_TEXT &&
	       (column->below == LH_BELOW_LINE || strcmp(column->name, "note") == 0);
}

/** lh_document_title() - append a column's title by @add_text, which escapes: "freed_bytes" is "freed bytes" */
static inline void lh_document_title(const struct lh_column *column, struct lh_string *out,
				     void (*add_text)(struct lh_string *out, const char *text))
{
	for (const char *at = column->title ? column->title : column->name; *at; at++)
		add_text(out, *at == '_' ? " " : (const char[]){*at, '\0'});
}

#endif
