/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of each component that has a cycle the members are put together, a short cycle is looked for from those of
 * them that people know by name, and its shape looked up among the groups so far.
 */
#include "analyze/cycles.h"
#include "analyze/query.h"
#include "analyze/shape.h"
#include "cpython/size.h"
#include "graph/scc.h"
#include "graph/shortest_cycle.h"
#include "util/array.h"

#include <stdlib.h>

#define STARTS 16     /* members from which a shortest cycle is looked for */
#define LOOKED_AT 512 /* members looked at for good ones to start from */
#define VISITS 4096   /* nodes met while looking for a shorter cycle than the first */
#define STEP 4096

struct finder {
	struct lh_heap *heap;
	const struct lh_cycles_query *query;
	struct lh_query types; /* of query->type */
	struct lh_cycles *out;
	struct lh_view view;
	struct lh_csr graph;
	uint32_t *component, component_count;
	uint32_t *first; /* by component: where its members begin in 'members'; count + 1 */
	uint32_t *members;
	struct lh_cycle_search search;
	size_t *table, table_size; /* open addressing by hash: number of the group + 1 */
};

/* ---- components ---- */

static bool refers_to_itself(const struct lh_csr *g, uint32_t i)
{
	for (uint32_t k = g->offsets[i]; k < g->offsets[i + 1]; k++)
		if (g->edges[k] == i)
			return true;
	return false;
}

/* Members by component: a counting sort. Afterwards those of c are first[c] to first[c + 1] - 1. */
static int sort_members(struct finder *f)
{
	uint32_t at = 0;

	f->first = lh_new0(uint32_t, (size_t)f->component_count + 2);
	f->members = lh_new0(uint32_t, (size_t)f->graph.count + 1);
	if (!f->first || !f->members)
		return lh_nomem(f->heap->ctx);
	for (uint32_t i = 0; i < f->graph.count; i++)
		f->first[f->component[i] + 2]++;
	for (uint32_t c = 0; c < f->component_count; c++)
		f->first[c + 2] += f->first[c + 1];
	for (uint32_t i = 0; i < f->graph.count; i++) {
		at = f->first[f->component[i] + 1]++;
		f->members[at] = i;
	}
	return 0;
}

/* ---- one component ---- */

struct component {
	const uint32_t *members;
	uint32_t count;
	uint64_t bytes;
	bool garbage, wanted; /* wanted: it has an object of the type that is asked for */
	uint32_t starts[STARTS], start_count;
	bool starts_known; /* they are instances of classes, or exceptions */
};

static bool is_telling(const struct lh_type *type)
{
	return type->kind->id == LH_KIND_EXCEPTION || (type->python && type->kind->id != LH_KIND_TYPE);
}

static void offer_start(struct component *c, uint32_t k, const struct lh_type *type)
{
	bool telling = is_telling(type);

	if (telling && !c->starts_known) {
		c->starts_known = true;
		c->start_count = 0;
	}
	if (telling == c->starts_known && c->start_count < STARTS && k < LOOKED_AT)
		c->starts[c->start_count++] = c->members[k];
}

static int measure(struct finder *f, struct component *c)
{
	const struct lh_addrset *set = &f->out->found.graph.rings.tracked;
	int r = 0;

	for (uint32_t k = 0; r >= 0 && k < c->count; k++) {
		struct lh_object o;
		struct lh_item item;

		r = lh_object_at(f->heap, &f->view, lh_addrset_nth(set, c->members[k]), &o);
		if (r != 0)
			continue;
		item = (struct lh_item){.addr = o.addr, .bytes = o.bytes, .type = o.type};
		c->bytes += lh_object_bytes(f->heap, &f->view, o.addr, o.bytes, o.type);
		offer_start(c, k, o.type);
		if (!c->wanted)
			r = lh_query_matches(&f->types, &item);
		c->wanted |= r > 0;
	}
	return r < 0 ? r : 0;
}

/* A short cycle of the component, as addresses. */
static int find_cycle(struct finder *f, struct component *c, uint64_t **ret, size_t *ret_count)
{
	const struct lh_addrset *set = &f->out->found.graph.rings.tracked;
	uint64_t *cycle = NULL;
	size_t length = 0;
	int r = 0;

	if (!c->start_count)
		c->starts[c->start_count++] = c->members[0];
	for (uint32_t k = 0; r >= 0 && k < c->start_count && length != 1; k++) {
		r = lh_cycle_through(&f->search, c->starts[k], length, length ? VISITS : 0);
		if (r != 0)
			continue;
		free(cycle);
		length = f->search.length;
		cycle = lh_new0(uint64_t, length);
		r = cycle ? 0 : lh_nomem(f->heap->ctx);
		for (size_t i = 0; cycle && i < length; i++)
			cycle[i] = lh_addrset_nth(set, f->search.cycle[i]);
	}
	*ret = cycle;
	*ret_count = length;
	return r < 0 ? r : 0;
}

/* ---- groups ---- */

static int grow_table(struct finder *f)
{
	size_t size = f->table_size ? f->table_size * 2 : 256, *table = lh_new0(size_t, size);

	if (!table)
		return lh_nomem(f->heap->ctx);
	for (size_t i = 0; i < f->out->count; i++) {
		size_t at = f->out->groups[i].hash & (size - 1);

		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = i + 1;
	}
	free(f->table);
	f->table = table;
	f->table_size = size;
	return 0;
}

