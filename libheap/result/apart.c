/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguishing things of the same name in text: two classes 'app.Row', by their addresses. */
#include "result/result_impl.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define LOOKED_AT (1u << 16) /* rows, including those not shown: a million of them cost a second */

struct names {
	const struct lh_result *result;
	size_t column, apart;
};

static int compare(const void *pa, const void *pb, void *arg)
{
	const struct names *n = arg;
	struct lh_value a = lh_result_cell(n->result, *(const size_t *)pa, n->column);
	struct lh_value b = lh_result_cell(n->result, *(const size_t *)pb, n->column);

	if (a.kind != LH_K_TEXT || b.kind != LH_K_TEXT)
		return (a.kind == LH_K_TEXT) - (b.kind == LH_K_TEXT);
	return a.text == b.text ? 0 : strcmp(a.text, b.text);
}

/* Whether rows of the same name, [@from, @to) of @order, differ in what distinguishes them. */
static bool differ(const struct names *n, const size_t *order, size_t from, size_t to)
{
	struct lh_value first = lh_result_cell(n->result, order[from], n->apart);

	for (size_t i = from + 1; i < to; i++) {
		struct lh_value other = lh_result_cell(n->result, order[i], n->apart);

		if (!lh_value_same(&first, &other))
			return true;
	}
	return false;
}

static int mark(struct lh_result *result, const struct names *n)
{
	size_t count = result->shown > LOOKED_AT || result->told < LOOKED_AT ? result->told : LOOKED_AT;
	_cleanup_free_ size_t *order = lh_new0(size_t, count + 1);

	result->ambiguous = lh_new0(uint8_t, result->row_count + 1);
	if (!order || !result->ambiguous)
		return lh_nomem(result->ctx);
	memcpy(order, result->order, count * sizeof(*order));
	qsort_r(order, count, sizeof(*order), compare, (void *)n);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && compare(&order[from], &order[to], (void *)n) == 0;)
			to++;
		if (differ(n, order, from, to))
			for (size_t i = from; i < to; i++)
				result->ambiguous[order[i]] = true;
	}
	return 0;
}

int lh_result_tell_apart(struct lh_result *result)
{
	struct names n = {.result = result};

	while (n.column < result->column_count && !result->columns[n.column].apart)
		n.column++;
	if (n.column == result->column_count)
		return 0;
	while (strcmp(result->columns[n.apart].name, result->columns[n.column].apart) != 0)
		n.apart++;
	return mark(result, &n);
}
