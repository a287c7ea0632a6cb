/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/growth.h"
#include "cpython/type_name.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>
#include <string.h>

/* The row of a name, made if there is none. */
static int row_of_name(struct lh_growth *g, const char *name, uint32_t *ret)
{
	const struct lh_growth_type row = {.name = name};
	uint64_t hash = lh_hash(LH_HASH_START, name, strlen(name));
	struct lh_ctx *ctx = g->heaps[LH_AFTER]->ctx;
	int r;

	for (size_t probe = 0; lh_index_next(&g->index, hash, &probe, ret);)
		if (strcmp(g->types[*ret].name, name) == 0)
			return 0;
	*ret = (uint32_t)g->count;
	r = lh_append(ctx, g->types, g->count, g->capacity, row);
	return r == 0 ? lh_index_add(ctx, &g->index, hash, *ret) : r;
}

static int add_type(struct lh_growth *g, int moment, uint32_t index)
{
	const struct lh_type_count *c = &g->counts[moment].types[index];
	struct lh_heap *heap = g->heaps[moment];
	uint32_t row;
	int r = row_of_name(g, lh_type_name(heap, heap->types.items[index]), &row);

	if (r < 0)
		return r;
	g->row_of[moment][index] = row;
	g->types[row].count[moment] += c->count;
	g->types[row].bytes[moment] += c->bytes;
	g->types[row].native[moment] += c->native;
	return 0;
}

static int add_moment(struct lh_growth *g, int moment)
{
	struct lh_heap *heap = g->heaps[moment];
	const struct lh_type_counts *counts = &g->counts[moment];
	size_t types = counts->capacity < heap->types.count ? counts->capacity : heap->types.count;
	int r = 0;

	g->row_count[moment] = types;
	g->row_of[moment] = lh_new0(uint32_t, types + 1);
	if (!g->row_of[moment])
		return lh_nomem(heap->ctx);
	for (size_t i = 0; r == 0 && i < types; i++)
		if (counts->types[i].count)
			r = add_type(g, moment, (uint32_t)i);
	return r;
}

/* Leaves of memory that is in use and that no type has: what C code leaks is in them. */
static const char *const leaves[] = {
	"malloc/native/modules",
	"malloc/native/shared",
	"malloc/native/other",
	"malloc/mapped/native/modules",
	"malloc/mapped/native/shared",
	"malloc/mapped/native/other",
	"malloc/not-walked",
	"mimalloc/other",
	"unexplained",
};

static int add_leaf(struct lh_growth *g, const char *path)
{
	struct lh_growth_type t = {.name = path, .is_memory = true};

	for (int moment = 0; moment < LH_MOMENTS; moment++) {
		const struct lh_memory_row *row = lh_memory_row_of(g->memory[moment], path);

		t.count[moment] = row ? row->sum.count : 0;
		t.bytes[moment] = row ? row->sum.bytes : 0;
	}
	return lh_append(g->heaps[LH_AFTER]->ctx, g->types, g->count, g->capacity, t);
}

static int add_leaves(struct lh_growth *g)
{
	int r = 0;

	for (int moment = 0; r == 0 && moment < LH_MOMENTS; moment++)
		r = lh_memory_get(g->heaps[moment], &g->memory[moment]);
	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(leaves); i++)
		r = add_leaf(g, leaves[i]);
	return r;
}

int lh_growth_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth *ret)
{
	int r = 0;

	*ret = (struct lh_growth){.heaps = {before, after}};
	for (int moment = 0; r == 0 && moment < LH_MOMENTS; moment++) {
		r = lh_type_counts_take(ret->heaps[moment], false, true, &ret->counts[moment]);
		if (r == 0)
			r = add_moment(ret, moment);
	}
	return r == 0 ? add_leaves(ret) : r;
}

void lh_growth_add_born(struct lh_growth *g, const struct lh_born *born)
{
	for (uint32_t i = 0; i < born->inventory->set.count; i++) {
		uint32_t type = born->inventory->types[i];
		struct lh_growth_type *t =
			type < g->row_count[LH_AFTER] ? &g->types[g->row_of[LH_AFTER][type]] : NULL;

		if (!t || born->births[i] == LH_BIRTH_OLD)
			continue;
		++*(born->births[i] == LH_BIRTH_NEW ? &t->born : &t->doubtful);
		++*(born->births[i] == LH_BIRTH_NEW ? &g->born : &g->doubtful);
	}
}

static int by_growth(const void *a, const void *b)
{
	const struct lh_growth_type *x = a, *y = b;
	int64_t grown[2] = {lh_growth_bytes(x), lh_growth_bytes(y)};

	if (grown[0] != grown[1])
		return grown[0] > grown[1] ? -1 : 1;
	return strcmp(x->name, y->name);
}

void lh_growth_add_stays(struct lh_growth *g, const struct lh_stays *stays)
{
	for (size_t i = 0; i < stays->count; i++) {
		const struct lh_stay_type *s = &stays->types[i];
		struct lh_growth_type *t = &g->types[g->row_of[LH_AFTER][s->type->index]];

		if (!t->stays) /* most bytes come first */
			t->stays = s;
		t->stay_count += s->count;
		t->stay_bytes += s->bytes;
	}
}

void lh_growth_sort(struct lh_growth *g)
{
	if (g->count)
		qsort(g->types, g->count, sizeof(*g->types), by_growth);
}

void lh_growth_fini(struct lh_growth *g)
{
	for (int moment = 0; moment < LH_MOMENTS; moment++) {
		if (g->counts[moment].types)
			lh_type_counts_fini(&g->counts[moment]);
		free(g->row_of[moment]);
	}
	free(g->types);
	lh_index_fini(&g->index);
}
