/* SPDX-License-Identifier: Apache-2.0 */
/* A finished result as values, for callers that make something else of it than text. */
#include "result/result_impl.h"
#include "util/info.h"

int lh_result_info(const struct lh_result *result, struct lh_result_info *ret)
{
	const struct lh_result_info info = {
		.command = result->command,
		.headline = result->headline,
		.rows = result->typed_count,
		.columns = result->column_count,
		.row_count = result->row_count,
		.complete = !result->incomplete,
	};

	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_result_column_at(const struct lh_result *result, size_t index, struct lh_column_info *ret)
{
	const struct lh_column *column;
	struct lh_column_info info;

	if (index >= result->column_count)
		return LH_DONE;
	column = &result->columns[index];
	info = (struct lh_column_info){
		.key = column->name,
		.title = column->title,
		.kind = column->kind,
		.hidden = result->hidden >> index & 1,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

static size_t row_at(const struct lh_result *result, size_t row)
{
	return result->typed ? result->typed[row] : result->order[row];
}

struct lh_value lh_result_value(const struct lh_result *result, size_t row, size_t column)
{
	if (row >= result->typed_count || column >= result->column_count)
		return LH_NULL;
	return lh_result_cell(result, row_at(result, row), column);
}

int lh_result_values(const struct lh_result *result, size_t row, struct lh_value *values, size_t count,
		     size_t *ret_count)
{
	size_t left = row < result->typed_count ? result->typed_count - row : 0,
	       n = count < left ? count : left;

	for (size_t i = 0; i < n; i++)
		for (size_t column = 0; column < result->column_count; column++)
			*values++ = lh_result_cell(result, row_at(result, row + i), column);
	*ret_count = n;
	return n ? 0 : LH_DONE;
}

int lh_result_summary_at(const struct lh_result *result, size_t index, struct lh_summary_info *ret)
{
	struct lh_summary_info info;

	if (index >= result->summary_count)
		return LH_DONE;
	info = (struct lh_summary_info){
		.key = result->summary[index].key,
		.label = result->summary[index].label,
		.value = result->summary[index].value,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_result_warning_at(const struct lh_result *result, size_t index, struct lh_warning_info *ret)
{
	struct lh_warning_info info;

	if (index >= result->warning_count)
		return LH_DONE;
	info = (struct lh_warning_info){
		.code = result->warnings[index].code,
		.text = result->warnings[index].text,
		.addr = result->warnings[index].addr,
		.has_addr = result->warnings[index].has_addr,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

const char *lh_result_note_at(const struct lh_result *result, size_t index)
{
	return index < result->note_count ? result->notes[index] : NULL;
}

int lh_result_next_at(const struct lh_result *result, size_t index, struct lh_next_info *ret)
{
	struct lh_next_info info;

	if (index >= result->next_count)
		return LH_DONE;
	info = (struct lh_next_info){.command = result->nexts[index].command,
				     .why = result->nexts[index].why};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}
