/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/report_pictures.h"
#include "result/html.h"

#include <string.h>

/* "A.b -> dict['c'] -> A" has the addresses of A and of the dict. */
static void add_lines(const char *lines, struct lh_string *out)
{
	size_t len;

	lh_string_add(out, "[");
	for (const char *at = lines; *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		lh_string_add(out, at == lines ? "\"" : ",\"");
		lh_string_add_bytes(out, at, len);
		lh_string_add(out, "\"");
	}
	lh_string_add(out, "]");
}

static void add_cell(const struct lh_column_info *column, const struct lh_value *value, struct lh_string *out)
{
	lh_string_addf(out, ",\"%s\":", column->key);
	if (value->kind == LH_K_TEXT)
		lh_html_json(out, value->text);
	else if (value->kind == LH_K_LIST)
		add_lines(value->text, out);
	else if (value->kind == LH_K_BOOL)
		lh_string_add(out, value->yes ? "true" : "false");
	else if (value->kind == LH_K_NULL)
		lh_string_add(out, "null");
	else if (value->kind == LH_K_ADDR)
		lh_string_addf(out, "\"0x%" PRIx64 "\"", value->addr);
	else
		lh_string_addf(out, "%" PRId64, value->number);
}

int lh_report_cycles(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out)
{
	struct lh_result_info info = {.size = sizeof(info)};
	struct lh_column_info column = {.size = sizeof(column)};

	lh_result_info(answer, &info);
	lh_string_add(out, "[");
	for (size_t row = 0; row < info.rows; row++) {
		lh_string_addf(out, "%s{\"number\":%zu", row ? ",\n" : "", row + 1);
		for (size_t i = 0; lh_result_column_at(answer, i, &column) == 0; i++) {
			struct lh_value value = lh_result_value(answer, row, i);

			add_cell(&column, &value, out);
		}
		lh_string_add(out, "}");
	}
	lh_string_add(out, "]");
	return out->failed ? lh_nomem(heap->ctx) : 0;
}
