/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command's answer: a summary, rows, warnings, notes. The command fills it; render*.c show it as text, JSON
 * or csv. No command formats anything itself.
 */
#ifndef LH_RESULT_RESULT_H
#define LH_RESULT_RESULT_H

#include "libheap-command.h"
#include "util/error.h"
#include "util/string.h"

/* Texts of values (struct lh_value) are copied by the functions below. */
#define LH_NULL ((struct lh_value){.kind = LH_K_NULL})
#define LH_BOOL(v) ((struct lh_value){.kind = LH_K_BOOL, .yes = (v)})
#define LH_COUNT(v) ((struct lh_value){.kind = LH_K_COUNT, .number = (int64_t)(v)})
#define LH_NUMBER(v) ((struct lh_value){.kind = LH_K_NUMBER, .number = (int64_t)(v)})
#define LH_BYTES(v) ((struct lh_value){.kind = LH_K_BYTES, .number = (int64_t)(v)})
#define LH_PERCENT(v) ((struct lh_value){.kind = LH_K_PERCENT, .number = (int64_t)(v)})
#define LH_ADDR(v) ((struct lh_value){.kind = LH_K_ADDR, .addr = (v)})
#define LH_TEXT(v) ((struct lh_value){.kind = LH_K_TEXT, .text = (v)})
#define LH_LIST(v) ((struct lh_value){.kind = LH_K_LIST, .text = (v)})

/** lh_text_or_null() - a text that may not be known */
static inline struct lh_value lh_text_or_null(const char *text)
{
	return text ? LH_TEXT(text) : LH_NULL;
}

/* Where a text that is too wide for its column is cut. */
enum lh_cut {
	LH_CUT_END,
	LH_CUT_MIDDLE,  /* paths: their last steps say most, then their first ones */
	LH_CUT_FOLDERS, /* files: the name stays, and the folders next to it */
};

/** enum lh_below - what text shows on separate lines below the row if a line is too wide: all of a column
 * (one per result), or what would be cut; LINE: always, and without a title */
enum lh_below { LH_BELOW_NONE, LH_BELOW_ALL, LH_BELOW_LONG, LH_BELOW_LINE };

/** struct lh_column - one column of a command's rows */
struct lh_column {
	const char *name;        /* JSON key and csv header: "bytes" */
	const char *title;       /* text header, NULL: the name in capitals */
	enum lh_value_kind kind; /* decides alignment; a cell may be NULL or of its own kind */
	bool hidden;             /* in JSON and csv only */
	bool once; /* left out in text if it, and each such column before it, is as in the row above */
	enum lh_cut cut;
	uint8_t spare; /* text leaves out the column with the highest if a line is too wide; 0: never */
	enum lh_below below;
	/* Another column, hidden: text shows its value after equal texts if it differs. */
	const char *apart;
	bool command; /* texts, what to type next, as lh_result_next() takes it: text shows it as typed */
	bool shades;  /* a TEXT of marks, see shades.h: text shows them as a picture */
	bool alike;   /* rows with equal cells in all such columns repeat each other: see lh_result_fold() */
};

/** struct lh_fold - rows that repeat are shown once in text; the rows need a column "repeat" */
struct lh_fold {
	const char *block; /* column: rows with the same value form a block; NULL: nothing is folded */
	const char *noun;  /* what a block is of: "task" */
	bool most_first;   /* blocks that stand for most come first */
};

/** struct lh_summary - one key of the summary, as lh_result_summary() takes them */
struct lh_summary {
	const char *key, *label;
	struct lh_value value;
};

/** struct lh_tree - rows are nodes of a tree: each before those below it, siblings the heaviest first */
struct lh_tree {
	const char *path;   /* column with steps separated by '/': text shows the last one, indented */
	const char *weight; /* column of numbers, of which a node has the sum of those below it */
};

struct lh_result;

/** lh_result_new() - an empty answer of @command, static storage; free with lh_result_free(). Return: 0, -LH_ENOMEM. */
int lh_result_new(struct lh_ctx *ctx, const char *command, struct lh_result **ret);
/** lh_result_columns() - the rows' columns, static storage, ended by name NULL; once, before the first row */
void lh_result_columns(struct lh_result *result, const struct lh_column *columns, const char *default_sort);
/** lh_result_hide() - text leaves out this column in this result: nothing is known for it, or there is only
 * one value */
void lh_result_hide(struct lh_result *result, const char *column);
/** lh_result_all() - text shows all rows unless the user gives --limit: a part of them would say little */
void lh_result_all(struct lh_result *result);
/** lh_result_fold() - text shows rows that repeat only once, unless the user gives --sort or @unfolded */
void lh_result_fold(struct lh_result *result, const struct lh_fold *fold, bool unfolded);
/**
 * lh_result_tree() - rows are a tree. Text folds siblings that are many or light into one line with their sums; with
 * --limit N all formats show N below each node. --sort shows paths and rows as they are.
 */
void lh_result_tree(struct lh_result *result, const struct lh_tree *tree);
/** lh_result_row() - append a row: one value per column. Texts are copied. Return: 0, -LH_ENOMEM. */
int lh_result_row(struct lh_result *result, const struct lh_value *values);
/** lh_result_row_count() - rows so far */
size_t lh_result_row_count(const struct lh_result *result);
/** lh_result_summary() - add a key to the summary, in order. @key static. @label: its name in text, NULL:
 * JSON only. Return: 0, -LH_ENOMEM. */
int lh_result_summary(struct lh_result *result, const char *key, const char *label, struct lh_value value);
/** lh_result_summarize() - add several, ended by key NULL. Return: 0, -LH_ENOMEM. */
int lh_result_summarize(struct lh_result *result, const struct lh_summary *summary);
/** lh_result_warn() - something is missing or odd; @code is a short word ("truncated"). Sets nothing else. */
int lh_result_warn(struct lh_result *result, const char *code, const uint64_t *addr, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/** lh_result_about() - what warnings from now on are about: their texts begin with it. NULL: the target. It stays the caller's. */
void lh_result_about(struct lh_result *result, const char *what);
/** lh_result_incomplete() - the answer is not over all data: "complete": false */
void lh_result_incomplete(struct lh_result *result);
/** lh_result_headline() - one sentence above the table, in text only */
int lh_result_headline(struct lh_result *result, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** lh_result_note() - one sentence below the table, in text only */
int lh_result_note(struct lh_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));
/**
 * lh_result_next() - a command worth typing next, without program and target: "object 0x7f...", in text only.
 * It is shown as "py-heap object core.1234 0x7f...", or as typed in GDB.
 */
int lh_result_next(struct lh_result *result, const char *why, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** lh_result_failed() - a part of what was asked could not be done, and a warning says so: exit status 1 */
void lh_result_failed(struct lh_result *result);
/** lh_result_found() - the analysis found what it looks for: exit status 3 */
void lh_result_found(struct lh_result *result);

#endif
