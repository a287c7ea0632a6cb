/* SPDX-License-Identifier: Apache-2.0 */
#include "export/tree_groups.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/inline.h"

#include <stdlib.h>

#define AHEAD 16

int lh_tree_grouper_init(struct lh_export *x, struct lh_tree_grouper *ret)
{
	*ret = (struct lh_tree_grouper){.x = x, .types = x->heap->types.count};
	ret->slots = lh_new0(uint32_t, ret->types + 1);
	return ret->slots ? 0 : lh_nomem(x->heap->ctx);
}

void lh_tree_grouper_fini(struct lh_tree_grouper *g)
{
	free(g->slots);
	g->slots = NULL;
}

static uint32_t *slot_of(struct lh_tree_grouper *g, uint32_t type)
{
	return &g->slots[type < g->types ? type : g->types];
}

static uint32_t type_of(const struct lh_tree_grouper *g, uint32_t place)
{
	const struct lh_retained *from = g->x->from;

	return from->graph.types[from->tree.node[place]];
}

/* Most time is spent waiting for memory: what comes soon is asked for now. */
LH_ALWAYS_INLINE void prefetch(const struct lh_tree_grouper *g, const uint32_t *places, size_t i,
			       size_t count)
{
	const struct lh_retained *from = g->x->from;

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

/* *@ret: which group it is in. */
static int add(struct lh_tree_grouper *g, struct lh_tree_groups *groups, uint32_t place, uint32_t *ret)
{
	const struct lh_retained *from = g->x->from;
	uint32_t type = type_of(g, place), *slot = slot_of(g, type);
	struct lh_tree_group *group;
	int r = 0;

	if (!*slot) {
		r = lh_append(g->x->heap->ctx, groups->items, groups->count, groups->capacity,
			      ((struct lh_tree_group){.type = type}));
		if (r < 0)
			return r;
		*slot = (uint32_t)groups->count;
	}
	*ret = *slot - 1;
	group = &groups->items[*ret];
	group->count++;
	group->bytes += lh_graph_bytes(&from->graph, from->tree.node[place]);
	group->retained += from->bytes[place];
	group->objects += from->objects[place];
	return r;
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
	_cleanup_free_ uint32_t *group_of = lh_new0(uint32_t, count + 1);
	int r = 0;

	*ret = (struct lh_tree_groups){.places = lh_new0(uint32_t, count + 1)};
	if (!ret->places || !group_of)
		return lh_nomem(g->x->heap->ctx);
	for (size_t i = 0; r == 0 && i < count; i++) {
		prefetch(g, places, i, count);
		r = add(g, ret, places[i], &group_of[i]);
	}
	if (r == 0)
		place_all(ret, places, group_of, count);
	for (size_t i = 0; i < ret->count; i++)
		*slot_of(g, ret->items[i].type) = 0;
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
