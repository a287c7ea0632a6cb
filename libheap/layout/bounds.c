/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a layout can be one at all, whoever says so: a cached file, DWARF of somebody else's program and
 * the target's own _Py_DebugOffsets are hostile. Code that checks that the bytes of a struct are present reads
 * its fields without another look, so each field must end within its struct, and no struct is absurd.
 */
#include "layout/layout.h"
#include "util/array.h"

#include <string.h>

#define STRUCT_MIN 16
#define STRUCT_MAX 4096 /* objects and what hangs on them */

/* The structs that are larger; what they are in the tables: 460, 384, 264, 2.3 KB, 0.4 KB. */
static const struct {
	enum lh_field size;
	uint32_t max;
} large[] = {
	{LH_F_RUNTIME_SIZE, 4 << 20}, {LH_F_INTERP_SIZE, 4 << 20}, {LH_F_OBMALLOC_SIZE, 4 << 20},
	{LH_F_THREAD_SIZE, 64 << 10}, {LH_F_GC_SIZE, 64 << 10},    {LH_F_THREAD_IMPL_SIZE, 64 << 10},
};

/* Structs with a size that no layout has, and those that are read only up to one of their fields. */
static const struct {
	enum lh_field any; /* a field of the struct */
	enum lh_field end; /* LH_F_COUNT: there is none */
	uint32_t max;
} ends[] = {
	{LH_F_KEYS_REFCNT, LH_F_KEYS_INDICES, STRUCT_MAX},
	{LH_F_IFRAME_PREVIOUS, LH_F_IFRAME_LOCALSPLUS, STRUCT_MAX},
	{LH_F_FRAME_BACK, LH_F_FRAME_LOCALSPLUS, STRUCT_MAX},
	{LH_F_LONG_TAG, LH_F_LONG_DIGITS, STRUCT_MAX},
	{LH_F_VAR_SIZE, LH_F_TUPLE_ITEMS, STRUCT_MAX},
	{LH_F_VALUES_CAPACITY, LH_F_COUNT, 8}, /* its first word is looked at */
	{LH_F_SETENTRY_KEY, LH_F_COUNT, 16},
};

/* Fields that are read as less than a word. */
static const struct {
	enum lh_field field;
	uint32_t width;
} narrow[] = {
	{LH_F_GENERATION_THRESHOLD, 4},
	{LH_F_GENERATION_COUNT, 4},
	{LH_F_POOL_COUNT, 4},
	{LH_F_POOL_ARENAINDEX, 4},
	{LH_F_POOL_SZIDX, 4},
	{LH_F_POOL_NEXTOFFSET, 4},
	{LH_F_POOL_MAXNEXTOFFSET, 4},
	{LH_F_KEYS_LOG2_SIZE, 1},
	{LH_F_KEYS_LOG2_INDEX_BYTES, 1},
	{LH_F_KEYS_KIND, 1},
	{LH_F_VALUES_CAPACITY, 1},
	{LH_F_VALUES_SIZE, 1},
	{LH_F_VALUES_EMBEDDED, 1},
	{LH_F_VALUES_VALID, 1},
	{LH_F_IFRAME_IS_ENTRY, 1},
	{LH_F_IFRAME_OWNER, 1},
	{LH_F_IFRAME_STACKTOP, 4},
	{LH_F_FRAME_IBLOCK, 4},
	{LH_F_FRAME_LASTI, 4},
	{LH_F_FRAME_LINENO, 4},
	{LH_F_FRAME_STACKDEPTH, 4},
	{LH_F_GEN_FRAME_STATE, 1},
	{LH_F_CODE_OPCACHE_SIZE, 1},
	{LH_F_TRACE_FRAME_COUNT, 4},
	{LH_F_TRACE_FRAME_TOTAL, 2},
	{LH_F_TRACE_FRAME_LINE, 4},
	/* Where storage within the struct begins: nothing is read there that was not asked for. */
	{LH_F_BYTES_DATA, 0},
	{LH_F_CODE_ADAPTIVE, 0},
	{LH_F_GEN_IFRAME, 0},
	{LH_F_IFRAME_LOCALSPLUS, 0},
	{LH_F_FRAME_LOCALSPLUS, 0},
	{LH_F_KEYS_INDICES, 0},
	{LH_F_LONG_DIGITS, 0},
	{LH_F_TUPLE_ITEMS, 0},
	{LH_F_VALUES_VALUES, 0},
	{LH_F_FRAME_DATA, 0},
	{LH_F_TRACE_FRAMES, 0},
};

