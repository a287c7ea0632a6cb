/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are a tree: what is shown of them, and a line for what is not. */
#include "result/result_impl.h"
#include "util/array.h"
#include "util/printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16
#define SIBLINGS 8     /* shown of each node, unless --limit says otherwise */
#define LIGHT 500      /* below one part in so many of the whole, all but the first are folded */
#define COLUMNS_MAX 64 /* as bits of lh_result.hidden */

/** struct level - siblings of one node */
struct level {
	size_t seen;         /* those that came so far */
	size_t folded, last; /* of them; one of them */
	int64_t sums[COLUMNS_MAX];
};

struct tree {
	struct lh_result *result;
	size_t path, weight; /* columns */
	size_t limit;        /* 0: none */
	int64_t whole;       /* weight of all */
	unsigned depth;      /* of the row before */
	unsigned skipped;    /* rows deeper than this belong to one that is folded */
	size_t order_capacity;
	struct level levels[DEPTH_MAX];
};

bool lh_result_tree_step(const struct lh_result *result, size_t column, const struct lh_value *value,
			 struct lh_string *out)
{
	const char *slash;

	if (!result->indented || value->kind != LH_K_TEXT ||
	    strcmp(result->columns[column].name, result->tree.path) != 0)
		return false;
	slash = strrchr(value->text, '/');
	for (const char *p = value->text; *p; p++)
		if (*p == '/')
			lh_string_add(out, "  ");
	lh_printable_add(out, slash ? slash + 1 : value->text);
	return true;
}

static unsigned depth_of(const char *path)
{
	unsigned depth = 0;

	for (; *path; path++)
		depth += *path == '/';
	return depth < DEPTH_MAX ? depth : DEPTH_MAX - 1;
}

static const char *path_of(const struct tree *t, size_t row)
{
	struct lh_value value = lh_result_cell(t->result, row, t->path);

	return value.kind == LH_K_TEXT ? value.text : "";
}

static int64_t weight_of(const struct tree *t, size_t row)
{
	return lh_result_cell(t->result, row, t->weight).number;
}

static int show(struct tree *t, size_t row)
{
	return lh_append(t->result->ctx, t->result->order, t->result->shown, t->order_capacity, row);
}

static bool is_sum(const struct lh_value *value)
{
	return value->kind == LH_K_BYTES || value->kind == LH_K_COUNT;
}

static void fold(struct tree *t, struct level *level, size_t row)
{
	level->folded++;
	level->last = row;
	for (size_t i = 0; i < t->result->column_count && i < COLUMNS_MAX; i++) {
		struct lh_value value = lh_result_cell(t->result, row, i);

		level->sums[i] += is_sum(&value) ? value.number : 0;
	}
}

/* A row for siblings that are folded: like one of them, with their sums. */
static int add_folded(struct tree *t, const struct level *level)
{
	struct lh_value values[COLUMNS_MAX];
	const char *path = path_of(t, level->last), *slash = strrchr(path, '/');
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text, "%.*s(%zu more)", slash ? (int)(slash + 1 - path) : 0, path, level->folded) < 0)
		return lh_nomem(t->result->ctx);
	for (size_t i = 0; i < t->result->column_count && i < COLUMNS_MAX; i++) {
		values[i] = lh_result_cell(t->result, level->last, i);
		if (is_sum(&values[i]))
			values[i].number = level->sums[i];
		else if (values[i].kind == LH_K_PERCENT)
			values[i].number =
				t->whole ? (int64_t)((__int128)level->sums[t->weight] * 100 / t->whole) : 0;
		else if (values[i].kind != LH_K_BOOL)
			values[i] = values[i].kind == LH_K_TEXT ? LH_TEXT("") : LH_NULL;
	}
	values[t->path] = LH_TEXT(text);
	return lh_result_row(t->result, values);
}

/* End the levels down to @depth: what they folded gets a line. */
static int end_levels(struct tree *t, unsigned depth)
{
	int r = 0;

	for (unsigned d = t->depth + 1; d-- > depth && r == 0;) {
		struct level *level = &t->levels[d];

		if (level->folded > 1)
			r = add_folded(t, level);
		if (r == 0 && level->folded)
			r = show(t, level->folded > 1 ? t->result->row_count - 1 : level->last);
		*level = (struct level){0};
	}
	return r;
}

static bool is_folded(const struct tree *t, const struct level *level, size_t row)
{
	if (level == t->levels || level->seen == 1)
		return false;
	if (t->result->limited)
		return t->limit && level->seen > t->limit;
	return level->seen > SIBLINGS || weight_of(t, row) < t->whole / LIGHT;
}

static int take(struct tree *t, size_t row)
{
	unsigned depth = depth_of(path_of(t, row));
	int r;

	if (depth > t->skipped)
		return 0;
	r = end_levels(t, depth + 1);
	t->depth = depth;
	t->skipped = DEPTH_MAX;
	t->levels[depth].seen++;
	if (r < 0)
		return r;
	if (!is_folded(t, &t->levels[depth], row))
		return show(t, row);
	fold(t, &t->levels[depth], row);
	t->skipped = depth;
	return 0;
}

static size_t column_of(const struct lh_result *result, const char *name)
{
	size_t i = 0;

	while (i + 1 < result->column_count && strcmp(result->columns[i].name, name) != 0)
		i++;
	return i;
}

/* Programs get what JSON shows: all rows, or with --limit those that are shown. */
static int give_typed(struct lh_result *result)
{
	free(result->typed);
	result->typed = NULL;
	result->typed_count = result->limited ? result->shown : result->row_count;
	if (result->limited)
		return 0;
	result->typed = lh_new0(size_t, result->row_count + 1);
	if (!result->typed)
		return lh_nomem(result->ctx);
	for (size_t i = 0; i < result->row_count; i++)
		result->typed[i] = i;
	return 0;
}

int lh_result_tree_rows(struct lh_result *result)
{
	_cleanup_free_ struct tree *t = lh_new0(struct tree, 1);
	size_t count = result->row_count;
	int r = 0;

	if (!t)
		return lh_nomem(result->ctx);
	*t = (struct tree){.result = result,
			   .path = column_of(result, result->tree.path),
			   .weight = column_of(result, result->tree.weight),
			   .limit = result->limit,
			   .skipped = DEPTH_MAX};
	free(result->order);
	result->order = NULL;
	result->shown = 0;
	for (size_t i = 0; i < count; i++)
		t->whole += depth_of(path_of(t, i)) ? 0 : weight_of(t, i);
	for (size_t i = 0; i < count && r == 0; i++)
		r = take(t, i);
	if (r == 0)
		r = end_levels(t, 0);
	result->row_count = count;
	result->told = result->shown;
	return r == 0 ? give_typed(result) : r;
}
