/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each component with a cycle, its members are gathered, a short cycle is searched from those that people
 * know by name, and its shape is looked up among the groups so far.
 */
#include "analyze/cycles.h"
#include "analyze/short_cycle.h"
#include "analyze/type_filter.h"
#include "cpython/size.h"
#include "describe/cycle_shape.h"
#include "util/array.h"
#include "util/index.h"

#include <stdlib.h>

#define STEP 4096

struct finder {
	struct lh_heap *heap;
	const struct lh_cycles_query *query;
	struct lh_type_filter types; /* of query->type */
	struct lh_cycles *out;
	struct lh_view view;
	struct lh_short_cycles cycles;
	uint32_t *first; /* by component: where its members start in 'members'; count + 1 */
	uint32_t *members;
	struct lh_index index; /* of groups, by their hash */
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

	f->first = lh_new0(uint32_t, (size_t)f->cycles.component_count + 2);
	f->members = lh_new0(uint32_t, (size_t)f->cycles.graph.count + 1);
	if (!f->first || !f->members)
		return lh_nomem(f->heap->ctx);
	for (uint32_t i = 0; i < f->cycles.graph.count; i++)
		f->first[f->cycles.component[i] + 2]++;
	for (uint32_t c = 0; c < f->cycles.component_count; c++)
		f->first[c + 2] += f->first[c + 1];
	for (uint32_t i = 0; i < f->cycles.graph.count; i++) {
		at = f->first[f->cycles.component[i] + 1]++;
		f->members[at] = i;
	}
	return 0;
}

/* ---- one component ---- */

struct component {
	const uint32_t *members;
	uint32_t count;
	uint64_t bytes;
	bool garbage, frozen, wanted; /* wanted: it has an object of the wanted type */
};

static int measure(struct finder *f, struct component *c)
{
	const struct lh_addrset *set = &f->out->found->graph.rings->tracked;
	int r = 0;

	for (uint32_t k = 0; r >= 0 && k < c->count; k++) {
		struct lh_object o;

		r = lh_object_at(f->heap, &f->view, lh_addrset_nth(set, c->members[k]), &o);
		if (r != 0)
			continue;
		c->bytes += lh_object_bytes(f->heap, &f->view, &o);
		if (!c->wanted)
			r = lh_type_filter_matches(f->heap, &f->types, o.type, &c->wanted);
	}
	return r < 0 ? r : 0;
}

/* ---- groups ---- */

static int new_group(struct finder *f, const struct lh_cycle_shape *shape, uint64_t hash,
		     struct lh_cycle_group **ret)
{
	struct lh_cycle_group group = {.hash = hash, .example_count = shape->count};
	_cleanup_string_ struct lh_string text = {0};
	int r;

	lh_cycle_shape_text(f->heap, shape, &text);
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

static int get_group(struct finder *f, const struct lh_cycle_shape *shape, const struct component *c,
		     struct lh_cycle_group **ret)
{
	uint64_t hash =
		shape->hash ^ (c->garbage ? 0x9e3779b97f4a7c15u : 0) ^ (c->frozen ? 0xbf58476d1ce4e5b9u : 0);
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&f->index, hash, &probe, &n);) {
		*ret = &f->out->groups[n];
		if ((*ret)->hash == hash)
			return 0;
	}
	r = new_group(f, shape, hash, ret);
	if (r < 0)
		return r;
	(*ret)->garbage = c->garbage;
	(*ret)->frozen = c->frozen;
	return lh_index_add(f->heap->ctx, &f->index, hash, (uint32_t)f->out->count - 1);
}

static int add_to_group(struct finder *f, const struct component *c, const uint64_t *cycle, size_t length)
{
	struct lh_cycle_group *group = NULL;
	struct lh_cycle_shape shape;
	int r = lh_cycle_shape_make(f->heap, cycle, length, &shape);

	if (r == 0)
		r = get_group(f, &shape, c, &group);
	lh_cycle_shape_fini(&shape);
	if (r < 0)
		return r;
	group->components++;
	group->objects += c->count;
	group->bytes += c->bytes;
	f->out->components++;
	f->out->objects += c->count;
	f->out->bytes += c->bytes;
	f->out->garbage += c->garbage;
	f->out->frozen += c->frozen;
	return 0;
}

static bool is_frozen(const struct lh_garbage *g, const struct component *c)
{
	for (uint32_t k = 0; g->graph.frozen && k < c->count; k++)
		if (g->graph.flags[c->members[k]] & LH_TRACKED_FROZEN || lh_garbage_is_lost(g, c->members[k]))
			return true;
	return false;
}

static int take_component(struct finder *f, uint32_t number)
{
	struct component c = {.members = f->members + f->first[number],
			      .count = f->first[number + 1] - f->first[number],
			      .wanted = !f->query->type};
	_cleanup_free_ uint64_t *cycle = NULL;
	size_t length;
	int r;

	if (c.count == 1 && !refers_to_itself(&f->cycles.graph, c.members[0]))
		return 0;
	c.garbage = lh_garbage_has(f->out->found, c.members[0]);
	if (f->query->garbage_only && !c.garbage)
		return 0;
	c.frozen = is_frozen(f->out->found, &c);
	r = measure(f, &c);
	if (r < 0 || !c.wanted || c.bytes < f->query->min_bytes)
		return r;
	r = lh_short_cycle(&f->cycles, c.members, c.count, &cycle, &length);
	return r == 0 ? add_to_group(f, &c, cycle, length) : r < 0 ? r : 0;
}

static int take_components(struct finder *f)
{
	int r = 0;

	for (uint32_t c = 0; r == 0 && c < f->cycles.component_count; c++) {
		r = take_component(f, c);
		if (r == 0 && c % STEP == 0)
			r = lh_progress(f->heap->ctx, "naming cycles", c, f->cycles.component_count);
	}
	return r;
}

static int find(struct finder *f)
{
	int r = lh_garbage_get(f->heap, &f->out->found);

	if (r == 0)
		r = lh_short_cycles_init(&f->out->found->graph, &f->cycles);
	if (r == 0)
		r = sort_members(f);
	return r == 0 ? take_components(f) : r;
}

int lh_cycles_find(struct lh_heap *heap, const struct lh_cycles_query *query, struct lh_cycles *ret)
{
	struct finder f = {.heap = heap,
			   .query = query,
			   .types = {.wanted = query->type},
			   .out = ret,
			   .view = lh_view_of(heap->target)};
	int r;

	memset(ret, 0, sizeof(*ret));
	r = find(&f);
	lh_type_filter_fini(&f.types);
	lh_short_cycles_fini(&f.cycles);
	free(f.first);
	free(f.members);
	lh_index_fini(&f.index);
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
	memset(cycles, 0, sizeof(*cycles));
}