/* Fields that are inside something other than their own struct. */
static const struct {
	enum lh_field field;
	uint32_t width;
	enum lh_field end;
} within[] = {
	{LH_F_OBJECT_SIZE, 0, LH_F_TYPE_SIZE},
	{LH_F_TYPE_SIZE, 0, LH_F_HEAPTYPE_SIZE},
	{LH_F_STR_ASCII_SIZE, 0, LH_F_STR_COMPACT_SIZE},
	{LH_F_STR_COMPACT_SIZE, 0, LH_F_STR_SIZE},
	{LH_F_GENERATION_HEAD, 16, LH_F_GENERATION_SIZE},
	{LH_F_VAR_SIZE, 8, LH_F_BYTES_DATA},
	{LH_F_VAR_SIZE, 8, LH_F_LONG_DIGITS},
	{LH_F_LRU_LINK_KEY, 0, LH_F_LRU_LINK_RESULT},
	{LH_F_LRU_LINK_NEXT, 0, LH_F_LRU_LINK_RESULT},
};

/* Of each struct that names are read by, types and dicts with texts as keys, one field */
static const enum lh_field basic[] = {
	LH_F_OBJECT_TYPE, LH_F_VAR_SIZE, LH_F_GC_HEAD_NEXT, LH_F_TYPE_NAME,     LH_F_HEAPTYPE_NAME,
	LH_F_STR_LENGTH,  LH_F_STR_UTF8, LH_F_STR_DATA,     LH_F_UNICODE27_STR, LH_F_DICT_USED,
	LH_F_KEYS_USABLE, LH_F_LONG_TAG, LH_F_LONG_DIGITS,
};

static bool is_size(enum lh_field field)
{
	return !lh_field_infos[field].paths[0];
}

/* Whether two lists of names, separated by '|', have one in common. */
static bool share_name(const char *a, const char *b)
{
	for (size_t n; *a; a += n + (a[n] == '|')) {
		n = strcspn(a, "|");
		for (const char *other = b; *other; other += strcspn(other, "|"), other += *other == '|')
			if (strcspn(other, "|") == n && memcmp(a, other, n) == 0)
				return true;
	}
	return false;
}

static uint32_t width_of(enum lh_field field)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(narrow); i++)
		if (narrow[i].field == field)
			return narrow[i].width;
	return 8;
}

static uint32_t max_of_size(enum lh_field size)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(large); i++)
		if (large[i].size == size)
			return large[i].max;
	return STRUCT_MAX;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The field that is the size of a struct of these names; LH_F_COUNT: there is none. */
static enum lh_field size_of(const char *types)
{
	int i = 0;

	while (i < LH_F_COUNT && !(is_size((enum lh_field)i) && share_name(types, lh_field_infos[i].types)))
		i++;
	return (enum lh_field)i;
}

/* Bytes that a struct of these names has, or may have if no layout says. */
static uint32_t end_of_struct(const struct lh_layout *l, const char *types)
{
	enum lh_field size = size_of(types);
	uint32_t end = size == LH_F_COUNT       ? STRUCT_MAX
		       : lh_layout_has(l, size) ? lh_layout_at(l, size)
						: max_of_size(size);

	for (size_t i = 0; i < LH_ARRAY_SIZE(ends); i++)
		if (strcmp(lh_field_infos[ends[i].any].types, types) == 0) {
			if (ends[i].end < LH_F_COUNT && lh_layout_has(l, ends[i].end))
				end = smaller(end, lh_layout_at(l, ends[i].end));
			end = smaller(end, ends[i].max);
		}
	return end;
}

/* Of one of those structs. */
static bool is_basic(enum lh_field field)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(basic); i++)
		if (share_name(lh_field_infos[field].types, lh_field_infos[basic[i]].types))
			return true;
	return false;
}

static bool fits(const struct lh_layout *l, enum lh_field field, uint32_t width, uint32_t end)
{
	return (uint64_t)lh_layout_at(l, field) + width <= end;
}

static int fail(struct lh_ctx *ctx, const struct lh_layout *l, enum lh_field field, uint32_t end)
{
	const struct lh_field_info *info = &lh_field_infos[field];

	return lh_fail(ctx, LH_ECORRUPT,
		       "%s (%s%s%s) is %" PRIu32 ": out of bounds, there are %" PRIu32 " bytes", info->name,
		       info->types, *info->paths ? "." : "", info->paths, lh_layout_at(l, field), end);
}

