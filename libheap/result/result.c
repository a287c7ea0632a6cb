/* SPDX-License-Identifier: Apache-2.0 */
/* Filling a result: rows, summary, warnings, sentences. Order and limit are in sort.c, output in
 * render*.c. */
#include "result/result_impl.h"
#include "result/show.h"
#include "util/array.h"
#include "util/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BLOCK (64u << 10)

struct lh_text_block {
	struct lh_text_block *next;
	size_t used, size;
	char bytes[];
};

int lh_result_new(struct lh_ctx *ctx, const char *command, struct lh_result **ret)
{
	struct lh_result *result = lh_new0(struct lh_result, 1);

	if (!result)
		return lh_nomem(ctx);
	result->ctx = ctx;
	result->command = command;
	*ret = result;
	return 0;
}

struct lh_result *lh_result_free(struct lh_result *result)
{
	struct lh_text_block *next;

	if (!result)
		return NULL;
	for (; result->texts; result->texts = next) {
		next = result->texts->next;
		free(result->texts);
	}
	free(result->cells);
	free(result->kinds);
	free(result->order);
	free(result->typed);
	free(result->summary);
	free(result->warnings);
	free(result->notes);
	free(result->nexts);
	free(result->folded);
	free(result->ambiguous);
	free(result);
	return NULL;
}

static struct lh_text_block *text_block(struct lh_result *result, size_t size)
{
	struct lh_text_block *block = result->texts;
	size_t room = size > TEXT_BLOCK ? size : TEXT_BLOCK;

	if (block && block->size - block->used >= size)
		return block;
	block = malloc(sizeof(*block) + room);
	if (!block)
		return NULL;
	*block = (struct lh_text_block){.next = result->texts, .size = room};
	return result->texts = block;
}

static const char *keep_utf8(struct lh_result *result, const char *text)
{
	size_t size = strlen(text) + 1;
	struct lh_text_block *block = text_block(result, size);
	char *copy;

	if (!block)
		return NULL;
	copy = block->bytes + block->used;
	memcpy(copy, text, size);
	block->used += size;
	return copy;
}

static bool is_utf8(const char *text)
{
	uint32_t c;
	size_t len;

	for (; *text; text += len)
		if ((len = lh_utf8_next(text, &c)) == 0)
			return false;
	return true;
}

const char *lh_result_keep(struct lh_result *result, const char *text)
{
	_cleanup_string_ struct lh_string valid = {};

	if (is_utf8(text))
		return keep_utf8(result, text);
	lh_utf8_add_text(&valid, text);
	return valid.failed ? NULL : keep_utf8(result, valid.text);
}

/* Format a sentence and keep it. */
static const char *keepv(struct lh_result *result, const char *format, va_list ap)
{
	_cleanup_free_ char *text = NULL;

	if (vasprintf(&text, format, ap) < 0) {
		text = NULL;
		return NULL;
	}
	return lh_result_keep(result, text);
}

static bool is_text(enum lh_value_kind kind)
{
	return kind == LH_K_TEXT || kind == LH_K_LIST;
}

/* The value with its text copied; a NULL text is an unknown value. Return: 0, -LH_ENOMEM. */
static int keep_value(struct lh_result *result, struct lh_value *value)
{
	if (!is_text(value->kind))
		return 0;
	if (!value->text) {
		*value = LH_NULL;
		return 0;
	}
	value->text = lh_result_keep(result, value->text);
	return value->text ? 0 : lh_nomem(result->ctx);
}

void lh_result_columns(struct lh_result *result, const struct lh_column *columns, const char *default_sort)
{
	assert(result->row_count == 0);
	result->columns = columns;
	result->column_count = 0;
	result->hidden = 0;
	for (size_t i = 0; columns[i].name; i++) {
		result->hidden |= (uint64_t)columns[i].hidden << i;
		result->column_count++;
	}
	result->default_sort = default_sort;
}

void lh_result_hide(struct lh_result *result, const char *column)
{
	for (size_t i = 0; i < result->column_count; i++)
		if (strcmp(result->columns[i].name, column) == 0)
			result->hidden |= 1ull << i;
}

void lh_result_all(struct lh_result *result)
{
	result->all = true;
}

void lh_result_fold(struct lh_result *result, const struct lh_fold *fold, bool unfolded)
{
	result->fold = *fold;
	result->unfolded = unfolded;
}

bool lh_value_same(const struct lh_value *a, const struct lh_value *b)
{
	if (a->kind != b->kind)
		return false;
	if (is_text(a->kind))
		return strcmp(a->text, b->text) == 0;
	if (a->kind == LH_K_BOOL)
		return a->yes == b->yes;
	return a->kind == LH_K_NULL || a->number == b->number;
}

void lh_result_tree(struct lh_result *result, const struct lh_tree *tree)
{
	result->tree = *tree;
}

