/* SPDX-License-Identifier: Apache-2.0 */
/* Types and addresses of an answer, for whoever completes what is typed next. Never what objects contain. */
#include "result/result_impl.h"
#include "util/array.h"

#include <inttypes.h>
#include <string.h>

#define TYPES_MAX 500
#define ADDRS_MAX 256
#define ROWS_MAX 10000   /* looked at for types */
#define TYPE_LEN_MAX 100 /* bytes */

/* Columns of addresses at which there are objects. */
static const char *const address_columns[] = {"address", "example", "via", "task"};

struct seen {
	const char *types[TYPES_MAX];
	uint64_t addrs[ADDRS_MAX];
	size_t type_count, addr_count;
};

/* What a shell takes for one word as it is: names come from the target. */
static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
	size_t len = strspn(name, plain);

	return len && len <= TYPE_LEN_MAX && !name[len];
}

static void add_type(struct seen *seen, const char *name, struct lh_string *out)
{
	if (seen->type_count == TYPES_MAX || !is_plain(name))
		return;
	for (size_t i = 0; i < seen->type_count; i++)
		if (strcmp(seen->types[i], name) == 0)
			return;
	seen->types[seen->type_count++] = name;
	lh_string_addf(out, "type %s\n", name);
}

static void add_address(struct seen *seen, uint64_t addr, struct lh_string *out)
{
	if (seen->addr_count == ADDRS_MAX || !addr)
		return;
	for (size_t i = 0; i < seen->addr_count; i++)
		if (seen->addrs[i] == addr)
			return;
	seen->addrs[seen->addr_count++] = addr;
	lh_string_addf(out, "address 0x%" PRIx64 "\n", addr);
}

static bool has_addresses(const struct lh_column *column)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(address_columns); i++)
		if (strcmp(column->name, address_columns[i]) == 0)
			return !column->hidden;
	return false;
}

static void add_column(const struct lh_result *result, size_t column, struct seen *seen,
		       struct lh_string *out)
{
	bool types = strcmp(result->columns[column].name, "type") == 0;
	size_t rows = types ? result->told : result->shown;

	if (!types && !has_addresses(&result->columns[column]))
		return;
	for (size_t i = 0; i < rows && i < ROWS_MAX; i++) {
		struct lh_value value = lh_result_cell(result, result->order[i], column);

		if (types && value.kind == LH_K_TEXT)
			add_type(seen, value.text, out);
		else if (!types && value.kind == LH_K_ADDR)
			add_address(seen, value.addr, out);
	}
}

int lh_result_address(const struct lh_result *result, size_t row, uint64_t *ret)
{
	for (size_t i = 0; row && row <= result->shown && i < result->column_count; i++) {
		struct lh_value value = lh_result_cell(result, result->order[row - 1], i);

		if (!has_addresses(&result->columns[i]) || value.kind != LH_K_ADDR || !value.addr)
			continue;
		*ret = value.addr;
		return 0;
	}
	return LH_ABSENT;
}

int lh_result_candidates(const struct lh_result *result, char **ret)
{
	_cleanup_string_ struct lh_string out = {};
	struct seen seen = {.type_count = 0};

	for (size_t i = 0; i < result->column_count; i++)
		add_column(result, i, &seen, &out);
	return lh_string_give(result->ctx, &out, ret);
}
