/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each component with a cycle, a short cycle is searched from those members that people know by name, and its
 * shape is looked up among the groups so far.
 */
#include "analyze/cycles.h"
#include "analyze/short_cycle.h"
#include "analyze/type_filter.h"
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
	const struct lh_components *components;
	struct lh_short_cycles cycles;
	struct lh_index index; /* of groups, by their hash */
};

/* ---- one component ---- */

/** struct measured - a component, and what groups sum up of it */
struct measured {
	struct lh_component component;
	uint64_t bytes;
};

/* Whether one of its objects has the wanted type. Return: 1, 0, -LH_ENOMEM. */
static int has_type(struct finder *f, const struct lh_component *c)
{
	bool found = !f->query->type;
	int r = 0;

	for (uint32_t k = 0; r >= 0 && !found && k < c->count; k++) {
		struct lh_object o;

		r = lh_object_at(f->heap, &f->view, lh_components_addr(f->components, c->members[k]), &o);
		if (r == 0)
			r = lh_type_filter_matches(f->heap, &f->types, o.type, &found);
	}
	return r < 0 ? r : found;
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

static int get_group(struct finder *f, const struct lh_cycle_shape *shape, const struct lh_component *c,
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

static int add_to_group(struct finder *f, const struct measured *m, const uint64_t *cycle, size_t length)
{
	const struct lh_component *c = &m->component;
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
	group->bytes += m->bytes;
	f->out->components++;
	f->out->objects += c->count;
	f->out->bytes += m->bytes;
	f->out->garbage += c->garbage;
	f->out->frozen += c->frozen;
	return 0;
}

static int take_component(struct finder *f, uint32_t index)
{
	struct measured m = {.component = lh_components_nth(f->components, index)};
	const struct lh_component *c = &m.component;
	_cleanup_free_ uint64_t *cycle = NULL;
	size_t length;
	int r = f->query->garbage_only && !c->garbage ? 0 : has_type(f, c);

	if (r <= 0)
		return r;
	r = lh_component_bytes(f->components, &f->view, c, &m.bytes);
	if (r < 0 || m.bytes < f->query->min_bytes)
		return r;
	r = lh_short_cycle(&f->cycles, c->members, c->count, &cycle, &length);
	return r == 0 ? add_to_group(f, &m, cycle, length) : r < 0 ? r : 0;
}

static int take_components(struct finder *f)
{
	int r = 0;

	for (uint32_t c = 0; r == 0 && c < f->components->count; c++) {
		r = take_component(f, c);
		if (r == 0 && c % STEP == 0)
			r = lh_progress(f->heap->ctx, "naming cycles", c, f->components->count);
	}
	return r;
}

static int find(struct finder *f)
{
	int r = lh_components_get(f->heap, &f->components);

	if (r < 0)
		return r;
	f->out->found = f->components->garbage;
	r = lh_short_cycles_init(f->heap, &f->cycles);
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