static int new_group(struct finder *f, const struct lh_shape *shape, uint64_t hash,
		     struct lh_cycle_group **ret)
{
	struct lh_cycle_group group = {.hash = hash, .example_count = shape->count};
	_cleanup_string_ struct lh_string text = {0};
	int r;

	lh_shape_text(f->heap, shape, &text);
	group.shape = lh_string_take(&text);
	group.example = lh_new0(uint64_t, shape->count + 1);
	for (size_t i = 0; group.example && i < shape->count; i++)
		group.example[i] = shape->steps[i].addr;
	r = group.shape && group.example
		    ? lh_append(f->heap->ctx, f->out->groups, f->out->count, f->out->capacity, group)
		    : lh_nomem(f->heap->ctx);
	if (r < 0) {
		free(group.shape);
		free(group.example);
		return r;
	}
	*ret = &f->out->groups[f->out->count - 1];
	return 0;
}

static int get_group(struct finder *f, const struct lh_shape *shape, bool garbage,
		     struct lh_cycle_group **ret)
{
	uint64_t hash = shape->hash ^ (garbage ? 0x9e3779b97f4a7c15u : 0);
	size_t at;
	int r = f->out->count * 2 >= f->table_size ? grow_table(f) : 0;

	if (r < 0)
		return r;
	for (at = hash & (f->table_size - 1); f->table[at]; at = (at + 1) & (f->table_size - 1)) {
		*ret = &f->out->groups[f->table[at] - 1];
		if ((*ret)->hash == hash)
			return 0;
	}
	r = new_group(f, shape, hash, ret);
	if (r < 0)
		return r;
	(*ret)->garbage = garbage;
	f->table[at] = f->out->count;
	return 0;
}

static int add_to_group(struct finder *f, const struct component *c, const uint64_t *cycle, size_t length)
{
	struct lh_cycle_group *group = NULL;
	struct lh_shape shape;
	int r = lh_shape_make(f->heap, cycle, length, &shape);

	if (r == 0)
		r = get_group(f, &shape, c->garbage, &group);
	lh_shape_fini(&shape);
	if (r < 0)
		return r;
	group->components++;
	group->objects += c->count;
	group->bytes += c->bytes;
	f->out->components++;
	f->out->objects += c->count;
	f->out->bytes += c->bytes;
	f->out->garbage += c->garbage;
	return 0;
}

static int take_component(struct finder *f, uint32_t number)
{
	struct component c = {.members = f->members + f->first[number],
			      .count = f->first[number + 1] - f->first[number],
			      .wanted = !f->query->type};
	_cleanup_free_ uint64_t *cycle = NULL;
	size_t length;
	int r;

	if (c.count == 1 && !refers_to_itself(&f->graph, c.members[0]))
		return 0;
	c.garbage = !(f->out->found.graph.flags[c.members[0]] & LH_GARBAGE_ALIVE);
	if (f->query->garbage_only && !c.garbage)
		return 0;
	r = measure(f, &c);
	if (r < 0 || !c.wanted || c.bytes < f->query->min_bytes)
		return r;
	r = find_cycle(f, &c, &cycle, &length);
	return r == 0 && cycle ? add_to_group(f, &c, cycle, length) : r;
}

static int take_components(struct finder *f)
{
	int r = 0;

	for (uint32_t c = 0; r == 0 && c < f->component_count; c++) {
		r = take_component(f, c);
		if (r == 0 && c % STEP == 0)
			r = lh_progress(f->heap->ctx, "naming cycles", c, f->component_count);
	}
	return r;
}

static int find(struct finder *f)
{
	const struct lh_tracked *t = &f->out->found.graph;
	int r = lh_garbage_find(f->heap, &f->out->found);

	if (r < 0)
		return r;
	f->graph = (struct lh_csr){.count = t->count, .offsets = t->offsets, .edges = t->edges};
	r = lh_scc_find(f->heap->ctx, &f->graph, &f->component, &f->component_count);
	if (r == 0)
		r = sort_members(f);
	if (r == 0)
		r = lh_cycle_search_init(f->heap->ctx, &f->graph, f->component, &f->search);
	return r == 0 ? take_components(f) : r;
}

int lh_cycles_find(struct lh_heap *heap, const struct lh_cycles_query *query, struct lh_cycles *ret)
{
	struct finder f = {.heap = heap,
			   .query = query,
			   .types = {.type = query->type},
			   .out = ret,
			   .view = lh_view_of(heap->target)};
	int r;

	memset(ret, 0, sizeof(*ret));
	r = lh_query_init(heap, &f.types);
	if (r == 0)
		r = find(&f);
	lh_query_fini(&f.types);
	lh_cycle_search_fini(&f.search);
	free(f.component);
	free(f.first);
	free(f.members);
	free(f.table);
	if (r < 0)
		lh_cycles_fini(ret);
	return r;
}

void lh_cycles_fini(struct lh_cycles *cycles)
{
	for (size_t i = 0; i < cycles->count; i++) {
		free(cycles->groups[i].shape);
		free(cycles->groups[i].example);
	}
	free(cycles->groups);
	lh_garbage_fini(&cycles->found);
	memset(cycles, 0, sizeof(*cycles));
}
