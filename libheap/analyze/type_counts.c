/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/type_counts.h"
#include "analyze/owned.h"
#include "cpython/prefetch.h"
#include "cpython/size.h"
#include "inventory/graph.h"
#include "inventory/inventory.h"
#include "util/array.h"

/** struct counter - a thread's own */
struct LH_APART counter {
	struct lh_prefetch ahead;
	struct lh_owned_look look; /* if the walk is for what objects own, too */
	struct lh_type_count *types;
	size_t capacity;
};

struct counting {
	struct lh_heap *heap;
	struct counter *counters; /* by worker */
	unsigned workers;
	bool tracked_only;
	struct lh_owned_walk *owned; /* NULL: the walk is not for what objects own */
};

static void counting_fini(struct counting *c)
{
	for (unsigned w = 0; w < c->workers; w++)
		free(c->counters[w].types);
	free(c->counters);
	lh_owned_walk_free(c->owned);
}

static int counting_init(struct counting *c)
{
	unsigned workers = lh_reading_workers(c->heap);

	c->counters = lh_new0_apart(struct counter, workers);
	if (!c->counters)
		return lh_nomem(c->heap->ctx);
	for (; c->workers < workers; c->workers++) {
		struct counter *own = &c->counters[c->workers];

		own->ahead = lh_prefetch_of(c->heap);
		if (c->owned)
			lh_owned_look_init(&own->look, c->owned);
	}
	return 0;
}

/* A buffer that is an object (lh_object_bytes_alone()) is not among the tracked ones. */
static uint64_t bytes_of(struct counting *c, struct counter *own, const struct lh_object *o)
{
	return c->tracked_only ? lh_object_bytes(c->heap, &own->ahead.view, o)
			       : lh_object_bytes_alone(c->heap, &own->ahead.view, o);
}

/* Sums do not depend on the order: what is left to the walk's own thread is what may own native memory. */
static int count_items(void *arg, struct lh_ctx *ctx, unsigned worker, struct lh_item *items, size_t count)
{
	struct counting *c = arg;
	struct counter *own = &c->counters[worker];
	int r = lh_grow_zeroed(ctx, &own->types, &own->capacity, c->heap->types.count, sizeof(*own->types));

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++) /* all of the batch, before the first size is read */
		lh_prefetch_dict(&own->ahead, items[i].object.bytes, items[i].object.type);
	for (size_t i = 0; i < count; i++) {
		struct lh_type_count *t = &own->types[items[i].object.type->index];

		t->count++;
		t->tracked += items[i].tracked;
		t->bytes += bytes_of(c, own, &items[i].object);
		items[i].wanted = c->owned && lh_owned_look_wants(&own->look, &items[i].object);
	}
	return 0;
}

static int take_owners(void *arg, const struct lh_item *items, size_t count)
{
	struct counting *c = arg;

	return lh_owned_walk_take(c->owned, items, count);
}

static int count_walk(struct counting *c, struct lh_type_counts *ret)
{
	const struct lh_walk_filter filter = {.tracked_only = c->tracked_only, .see = count_items, .arg = c};
	int r = counting_init(c);

	if (r == 0)
		r = lh_objects_walk_filtered(c->heap, &filter, take_owners, c, &ret->findings);
	if (r == 0)
		r = lh_grow_zeroed(c->heap->ctx, &ret->types, &ret->capacity, c->heap->types.count,
				   sizeof(*ret->types));
	for (unsigned w = 0; r == 0 && w < c->workers; w++)
		for (size_t i = 0; i < c->heap->types.count && i < c->counters[w].capacity; i++) {
			ret->types[i].count += c->counters[w].types[i].count;
			ret->types[i].tracked += c->counters[w].types[i].tracked;
			ret->types[i].bytes += c->counters[w].types[i].bytes;
		}
	return r;
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
	_cleanup_(counting_fini) struct counting c = {.heap = heap, .tracked_only = tracked_only};
	const struct lh_graph *graph;
	int r;

	memset(ret, 0, sizeof(*ret));
	r = native && !tracked_only ? lh_owned_walk_new(heap, &c.owned) : 0;
	graph = tracked_only || c.owned ? NULL : lh_graph_kept(heap);
	if (r >= 0 && graph && !graph->own_types)
		r = count_graph(heap, graph, ret);
	else if (r >= 0)
		r = count_walk(&c, ret);
	for (size_t i = 0; i < ret->capacity; i++) {
		ret->objects += ret->types[i].count;
		ret->bytes += ret->types[i].bytes;
		ret->tracked += ret->types[i].tracked;
	}
	if (r == 0 && c.owned)
		r = lh_owned_walk_finish(c.owned);
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