size_t lh_result_row_count(const struct lh_result *result)
{
	return result->row_count;
}

static uint64_t value_bits(const struct lh_value *value)
{
	switch (value->kind) {
	case LH_K_NULL:
		return 0;
	case LH_K_BOOL:
		return value->yes;
	case LH_K_ADDR:
		return value->addr;
	case LH_K_TEXT:
	case LH_K_LIST:
		return (uintptr_t)value->text;
	default:
		return (uint64_t)value->number;
	}
}

struct lh_value lh_result_cell(const struct lh_result *result, size_t row, size_t column)
{
	size_t at = row * result->column_count + column;
	struct lh_value value = {.kind = result->kinds[at]};

	if (value.kind == LH_K_BOOL)
		value.yes = result->cells[at];
	else if (is_text(value.kind))
		value.text = (const char *)(uintptr_t)result->cells[at];
	else
		value.addr = result->cells[at];
	return value;
}

/* Neighbouring rows often have the same text ("builtins.dict"): then they share it. */
static int keep_cell(struct lh_result *result, size_t column, struct lh_value *value)
{
	struct lh_value above;

	if (result->row_count > 0 && is_text(value->kind) && value->text) {
		above = lh_result_cell(result, result->row_count - 1, column);
		if (is_text(above.kind) && strcmp(above.text, value->text) == 0) {
			value->text = above.text;
			return 0;
		}
	}
	return keep_value(result, value);
}

int lh_result_row(struct lh_result *result, const struct lh_value *values)
{
	size_t start = result->row_count * result->column_count, want = start + result->column_count;
	int r = 0;

	assert(result->column_count > 0);
	if (want > result->cell_capacity)
		r = lh_grow(result->ctx, &result->cells, &result->cell_capacity, want,
			    sizeof(*result->cells));
	if (r == 0 && want > result->kind_capacity)
		r = lh_grow(result->ctx, &result->kinds, &result->kind_capacity, want,
			    sizeof(*result->kinds));
	for (size_t i = 0; r == 0 && i < result->column_count; i++) {
		struct lh_value value = values[i];

		r = keep_cell(result, i, &value);
		result->cells[start + i] = value_bits(&value);
		result->kinds[start + i] = value.kind;
	}
	if (r == 0)
		result->row_count++;
	return r;
}

int lh_result_summary(struct lh_result *result, const char *key, const char *label, struct lh_value value)
{
	int r = keep_value(result, &value);

	if (r != 0)
		return r;
	return lh_append(result->ctx, result->summary, result->summary_count, result->summary_capacity,
			 ((struct lh_summary){key, label, value}));
}

int lh_result_summarize(struct lh_result *result, const struct lh_summary *summary)
{
	int r = 0;

	for (; r == 0 && summary->key; summary++)
		r = lh_result_summary(result, summary->key, summary->label, summary->value);
	return r;
}

int lh_result_warn(struct lh_result *result, const char *code, const uint64_t *addr, const char *format, ...)
{
	struct lh_warning warning = {.code = code, .addr = addr ? *addr : 0, .has_addr = addr != NULL};
	_cleanup_string_ struct lh_string text = {0};
	va_list ap;

	if (result->about)
		lh_string_addf(&text, "%s: ", result->about);
	va_start(ap, format);
	lh_string_addv(&text, format, ap);
	va_end(ap);
	warning.text = text.failed ? NULL : lh_result_keep(result, text.text);
	if (!warning.text)
		return lh_nomem(result->ctx);
	return lh_append(result->ctx, result->warnings, result->warning_count, result->warning_capacity,
			 warning);
}

void lh_result_about(struct lh_result *result, const char *what)
{
	result->about = what;
}

void lh_result_incomplete(struct lh_result *result)
{
	result->incomplete = true;
}

void lh_result_failed(struct lh_result *result)
{
	result->failed = true;
}

void lh_result_found(struct lh_result *result)
{
	result->found = true;
}

int lh_result_headline(struct lh_result *result, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	result->headline = keepv(result, format, ap);
	va_end(ap);
	return result->headline ? 0 : lh_nomem(result->ctx);
}

int lh_result_note(struct lh_result *result, const char *format, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, format);
	text = keepv(result, format, ap);
	va_end(ap);
	if (!text)
		return lh_nomem(result->ctx);
	return lh_append(result->ctx, result->notes, result->note_count, result->note_capacity, text);
}

int lh_result_next(struct lh_result *result, const char *why, const char *format, ...)
{
	struct lh_next next;
	va_list ap;

	va_start(ap, format);
	next.command = keepv(result, format, ap);
	va_end(ap);
	next.why = lh_result_keep(result, why ? why : "");
	if (!next.command || !next.why)
		return lh_nomem(result->ctx);
	return lh_append(result->ctx, result->nexts, result->next_count, result->next_capacity, next);
}
