/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of lines: a run of steps, each some bytes of code further and some lines up or down. Four ways to
 * write a step (Objects/codeobject.c of 2.7, 3.6, 3.10, 3.11: PyCode_Addr2Line()); one loop over them.
 */
#include "cpython/lines.h"

#define LINE_MAX INT32_MAX
#define TABLE_MAX (1u << 26) /* bytes: more is no table */

/** struct step - what one entry of a table says */
struct step {
	uint32_t length; /* bytes of code */
	int64_t lines;   /* added to the line */
	bool no_line;    /* the compiler made this code: no line is its own */
};

struct cursor {
	const uint8_t *at, *end;
};

static uint8_t next_byte(struct cursor *c)
{
	return c->at < c->end ? *c->at++ : 0;
}

/* ---- co_lnotab: pairs, the length in front of the lines; what follows a pair has its line ---- */

static uint32_t find_in_lnotab(const struct lh_line_bytes *t, int64_t at, bool is_signed)
{
	struct cursor c = {t->bytes, t->bytes + (t->size & ~1ull)};
	int64_t line = t->first, start = 0;

	while (c.at < c.end) {
		uint8_t lines;

		start += next_byte(&c);
		if (start > at)
			break;
		lines = next_byte(&c);
		line += is_signed ? (int8_t)lines : lines;
	}
	return line > 0 && line <= LINE_MAX ? (uint32_t)line : 0;
}

/* ---- co_linetable: each entry is a range of code and its line ---- */

/* 3.10: a pair; -128 lines say that there is none. */
static bool next_range(struct cursor *c, struct step *ret)
{
	if (c->end - c->at < 2)
		return false;
	ret->length = next_byte(c);
	ret->lines = (int8_t)next_byte(c);
	ret->no_line = ret->lines == -128;
	if (ret->no_line)
		ret->lines = 0;
	return true;
}

/* Six bits a byte, the low ones first, while bit 6 says that more follow; the sign is the lowest bit. */
static int64_t signed_varint(struct cursor *c)
{
	uint64_t value = 0;
	uint8_t byte = 0x40;

	for (unsigned shift = 0; byte & 0x40 && shift < 36; shift += 6) {
		byte = next_byte(c);
		value |= (uint64_t)(byte & 0x3f) << shift;
	}
	return value & 1 ? -(int64_t)(value >> 1) : (int64_t)(value >> 1);
}

/* Include/internal/pycore_code.h: enum _PyCodeLocationInfoKind (3.11+) */
enum { ONE_LINE0 = 10, ONE_LINE2 = 12, NO_COLUMNS = 13, LONG = 14, NONE = 15 };

/* 3.11+: a byte with its top bit set says the kind and the count
 * of code units; its operands have it clear. */
static bool next_location(struct cursor *c, struct step *ret)
{
	unsigned first, kind;

	if (c->at >= c->end)
		return false;
	first = next_byte(c);
	kind = first >> 3 & 15;
	*ret = (struct step){.length = ((first & 7) + 1) * 2, .no_line = kind == NONE};
	if (kind >= ONE_LINE0 && kind <= ONE_LINE2)
		ret->lines = kind - ONE_LINE0;
	else if (kind == NO_COLUMNS || kind == LONG)
		ret->lines = signed_varint(c);
	while (c->at < c->end && !(*c->at & 0x80))
		c->at++;
	return true;
}

static uint32_t find_in_ranges(const struct lh_line_bytes *t, int64_t at,
			       bool (*next)(struct cursor *, struct step *))
{
	struct cursor c = {t->bytes, t->bytes + t->size};
	int64_t line = t->first, end = 0;
	struct step step;

	while (next(&c, &step)) {
		line += step.lines;
		end += step.length;
		if (end > at)
			return !step.no_line && line > 0 && line <= LINE_MAX ? (uint32_t)line : 0;
	}
	return 0;
}

uint32_t lh_line_find(enum lh_line_table kind, const struct lh_line_bytes *table, int64_t at)
{
	if (at < 0)
		return table->first > 0 && table->first <= LINE_MAX ? (uint32_t)table->first : 0;
	switch (kind) {
	case LH_LINES_UNSIGNED:
	case LH_LINES_SIGNED:
		return find_in_lnotab(table, at, kind == LH_LINES_SIGNED);
	case LH_LINES_RANGES:
		return find_in_ranges(table, at, next_range);
	case LH_LINES_LOCATIONS:
		return find_in_ranges(table, at, next_location);
	}
	return 0;
}

/* The bytes object that the code's field names. */
static bool read_table(struct lh_heap *heap, struct lh_view *view, uint64_t code, struct lh_line_bytes *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t addr = lh_heap_word(heap, view, code, LH_F_CODE_LINETABLE);
	struct lh_object o;

	if (!addr || !lh_layout_has(l, LH_F_CODE_FIRSTLINENO) || lh_object_at(heap, view, addr, &o) != 0 ||
	    o.type->kind->id != LH_KIND_BYTES)
		return false;
	ret->first = (int32_t)lh_heap_word(heap, view, code, LH_F_CODE_FIRSTLINENO);
	ret->size = lh_u64(o.bytes + lh_layout_at(l, LH_F_VAR_SIZE));
	if (ret->size > TABLE_MAX)
		return false;
	ret->bytes = lh_view_at(view, addr + lh_layout_at(l, LH_F_BYTES_DATA), ret->size);
	return ret->bytes; /* of an empty one, too: where the 0 behind it is */
}

uint32_t lh_code_line(struct lh_heap *heap, struct lh_view *view, uint64_t code, int64_t at)
{
	enum lh_line_table kind = (enum lh_line_table)lh_layout_constant(&heap->layout, LH_C_LINE_TABLE);
	struct lh_line_bytes table;

	return read_table(heap, view, code, &table) ? lh_line_find(kind, &table, at) : 0;
}

uint32_t lh_frame_line(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame)
{
	return frame->has_at ? lh_code_line(heap, view, frame->code, frame->at) : 0;
}
