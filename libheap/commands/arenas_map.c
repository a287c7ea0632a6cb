/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/arenas_map.h"
#include "result/shades.h"

const struct lh_column lh_arena_map_columns[] = {
	{"address", NULL, LH_K_ADDR},
	{"percent", NULL, LH_K_PERCENT, .spare = 1},
	{"map", NULL, LH_K_TEXT, .shades = true},
	{},
};

/* Pools that were never carved are left blank, and so is what an arena loses that begins within a pool. */
static int draw(struct lh_heap *heap, size_t arena, uint64_t pools, struct lh_string *out)
{
	struct lh_pool_info pool = {.size = sizeof(pool)};
	size_t i = 0;
	int r;

	for (; (r = lh_pool_at(heap, arena, i, &pool)) == 0 || r == LH_ABSENT; i++) {
		const char mark[2] = {r || pool.damaged ? '?' : lh_shade(pool.used, pool.blocks)};

		lh_string_add(out, mark);
	}
	for (; i < pools; i++)
		lh_string_add(out, " ");
	return r < 0 ? r : 0;
}

static int add_note(uint32_t pool_size, struct lh_result *result)
{
	return lh_result_note(
		result,
		"Each mark is a pool of %u KB: \xc2\xb7 is empty, \xe2\x96\x91 \xe2\x96\x92 \xe2\x96\x93 "
		"\xe2\x96\x88 have up to a quarter, a half, three quarters, all of their blocks in use; "
		"colours go from green to red. Blank: never used; ?: not readable.",
		pool_size / 1024);
}

int lh_arena_map_rows(struct lh_heap *heap, struct lh_result *result)
{
	struct lh_allocator_info all = {.size = sizeof(all)};
	struct lh_arena_info a = {.size = sizeof(a)};
	int r = lh_allocator_info(heap, &all);

	lh_result_columns(result, lh_arena_map_columns, NULL);
	for (size_t i = 0; r == 0 && (r = lh_arena_at(heap, i, &a)) == 0; i++) {
		_cleanup_string_ struct lh_string map = {0};

		r = draw(heap, i, all.arena_size / all.pool_size, &map);
		if (r == 0)
			r = lh_result_row(result,
					  (struct lh_value[]){
						  LH_ADDR(a.addr),
						  LH_PERCENT(a.bytes_used * 100 / all.arena_size),
						  map.failed ? LH_NULL : LH_TEXT(map.text ? map.text : "")});
	}
	if (r < 0)
		return r;
	return all.arenas ? add_note(all.pool_size, result) : 0;
}
