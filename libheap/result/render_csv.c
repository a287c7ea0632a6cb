/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows as RFC 4180: one header line, CRLF-free for the tools of Unix, numbers without units.
 * Control characters are escaped as in text, hence a line is a row. Text that begins with = + - @ has a '
 * before it.
 */
#include "result/result_impl.h"
#include "result/show.h"
#include "util/csv.h"

#define STEP 4096

static void add_text(struct lh_string *out, const struct lh_value *value)
{
	_cleanup_string_ struct lh_string text = {};

	lh_show_value(&text, value);
	lh_csv_add(out, text.text ? text.text : "");
	out->failed |= text.failed;
}

static void add_value(struct lh_string *out, const struct lh_value *value)
{
	switch (value->kind) {
	case LH_K_NULL:
		break;
	case LH_K_BOOL:
		lh_string_add(out, value->yes ? "true" : "false");
		break;
	case LH_K_COUNT:
	case LH_K_NUMBER:
	case LH_K_BYTES:
	case LH_K_PERCENT:
		lh_string_addf(out, "%" PRId64, value->number);
		break;
	default:
		add_text(out, value);
		break;
	}
}

static void add_row(const struct lh_result *result, size_t row, struct lh_string *out)
{
	struct lh_value value;

	for (size_t i = 0; i < result->column_count; i++) {
		value = lh_result_cell(result, row, i);
		lh_string_add(out, i ? "," : "");
		add_value(out, &value);
	}
	lh_string_add(out, "\n");
}

int lh_render_csv(const struct lh_result *result, struct lh_string *out)
{
	int r = 0;

	for (size_t i = 0; i < result->column_count; i++)
		lh_string_addf(out, "%s%s", i ? "," : "", result->columns[i].name);
	lh_string_add(out, "\n");
	for (size_t i = 0; r == 0 && i < result->shown; i++) {
		add_row(result, result->order[i], out);
		if (i % STEP == STEP - 1)
			r = lh_progress(result->ctx, "writing rows", i, result->shown);
	}
	return r;
}
