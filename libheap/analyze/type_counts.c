/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/type_counts.h"
#include "analyze/owned.h"
#include "cpython/prefetch.h"
#include "cpython/size.h"
#include "inventory/graph.h"
#include "inventory/inventory.h"
#include "util/array.h"

struct counter {
	struct lh_heap *heap;
	struct lh_prefetch ahead;
	struct lh_type_counts *counts;
	bool tracked_only;
	struct lh_owned_walk *owned; /* that this walk is for, too; NULL: it is not */
};

/* A buffer that is an object (lh_object_bytes_alone()) is not among the tracked ones. */
static uint64_t bytes_of(struct counter *c, const struct lh_object *o)
{
	return c->tracked_only ? lh_object_bytes(c->heap, &c->ahead.view, o)
			       : lh_object_bytes_alone(c->heap, &c->ahead.view, o);
}

static int count_items(void *arg, const struct lh_item *items, size_t count)
{
	struct counter *c = arg;

	if (lh_grow_zeroed(c->heap->ctx, &c->counts->types, &c->counts->capacity, c->heap->types.count,
			   sizeof(*c->counts->types)) < 0)
		return -LH_ENOMEM;
	for (size_t i = 0; i < count; i++) /* all of the batch, before the first size is read */
		lh_prefetch_dict(&c->ahead, items[i].object.bytes, items[i].object.type);
	for (size_t i = 0; i < count; i++) {
		struct lh_type_count *t = &c->counts->types[items[i].object.type->index];

		t->count++;
		t->tracked += items[i].tracked;
		t->bytes += bytes_of(c, &items[i].object);
	}
	return c->owned ? lh_owned_walk_take(c->owned, items, count) : 0;
}

/* What the graph has of each object is what a walk would read once more. */
static int count_graph(struct lh_heap *heap, const struct lh_graph *graph, struct lh_type_counts *ret)
{
	const struct lh_inventory *inventory;
	int r = lh_inventory_get(heap, &inventory);

	if (r == 0)
		r = lh_grow_zeroed(heap->ctx, &ret->types, &ret->capacity, heap->types.count,
				   sizeof(*ret->types));
	for (uint32_t i = 0; r == 0 && i < graph->count; i++) {
		struct lh_type_count *t = &ret->types[graph->types[i]];

		t->count++;
		t->tracked += lh_inventory_is_tracked(inventory, i);
		t->bytes += lh_graph_bytes(graph, i);
	}
	ret->findings = graph->findings;
	return r;
}

int lh_type_counts_native(struct lh_heap *heap, struct lh_type_count *types, size_t count, uint64_t *sum)
{
	const struct lh_owned *owned;
	int r = lh_owned_get(heap, &owned);

	for (size_t i = 0; i < count && i < heap->types.count && r == 0; i++) {
		if (!types[i].count)
			continue;
		types[i].native = lh_owned_of_type(owned, heap->types.items[i]);
		*sum += types[i].native;
	}
	return r;
}

int lh_type_counts_take(struct lh_heap *heap, bool tracked_only, bool native, struct lh_type_counts *ret)
{
	_cleanup_(lh_owned_walk_freep) struct lh_owned_walk *owned = NULL;
	struct counter c = {
		.heap = heap, .ahead = lh_prefetch_of(heap), .counts = ret, .tracked_only = tracked_only};
	const struct lh_graph *graph;
	int r;

	memset(ret, 0, sizeof(*ret));
	r = native && !tracked_only ? lh_owned_walk_new(heap, &owned) : 0;
	c.owned = owned;
	graph = tracked_only || owned ? NULL : lh_graph_kept(heap);
	if (r >= 0 && graph && !graph->own_types)
		r = count_graph(heap, graph, ret);
	else if (r >= 0)
		r = lh_objects_walk(heap, tracked_only, count_items, &c, &ret->findings);
	for (size_t i = 0; i < ret->capacity; i++) {
		ret->objects += ret->types[i].count;
		ret->bytes += ret->types[i].bytes;
		ret->tracked += ret->types[i].tracked;
	}
	if (r == 0 && owned)
		r = lh_owned_walk_finish(owned);
	if (r == 0 && native)
		r = lh_type_counts_native(heap, ret->types, ret->capacity, &ret->native);
	if (r < 0)
		lh_type_counts_fini(ret);
	return r;
}

void lh_type_counts_fini(struct lh_type_counts *counts)
{
	free(counts->types);
	memset(counts, 0, sizeof(*counts));
}
