/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of rows and how many are shown.
 *
 * Counts biggest first, texts, addresses and other numbers ascending, unknown values last; "-COLUMN" reverses
 * that for one column. Ties are broken by the columns that follow, finally by the order of arrival, so that
 * the same heap always prints the same lines.
 */
#include "result/columns.h"
#include "result/result_impl.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

struct sort {
	const struct lh_result *result;
	size_t column;
	bool reverse;
};

static int compare_numbers(const struct lh_value *a, const struct lh_value *b)
{
	if (a->kind == LH_K_BOOL)
		return (int)b->yes - (int)a->yes;
	if (a->kind == LH_K_ADDR)
		return (a->addr > b->addr) - (a->addr < b->addr);
	if (a->kind == LH_K_NUMBER)
		return (a->number > b->number) - (a->number < b->number);
	return (b->number > a->number) - (b->number < a->number);
}

static bool is_text(const struct lh_value *value)
{
	return value->kind == LH_K_TEXT || value->kind == LH_K_LIST;
}

static int compare_cells(const struct sort *sort, size_t a, size_t b, size_t column, bool reverse)
{
	struct lh_value va = lh_result_cell(sort->result, a, column);
	struct lh_value vb = lh_result_cell(sort->result, b, column);
	int order;

	if (va.kind == LH_K_NULL || vb.kind == LH_K_NULL)
		return (va.kind == LH_K_NULL) - (vb.kind == LH_K_NULL);
	if (is_text(&va) != is_text(&vb))
		return is_text(&va) - is_text(&vb);
	order = is_text(&va) ? strcmp(va.text, vb.text) : compare_numbers(&va, &vb);
	return reverse ? -order : order;
}

static int compare_rows(const void *pa, const void *pb, void *arg)
{
	const struct sort *sort = arg;
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb, n = sort->result->column_count;
	int order;

	for (size_t i = 0; i < n; i++) {
		order = compare_cells(sort, a, b, (sort->column + i) % n, i == 0 && sort->reverse);
		if (order != 0)
			return order;
	}
	return (a > b) - (a < b);
}

/* Return: 0; LH_ABSENT: rows stay in the order of arrival; -LH_EUSAGE. */
static int find_column(const struct lh_result *result, struct sort *sort)
{
	const char *name = result->sort ? result->sort : result->default_sort;
	const struct lh_column *column;

	if (!name || result->column_count == 0)
		return LH_ABSENT;
	sort->reverse = name[0] == '-';
	name += sort->reverse;
	column = lh_column_named(result->columns, name);
	if (column) {
		sort->column = (size_t)(column - result->columns);
		return 0;
	}
	return result->sort ? lh_column_fail(result->ctx, result->command, result->columns, name) : LH_ABSENT;
}

static size_t rows_shown(const struct lh_result *result)
{
	size_t limit = result->limit;

	if (!result->limited)
		limit = result->format == LH_FORMAT_TEXT && !result->all ? LH_TEXT_ROWS : 0;
	return limit == 0 || limit > result->told ? result->told : limit;
}

/* Rows in the order of arrival. Those that others represent are marked in every format, and left out in
 * text. */
static int start_order(struct lh_result *result)
{
	bool folds = result->format == LH_FORMAT_TEXT && !result->unfolded && !result->sort;
	int r = 0;

	free(result->order);
	result->order = calloc(result->row_count + 1, sizeof(*result->order));
	if (!result->order)
		return lh_nomem(result->ctx);
	if (result->fold.block && result->row_count)
		r = lh_result_fold_rows(result);
	result->told = result->shown;
	if (result->fold.block && folds)
		return r;
	result->folded_count = 0;
	result->told = result->row_count;
	for (size_t i = 0; i < result->row_count; i++)
		result->order[i] = i;
	return r;
}

/* Where text folds rows, typed answers have an order of their own. */
static int order_typed(struct lh_result *result, struct sort *sort, bool sorted)
{
	result->typed_count = result->limited && result->limit && result->limit < result->row_count
				      ? result->limit
				      : result->row_count;
	if (result->told == result->row_count)
		return 0;
	free(result->typed);
	result->typed = lh_new0(size_t, result->row_count + 1);
	if (!result->typed)
		return lh_nomem(result->ctx);
	for (size_t i = 0; i < result->row_count; i++)
		result->typed[i] = i;
	if (sorted)
		qsort_r(result->typed, result->row_count, sizeof(*result->typed), compare_rows, sort);
	return 0;
}

int lh_result_finish(struct lh_result *result)
{
	struct sort sort = {.result = result};
	int sorted = find_column(result, &sort), r;

	if (sorted < 0)
		return sorted;
	result->indented = result->tree.path && !result->sort && result->row_count &&
			   (result->format == LH_FORMAT_TEXT || result->limited);
	if (result->indented)
		return lh_result_tree_rows(result);
	r = start_order(result);
	if (r == 0 && sorted == 0)
		qsort_r(result->order, result->told, sizeof(*result->order), compare_rows, &sort);
	result->shown = rows_shown(result);
	if (r == 0)
		r = order_typed(result, &sort, sorted == 0);
	if (r == 0 && result->format == LH_FORMAT_TEXT)
		r = lh_result_tell_apart(result);
	return r;
}
