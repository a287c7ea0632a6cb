/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that repeat are shown once: the calls of an endless recursion, thousands of tasks that wait at one
 * line.
 *
 * Rows come in blocks, a thread's or a task's. Two rows are alike if columns marked so are equal. A block
 * with rows like those of an earlier one is represented by it; within a block that is shown, rows that
 * repeat, one by one or several in turn, are represented by the first of them. In JSON and csv all rows stay,
 * and "repeat" says what text does with each: how many rows it stands for, 0 if an earlier one stands for it.
 */
#include "result/result_impl.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>
#include <string.h>

#define PERIOD_MAX 64 /* rows that repeat in turn */
#define TIMES_MIN 2   /* repetitions: fewer are left as they are */

struct block {
	size_t first, rows; /* rows in the order of arrival */
	uint64_t hash;
	size_t like;  /* the block that represents it; itself if no earlier one does */
	size_t count; /* of blocks that it represents, itself included */
};

struct fold {
	struct lh_result *result;
	size_t block_column, repeat_column;
	uint64_t *hashes; /* by row, of what makes rows alike */
	struct block *blocks;
	size_t count, capacity;
	size_t *sorted; /* blocks by hash; then those that are shown, in their order */
};

static size_t column_of(const struct lh_result *result, const char *name)
{
	size_t i = 0;

	while (i < result->column_count && strcmp(result->columns[i].name, name) != 0)
		i++;
	return i;
}

static uint64_t hash_row(const struct lh_result *result, size_t row)
{
	uint64_t hash = LH_HASH_START;

	for (size_t i = 0; i < result->column_count; i++) {
		struct lh_value v = lh_result_cell(result, row, i);
		bool text = v.kind == LH_K_TEXT || v.kind == LH_K_LIST;

		if (!result->columns[i].alike)
			continue;
		hash = lh_hash(hash, &v.kind, sizeof(v.kind));
		hash = text ? lh_hash(hash, v.text, strlen(v.text) + 1)
			    : lh_hash(hash, &result->cells[row * result->column_count + i], 8);
	}
	return hash;
}

static bool are_alike(const struct fold *f, size_t a, size_t b)
{
	const struct lh_result *result = f->result;

	if (f->hashes[a] != f->hashes[b])
		return false;
	for (size_t i = 0; i < result->column_count; i++) {
		struct lh_value x = lh_result_cell(result, a, i), y = lh_result_cell(result, b, i);

		if (result->columns[i].alike && !lh_value_same(&x, &y))
			return false;
	}
	return true;
}

/* ---- blocks ---- */

static int find_blocks(struct fold *f)
{
	struct lh_result *result = f->result;
	int r = 0;

	for (size_t row = 0; row < result->row_count && r == 0; row++) {
		struct lh_value now = lh_result_cell(result, row, f->block_column), before = LH_NULL;
		struct block *last = f->count ? &f->blocks[f->count - 1] : NULL;
		struct block new = {.first = row, .rows = 1, .like = f->count};

		f->hashes[row] = hash_row(result, row);
		new.hash = lh_hash(LH_HASH_START, &f->hashes[row], 8);
		if (last)
			before = lh_result_cell(result, last->first, f->block_column);
		if (!last || !lh_value_same(&now, &before)) {
			r = lh_append(result->ctx, f->blocks, f->count, f->capacity, new);
			continue;
		}
		last->rows++;
		last->hash = lh_hash(last->hash, &f->hashes[row], 8);
	}
	return r;
}

static int by_hash(const void *pa, const void *pb, void *arg)
{
	const struct fold *f = arg;
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	if (f->blocks[a].hash != f->blocks[b].hash)
		return f->blocks[a].hash < f->blocks[b].hash ? -1 : 1;
	return (a > b) - (a < b);
}

static bool blocks_alike(const struct fold *f, const struct block *a, const struct block *b)
{
	bool same = a->hash == b->hash && a->rows == b->rows;

	for (size_t i = 0; i < a->rows && same; i++)
		same = are_alike(f, a->first + i, b->first + i);
	return same;
}

