/* SPDX-License-Identifier: Apache-2.0 */
/* From a place in a function's code to the line of its source. */
#ifndef LH_CPYTHON_LINES_H
#define LH_CPYTHON_LINES_H

#include "cpython/frames.h"

/* How a code object keeps its lines: LH_C_LINE_TABLE. */
enum lh_line_table {
	LH_LINES_UNSIGNED = 1, /* 2.7: co_lnotab, lines only go up */
	LH_LINES_SIGNED,       /* 3.6 to 3.9: co_lnotab with signed steps */
	LH_LINES_RANGES,       /* 3.10: co_linetable of PEP 626 */
	LH_LINES_LOCATIONS,    /* 3.11+: co_linetable with columns, of which lines are a part */
};

/** struct lh_line_bytes - a table of lines and what it begins with */
struct lh_line_bytes {
	const uint8_t *bytes;
	uint64_t size;
	int64_t first; /* co_firstlineno */
};

/**
 * lh_line_find() - the line of the instruction that is @at bytes into the code; < 0: of its beginning
 * Return: the line; 0 when the table has none for it, or makes no sense.
 */
uint32_t lh_line_find(enum lh_line_table kind, const struct lh_line_bytes *table, int64_t at);

/** lh_code_line() - the same, of a code object. Return: the line; 0: not known. */
uint32_t lh_code_line(struct lh_heap *heap, struct lh_view *view, uint64_t code, int64_t at);

/** lh_frame_line() - the line that a call is at. Return: the line; 0: not known. */
uint32_t lh_frame_line(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame);

#endif
