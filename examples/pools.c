/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pools CORE|PID: pymalloc's memory as a picture: a line per arena, a character per pool, the darker the fuller:
 *   ' ' free, '.' to '#' how much of it is used, '!' damaged, '?' not in the target
 * An arena goes back to the system when all its pools are free: look for light lines with a few dark pools.
 */
#include "open.h"

#include <inttypes.h>

#define SHADES ".:-=+*%#"
#define LINE 64 /* pools; an arena of 1 MB has that many, one of 256 KB too */

static char shade(const struct lh_pool_info *pool)
{
	if (pool->damaged)
		return '!';
	if (!pool->used || !pool->blocks)
		return ' ';
	return SHADES[(sizeof(SHADES) - 2) * (uint64_t)pool->used / pool->blocks];
}

static int draw(struct lh_heap *heap, size_t index, const struct lh_arena_info *arena)
{
	struct lh_pool_info pool = {.size = sizeof(pool)};
	uint32_t drawn = 0;
	int r;

	printf("0x%" PRIx64 " %3" PRIu64 "%% |", arena->addr,
	       arena->bytes_used * 100 / (arena->end - arena->addr));
	while ((r = lh_pool_at(heap, index, drawn, &pool)) == 0 || r == LH_ABSENT) {
		if (drawn && drawn % LINE == 0)
			printf("|\n%*s|", 20, "");
		putchar(r == 0 ? shade(&pool) : '?');
		drawn++;
	}
	for (; drawn < arena->pools; drawn++) /* never carved */
		putchar(' ');
	puts("|");
	return r;
}

static int pools(struct lh_heap *heap, char **words)
{
	struct lh_allocator_info all = {.size = sizeof(all)};
	struct lh_arena_info arena = {.size = sizeof(arena)};
	int r = lh_allocator_info(heap, &all);

	(void)words;
	if (r < 0)
		return r;
	printf("%" PRIu64 " arenas, %" PRIu64 " pools, %" PRIu64 " of them free, %" PRIu64 " bytes used\n",
	       all.arenas, all.pools, all.pools_free, all.bytes_used);
	for (size_t i = 0; r >= 0 && (r = lh_arena_at(heap, i, &arena)) == 0; i++)
		r = draw(heap, i, &arena);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", pools);
}