static void compare_blocks(struct fold *f)
{
	size_t first = 0; /* of those with the same hash */

	for (size_t i = 0; i < f->count; i++)
		f->sorted[i] = i;
	qsort_r(f->sorted, f->count, sizeof(*f->sorted), by_hash, f);
	for (size_t i = 0; i < f->count; i++) {
		struct block *its = &f->blocks[f->sorted[i]], *head = &f->blocks[f->sorted[first]];

		if (blocks_alike(f, head, its))
			its->like = f->sorted[first];
		else
			first = i;
		f->blocks[its->like].count++;
	}
}

static int by_count(const void *pa, const void *pb, void *arg)
{
	const struct fold *f = arg;
	size_t a = *(const size_t *)pa, b = *(const size_t *)pb;

	if (f->blocks[a].count != f->blocks[b].count)
		return f->blocks[a].count > f->blocks[b].count ? -1 : 1;
	return (a > b) - (a < b);
}

/* The blocks that are shown, in f->sorted. Return: how many. */
static size_t choose_blocks(struct fold *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		if (f->blocks[i].like == i)
			f->sorted[n++] = i;
	if (f->result->fold.most_first)
		qsort_r(f->sorted, n, sizeof(*f->sorted), by_count, f);
	return n;
}

/* ---- rows ---- */

/* How many times the @period rows from @at on repeat before @end. */
static size_t times_again(const struct fold *f, size_t at, size_t end, size_t period)
{
	size_t n = 0;

	while (at + period + n < end && are_alike(f, at + n, at + period + n))
		n++;
	return n / period;
}

/* The shortest run of rows from @at on that repeats. Return: its rows, 0: there is none. */
static size_t find_run(const struct fold *f, size_t at, size_t end, size_t *ret_times)
{
	for (size_t period = 1; period <= PERIOD_MAX && at + period * (TIMES_MIN + 1) <= end; period++) {
		*ret_times = times_again(f, at, end, period);
		if (*ret_times >= TIMES_MIN)
			return period;
	}
	return 0;
}

static void set_repeat(const struct fold *f, size_t row, uint64_t repeat)
{
	size_t at = row * f->result->column_count + f->repeat_column;

	f->result->cells[at] = repeat;
	f->result->kinds[at] = LH_K_COUNT;
}

static int tell_row(struct fold *f, size_t row, uint64_t repeat)
{
	f->result->order[f->result->shown++] = row;
	set_repeat(f, row, repeat);
	return 0;
}

static int note(struct fold *f, size_t rows, uint64_t times)
{
	const struct lh_folded folded = {.after = f->result->shown - 1, .rows = rows, .times = times};

	return lh_append(f->result->ctx, f->result->folded, f->result->folded_count,
			 f->result->folded_capacity, folded);
}

static int fold_block(struct fold *f, const struct block *block)
{
	size_t end = block->first + block->rows, times = 0;
	int r = 0;

	for (size_t at = block->first; at < end && r == 0;) {
		size_t period = find_run(f, at, end, &times), rows = period ? period : 1;

		for (size_t i = 0; i < rows; i++)
			tell_row(f, at + i, block->count * (period ? times + 1 : 1));
		if (period)
			r = note(f, period, times);
		at += period ? period * (times + 1) : 1;
	}
	return r == 0 && block->count > 1 ? note(f, 0, block->count - 1) : r;
}

static int fold_all(struct fold *f)
{
	size_t told;
	int r = find_blocks(f);

	if (r < 0)
		return r;
	f->sorted = lh_new0(size_t, f->count + 1);
	if (!f->sorted)
		return lh_nomem(f->result->ctx);
	compare_blocks(f);
	told = choose_blocks(f);
	for (size_t row = 0; row < f->result->row_count; row++)
		set_repeat(f, row, 0);
	f->result->shown = 0;
	for (size_t i = 0; i < told && r == 0; i++)
		r = fold_block(f, &f->blocks[f->sorted[i]]);
	return r;
}

int lh_result_fold_rows(struct lh_result *result)
{
	struct fold f = {.result = result,
			 .block_column = column_of(result, result->fold.block),
			 .repeat_column = column_of(result, "repeat"),
			 .hashes = lh_new0(uint64_t, result->row_count + 1)};
	int r = f.hashes ? fold_all(&f) : lh_nomem(result->ctx);

	free(f.hashes);
	free(f.blocks);
	free(f.sorted);
	return r;
}