static int check_fields(struct lh_ctx *ctx, const struct lh_layout *l, bool basics)
{
	const char *types = NULL;
	uint32_t end = 0;

	for (int i = 0; i < LH_F_COUNT; i++) {
		enum lh_field f = (enum lh_field)i;

		if (!lh_layout_has(l, f) || (basics && !is_basic(f)))
			continue;
		if (is_size(f)) {
			if (lh_layout_at(l, f) < STRUCT_MIN || lh_layout_at(l, f) > max_of_size(f))
				return fail(ctx, l, f, max_of_size(f));
			continue;
		}
		if (types != lh_field_infos[i].types)
			end = end_of_struct(l, types = lh_field_infos[i].types);
		if (!fits(l, f, width_of(f), end))
			return fail(ctx, l, f, end);
	}
	return 0;
}

static int check_within(struct lh_ctx *ctx, const struct lh_layout *l, bool basics)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(within); i++)
		if (lh_layout_has(l, within[i].field) && lh_layout_has(l, within[i].end) &&
		    (!basics || is_basic(within[i].field)) &&
		    !fits(l, within[i].field, within[i].width, lh_layout_at(l, within[i].end)))
			return fail(ctx, l, within[i].field, lh_layout_at(l, within[i].end));
	return 0;
}

static int check_deque(struct lh_ctx *ctx, const struct lh_layout *l)
{
	uint64_t room = lh_layout_constant(l, LH_C_DEQUE_BLOCK_ITEMS);

	if (lh_layout_has(l, LH_F_DEQUE_BLOCK_DATA) && lh_layout_has(l, LH_F_DEQUE_BLOCK_SIZE) &&
	    !fits(l, LH_F_DEQUE_BLOCK_DATA, (uint32_t)room * 8, lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE)))
		return fail(ctx, l, LH_F_DEQUE_BLOCK_DATA, lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE));
	return 0;
}

int lh_layout_check(struct lh_ctx *ctx, const struct lh_layout *layout)
{
	int r = check_fields(ctx, layout, false);

	if (r == 0)
		r = check_within(ctx, layout, false);
	return r == 0 ? check_deque(ctx, layout) : r;
}

int lh_layout_check_basics(struct lh_ctx *ctx, const struct lh_layout *layout)
{
	int r = check_fields(ctx, layout, true);

	return r == 0 ? check_within(ctx, layout, true) : r;
}

/* It was guessed, and nothing has shown it. */
static bool may_grow(const struct lh_layout *l, enum lh_field size)
{
	return lh_layout_has(l, size) && l->source[size] == LH_LAYOUT_DERIVED && !l->proof[size];
}

void lh_layout_fit_basics(struct lh_layout *layout)
{
	for (int i = 0; i < LH_F_COUNT; i++) {
		enum lh_field f = (enum lh_field)i;

		if (is_size(f) || !is_basic(f) || !lh_layout_has(layout, f) ||
		    fits(layout, f, width_of(f), end_of_struct(layout, lh_field_infos[f].types)))
			continue;
		/* Classes get longer with versions, and nothing that is read follows them. */
		if (size_of(lh_field_infos[f].types) == LH_F_HEAPTYPE_SIZE &&
		    may_grow(layout, LH_F_HEAPTYPE_SIZE)) {
			lh_layout_set(layout, LH_F_HEAPTYPE_SIZE, lh_layout_at(layout, f) + width_of(f),
				      LH_LAYOUT_DERIVED);
			continue;
		}
		layout->off1[f] = 0;
		layout->source[f] = 0;
		layout->proof[f] = NULL;
	}
}

void lh_layout_cover(struct lh_layout *layout)
{
	for (int i = 0; i < LH_F_COUNT; i++) {
		enum lh_field f = (enum lh_field)i, size = size_of(lh_field_infos[i].types);

		if (is_size(f) || !lh_layout_has(layout, f) || size == LH_F_COUNT || !may_grow(layout, size))
			continue;
		if (!fits(layout, f, width_of(f), lh_layout_at(layout, size)))
			lh_layout_set(layout, size, lh_layout_at(layout, f) + width_of(f), LH_LAYOUT_DERIVED);
	}
}
