/* SPDX-License-Identifier: Apache-2.0 */
#include "export/tree_groups.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/inline.h"
#include "util/parallel.h"

#include <stdlib.h>

#define AHEAD 16
#define PART 16384 /* objects that one thread adds up at once */

/** struct lh_tree_sum - of objects of one type */
struct lh_tree_sum {
	uint64_t bytes, retained, objects;
};

int lh_tree_grouper_init(struct lh_export *x, struct lh_tree_grouper *ret)
{
	*ret = (struct lh_tree_grouper){
		.x = x, .types = (uint32_t)x->heap->types.count, .workers = lh_workers(x->heap->ctx)};
	ret->slots = lh_new0(uint32_t, ret->types + 1);
	ret->sums = lh_new0(struct lh_tree_sum, ((size_t)ret->types + 1) * ret->workers);
	return ret->slots && ret->sums ? 0 : lh_nomem(x->heap->ctx);
}

void lh_tree_grouper_fini(struct lh_tree_grouper *g)
{
	free(lh_take(g->slots));
	free(lh_take(g->sums));
}

/* Most time is spent waiting for memory: what comes soon is asked for now. */
LH_ALWAYS_INLINE void prefetch(const struct lh_retained *from, const uint32_t *places, size_t i, size_t count)
{
	if (i + 2 * AHEAD < count)
		__builtin_prefetch(&from->tree.node[places[i + 2 * AHEAD]]);
	if (i + AHEAD < count) {
		uint32_t place = places[i + AHEAD], node = from->tree.node[place];

		__builtin_prefetch(&from->graph.types[node]);
		__builtin_prefetch(&from->graph.bytes[node]);
		__builtin_prefetch(&from->bytes[place]);
		__builtin_prefetch(&from->objects[place]);
	}
}

struct adding {
	struct lh_tree_grouper *grouper;
	const uint32_t *places;
	size_t count;
	uint32_t *types; /* of the objects at the places; grouper->types: it has none */
};

static int add_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t part)
{
	const struct adding *a = arg;
	const struct lh_tree_grouper *g = a->grouper;
	const struct lh_retained *from = g->x->from;
	size_t end = (part + 1) * PART < a->count ? (part + 1) * PART : a->count;

	(void)ctx;
	for (size_t i = part * PART; i < end; i++) {
		uint32_t place = a->places[i], node = from->tree.node[place], type = from->graph.types[node];
		struct lh_tree_sum *sum;

		prefetch(from, a->places, i, end);
		a->types[i] = type < g->types ? type : g->types;
		sum = &g->sums[((size_t)g->types + 1) * worker + a->types[i]];
		sum->bytes += lh_graph_bytes(&from->graph, node);
		sum->retained += from->bytes[place];
		sum->objects += from->objects[place];
	}
	return 0;
}

/* What the threads added up of the group's type, which starts anew for the next level. */
static void take_sums(struct lh_tree_grouper *g, uint32_t type, struct lh_tree_group *group)
{
	for (unsigned w = 0; w < g->workers; w++) {
		struct lh_tree_sum *sum = &g->sums[((size_t)g->types + 1) * w + type];

		group->bytes += sum->bytes;
		group->retained += sum->retained;
		group->objects += sum->objects;
		*sum = (struct lh_tree_sum){0};
	}
}

/* Types become groups, in the order of their first objects. */
static int number(struct lh_tree_grouper *g, struct lh_tree_groups *groups, uint32_t *types, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t type = types[i], *slot = &g->slots[type];
		struct lh_tree_group group = {.type = type < g->types ? type : LH_GRAPH_NO_TYPE};

		if (!*slot) {
			int r = lh_append(g->x->heap->ctx, groups->items, groups->count, groups->capacity,
					  group);

			if (r < 0)
				return r;
			*slot = (uint32_t)groups->count;
			take_sums(g, type, &groups->items[*slot - 1]);
		}
		types[i] = *slot - 1;
		groups->items[types[i]].count++;
	}
	return 0;
}

/* Groups are in the order of their first objects so far, which is that of the heap. */
static void place_all(struct lh_tree_groups *groups, const uint32_t *places, const uint32_t *group_of,
		      size_t count)
{
	size_t first = 0;

	for (size_t i = 0; i < groups->count; i++) {
		groups->items[i].first = first;
		first += groups->items[i].count;
		groups->items[i].count = 0;
	}
	for (size_t i = 0; i < count; i++) {
		struct lh_tree_group *group = &groups->items[group_of[i]];

		groups->places[group->first + group->count++] = places[i];
	}
}

static int compare_retained(const void *a, const void *b)
{
	const struct lh_tree_group *l = a, *r = b;

	if (l->retained != r->retained)
		return l->retained < r->retained ? 1 : -1;
	return l->first < r->first ? -1 : l->first > r->first;
}

int lh_tree_groups_make(struct lh_tree_grouper *g, const uint32_t *places, size_t count,
			struct lh_tree_groups *ret)
{
	struct lh_ctx *ctx = g->x->heap->ctx;
	_cleanup_free_ uint32_t *groups = lh_new0(uint32_t, count + 1);
	struct adding adding = {g, places, count, groups};
	const struct lh_parallel work = {.ctx = ctx,
					 .phase = "grouping by type",
					 .count = (count + PART - 1) / PART,
					 .run = add_part,
					 .arg = &adding};
	int r;

	*ret = (struct lh_tree_groups){.places = lh_new0(uint32_t, count + 1)};
	if (!ret->places || !groups)
		return lh_nomem(ctx);
	r = lh_parallel_run(&work, g->workers);
	if (r == 0)
		r = number(g, ret, groups, count);
	if (r == 0)
		place_all(ret, places, groups, count);
	for (size_t i = 0; i < ret->count; i++)
		g->slots[ret->items[i].type < g->types ? ret->items[i].type : g->types] = 0;
	if (r == 0 && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare_retained);
	return r;
}

void lh_tree_groups_fini(struct lh_tree_groups *groups)
{
	free(groups->items);
	free(groups->places);
	*groups = (struct lh_tree_groups){0};
}
