/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/components.h"
#include "cpython/size.h"
#include "graph/scc.h"
#include "util/array.h"

#include <stdlib.h>

static bool refers_to_itself(const struct lh_csr *g, uint32_t i)
{
	for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++)
		if (g->edges[k] == i)
			return true;
	return false;
}

/* By number: how many members a component has; 0: there is no cycle in it. */
static uint32_t *count_members(const struct lh_components *c)
{
	uint32_t *sizes = lh_new0(uint32_t, (size_t)c->number_count + 1);

	if (!sizes)
		return NULL;
	for (uint32_t i = 0; i < c->graph.count; i++)
		sizes[c->number[i]]++;
	for (uint32_t i = 0; i < c->graph.count; i++)
		if (sizes[c->number[i]] == 1 && !refers_to_itself(&c->graph, i))
			sizes[c->number[i]] = 0;
	return sizes;
}

/* Members by component: a counting sort. @sizes becomes where the next member of each goes. */
static int sort_members(struct lh_ctx *ctx, struct lh_components *c, uint32_t *sizes)
{
	uint32_t at = 0;

	for (uint32_t k = 0; k < c->number_count; k++)
		c->count += sizes[k] != 0;
	c->first = lh_new0(uint32_t, (size_t)c->count + 1);
	if (!c->first)
		return lh_nomem(ctx);
	for (uint32_t k = 0, n = 0; k < c->number_count; k++) {
		uint32_t size = sizes[k];

		sizes[k] = size ? at : UINT32_MAX;
		at += size;
		if (size)
			c->first[++n] = at;
	}
	c->members = lh_new0(uint32_t, (size_t)at + 1);
	if (!c->members)
		return lh_nomem(ctx);
	for (uint32_t i = 0; i < c->graph.count; i++)
		if (sizes[c->number[i]] != UINT32_MAX)
			c->members[sizes[c->number[i]]++] = i;
	return 0;
}

static int prepare(struct lh_heap *heap, void *ret)
{
	struct lh_components *c = ret;
	int r = lh_garbage_get(heap, &c->garbage);

	if (r == 0)
		c->graph = (struct lh_csr){.count = c->garbage->graph.count,
					   .offsets = c->garbage->graph.offsets,
					   .edges = c->garbage->graph.edges};
	return r;
}

static int find(void *prepared, struct lh_ctx *ctx)
{
	struct lh_components *c = prepared;
	_cleanup_free_ uint32_t *sizes = NULL;
	int r = lh_scc_find(ctx, &c->graph, &c->number, &c->number_count);

	if (r < 0)
		return r;
	sizes = count_members(c);
	return sizes ? sort_members(ctx, c, sizes) : lh_nomem(ctx);
}

static int make(struct lh_heap *heap, void *ret)
{
	int r = prepare(heap, ret);

	return r == 0 ? find(ret, heap->ctx) : r;
}

static void fini(void *kept)
{
	struct lh_components *c = kept;

	free(c->number);
	free(c->first);
	free(c->members);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_components *c = kept;

	return sizeof(*c->number) *
	       ((uint64_t)c->graph.count + c->count + (c->first ? c->first[c->count] : 0));
}

static const struct lh_keeper keeper = {sizeof(struct lh_components), make, fini, bytes};

int lh_components_get(struct lh_heap *heap, const struct lh_components **ret)
{
	return lh_heap_keep(heap, &keeper, ret);
}

/* ---- beside something else ---- */

/* The graph, which they refer to. */
static int rely(struct lh_heap *heap)
{
	const struct lh_garbage *garbage;

	return lh_garbage_get(heap, &garbage);
}

int lh_components_search(struct lh_heap *heap, struct lh_search **ret)
{
	static const struct lh_search_steps steps = {&keeper, prepare, find, NULL, rely, "finding cycles"};

	return lh_search_new(heap, &steps, ret);
}

/* ---- one of them ---- */

static bool is_frozen(const struct lh_garbage *g, const struct lh_component *c)
{
	for (uint32_t k = 0; g->graph.frozen && k < c->count; k++)
		if (g->graph.flags[c->members[k]] & LH_TRACKED_FROZEN || lh_garbage_is_lost(g, c->members[k]))
			return true;
	return false;
}

struct lh_component lh_components_nth(const struct lh_components *all, uint32_t index)
{
	struct lh_component c = {.members = all->members + all->first[index],
				 .count = all->first[index + 1] - all->first[index]};

	c.garbage = lh_garbage_has(all->garbage, c.members[0]);
	c.frozen = is_frozen(all->garbage, &c);
	return c;
}

int lh_component_bytes(const struct lh_components *all, struct lh_view *view, const struct lh_component *c,
		       uint64_t *ret)
{
	struct lh_heap *heap = all->garbage->graph.heap;
	uint64_t bytes = 0;
	int r = 0;

	for (uint32_t k = 0; r >= 0 && k < c->count; k++) {
		struct lh_object o;

		r = lh_object_at(heap, view, lh_components_addr(all, c->members[k]), &o);
		if (r == 0)
			bytes += lh_object_bytes(heap, view, &o);
	}
	*ret = bytes;
	return r < 0 ? r : 0;
}
