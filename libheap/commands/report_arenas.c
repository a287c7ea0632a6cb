/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/report_pictures.h"
#include "libheap-process.h"
#include "result/shades.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 64

/** struct cell - pools at one place of the arenas of a row */
struct cell {
	uint64_t used, whole; /* bytes of blocks */
	bool there, unknown;
};

struct map {
	struct lh_heap *heap;
	struct lh_string *out;
	uint64_t pools, together; /* pools per arena, arenas per row */
	uint32_t pool_size;
	struct cell *cells;
};

/* An empty pool has no block size yet: all of it is free. */
static int add_arena(struct map *m, size_t arena)
{
	struct lh_pool_info pool = {.size = sizeof(pool)};
	int r = 0;

	for (size_t i = 0; i < m->pools; i++) {
		struct cell *cell = &m->cells[i];

		r = lh_pool_at(m->heap, arena, i, &pool);
		if (r < 0 || r == LH_DONE)
			break;
		if (r == LH_ABSENT || pool.damaged) {
			cell->unknown = true;
			continue;
		}
		cell->there = true;
		cell->used += (uint64_t)pool.used * pool.block_size;
		cell->whole += pool.block_size ? (uint64_t)pool.blocks * pool.block_size : m->pool_size;
	}
	return r < 0 ? r : 0;
}

static void add_row(struct map *m, uint64_t addr, bool first)
{
	lh_string_addf(m->out, "%s[\"0x%" PRIx64 "\",\"", first ? "" : ",\n", addr);
	for (size_t i = 0; i < m->pools; i++) {
		const struct cell *c = &m->cells[i];
		const char mark[2] = {c->there ? lh_shade(c->used, c->whole) : c->unknown ? '?' : ' '};

		lh_string_add(m->out, mark);
	}
	lh_string_add(m->out, "\"]");
	memset(m->cells, 0, m->pools * sizeof(*m->cells));
}

static int add_rows(struct map *m, uint64_t arenas)
{
	struct lh_arena_info first = {.size = sizeof(first)};
	int r = 0;

	for (uint64_t i = 0; r == 0 && i < arenas; i++) {
		if (i % m->together == 0)
			r = lh_arena_at(m->heap, i, &first);
		if (r == 0)
			r = add_arena(m, i);
		if (r == 0 && ((i + 1) % m->together == 0 || i + 1 == arenas))
			add_row(m, first.addr, i < m->together);
	}
	return r < 0 ? r : 0;
}

int lh_report_arenas(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out)
{
	struct lh_allocator_info all = {.size = sizeof(all)};
	struct map m = {.heap = heap, .out = out};
	int r = lh_allocator_info(heap, &all);

	if (r < 0)
		return r;
	if (!all.arenas || !all.pool_size) {
		lh_string_add(out, "null");
		return 0;
	}
	m.pool_size = all.pool_size;
	m.pools = all.arena_size / all.pool_size;
	m.together = (all.arenas + ROWS_MAX - 1) / ROWS_MAX;
	m.cells = lh_new0(struct cell, m.pools + 1);
	if (!m.cells)
		return lh_nomem(heap->ctx);
	lh_string_addf(out,
		       "{\"arenas\":%" PRIu64 ",\"pools\":%" PRIu64 ",\"together\":%" PRIu64 ",\"rows\":[",
		       all.arenas, m.pools, m.together);
	r = add_rows(&m, all.arenas);
	lh_string_add(out, "]}");
	free(m.cells);
	return r;
}
