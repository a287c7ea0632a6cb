/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a result is made of; for this room only.
 *
 * A result may have a million rows, so a cell is nine bytes: its 64-bit value in one array, its kind in
 * another. Texts are in blocks that only grow, so pointers to them stay valid.
 */
#ifndef LH_RESULT_RESULT_IMPL_H
#define LH_RESULT_RESULT_IMPL_H

#include "cpython/heap.h"
#include "result/result.h"

enum lh_format { LH_FORMAT_TEXT, LH_FORMAT_JSON, LH_FORMAT_CSV };

#define LH_TEXT_ROWS 20 /* rows shown in text unless --limit says otherwise */

struct lh_warning {
	const char *code, *text;
	uint64_t addr;
	bool has_addr;
};

struct lh_next {
	const char *why, *command;
};

/** struct lh_folded - what text leaves out after row @after of those shown */
struct lh_folded {
	size_t after;
	size_t rows; /* above it that repeat; 0: the whole block, for other blocks */
	uint64_t times;
};

struct lh_text_block;

struct lh_result {
	struct lh_ctx *ctx;
	const char *command; /* its name */
	struct lh_heap_description target;
	enum lh_format format;
	bool limited;     /* the user gave --limit */
	size_t limit;     /* 0: all */
	bool all;         /* the command wants all rows shown */
	const char *sort; /* the user's --sort, NULL: the command's own order */

	const struct lh_column *columns;
	size_t column_count;
	uint64_t hidden; /* bit i: column i is not shown in text */
	const char *default_sort;

	uint64_t *cells; /* row by row */
	uint8_t *kinds;
	size_t cell_count, cell_capacity, kind_count, kind_capacity;
	size_t row_count;
	size_t *order;      /* rows in the order in which they are shown, the first 'shown' of them */
	size_t shown, told; /* told: without a limit */
	size_t *typed;      /* rows in the order of JSON, the first 'typed_count' of them; NULL: as 'order' */
	size_t typed_count;
	struct lh_text_block *texts;

	struct lh_summary *summary;
	size_t summary_count, summary_capacity;
	struct lh_warning *warnings;
	size_t warning_count, warning_capacity;
	const char **notes;
	size_t note_count, note_capacity;
	struct lh_next *nexts;
	size_t next_count, next_capacity;
	struct lh_fold fold;
	struct lh_tree tree;
	bool indented; /* rows are shown as a tree: after row_count of them come lines for what is folded */
	bool unfolded;
	uint8_t *ambiguous;       /* by row: its text is another's too, see lh_column.apart; may be NULL */
	struct lh_folded *folded; /* by the rows after which they are shown */
	size_t folded_count, folded_capacity;
	const char *headline;
	const char *about; /* see lh_result_about() */
	bool incomplete, found, failed;
};

/* Copy @text into the result, what is not UTF-8 replaced by U+FFFD. Return: NULL without memory. */
const char *lh_result_keep(struct lh_result *result, const char *text);
struct lh_value lh_result_cell(const struct lh_result *result, size_t row, size_t column);
/* lh_result_tell_apart() - find the rows that are ambiguous. Return: 0, -LH_ENOMEM. */
int lh_result_tell_apart(struct lh_result *result);
bool lh_value_same(const struct lh_value *a, const struct lh_value *b);
/* lh_result_fold_rows() - set the cells of "repeat", and order, shown and folded to what text shows. Return:
 * 0, -LH_ENOMEM. */
int lh_result_fold_rows(struct lh_result *result);
/* lh_result_tree_rows() - set order and shown to a tree that is folded; rows for what is folded are added. Return:
 * 0, -LH_ENOMEM. */
int lh_result_tree_rows(struct lh_result *result);
/* lh_result_tree_step() - add the last step of a path, indented. Return: false: the cell is not one. */
bool lh_result_tree_step(const struct lh_result *result, size_t column, const struct lh_value *value,
			 struct lh_string *out);
/* lh_result_finish() - put rows in order, apply the limit. Return: 0, -LH_EUSAGE (no such column),
 * -LH_ENOMEM. */
int lh_result_finish(struct lh_result *result);

/* One per format. They add to @out, which remembers if memory ran out. Return: 0, -LH_ENOMEM, -LH_EINTR. */
int lh_render_text(const struct lh_result *result, const struct lh_style *style, struct lh_string *out);
int lh_render_json(const struct lh_result *result, struct lh_string *out);
int lh_render_csv(const struct lh_result *result, struct lh_string *out);
/* The table alone: header line and rows, aligned, cut to style->width. */
int lh_render_table(const struct lh_result *result, const struct lh_style *style, struct lh_string *out);

LH_DEFINE_CLEANUP(struct lh_result, lh_result_free);

#endif
