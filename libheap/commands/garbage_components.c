/* SPDX-License-Identifier: Apache-2.0 */
/* Garbage by component: groups of objects that keep each other alive. */
#include "analyze/short_cycle.h"
#include "commands/cmd_garbage.h"
#include "cpython/type_name.h"
#include "describe/cycle_shape.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define LOOKED_AT 64 /* objects of a component that are searched for an instance */

/* Places sorted by component: a counting sort, as components are numbered densely. */
static int order_by_component(const struct lh_garbage_rows *l, uint32_t **ret)
{
	const struct lh_garbage *g = l->garbage;
	_cleanup_free_ uint32_t *next = lh_new0(uint32_t, (size_t)g->components + 1);
	uint32_t *order = lh_new0(uint32_t, (size_t)g->count + 1);

	*ret = order;
	if (!next || !order)
		return lh_nomem(l->heap->ctx);
	for (uint32_t p = 0; p < g->count; p++)
		next[g->component[p] + 1]++;
	for (uint32_t c = 0; c < g->components; c++)
		next[c + 1] += next[c];
	for (uint32_t p = 0; p < g->count; p++)
		order[next[g->component[p]]++] = p;
	return 0;
}

#define TYPES_SHOWN 8

/* Of types that are as frequent, the order is that of names: where objects are differs between runs. */
static bool comes_before(struct lh_heap *heap, struct lh_type *const *types, const uint32_t *counts, size_t a,
			 size_t b)
{
	return counts[a] != counts[b]
		       ? counts[a] > counts[b]
		       : strcmp(lh_type_name(heap, types[a]), lh_type_name(heap, types[b])) < 0;
}

/* "Session x2", "dict x2": the types of one component, most frequent first. */
static void describe_types(struct lh_garbage_rows *l, struct lh_type **types, const uint32_t *counts,
			   size_t n, struct lh_string *out)
{
	bool done[TYPES_SHOWN] = {false};

	for (size_t k = 0; k < n; k++) {
		size_t best = TYPES_SHOWN;

		for (size_t i = 0; i < n; i++)
			if (!done[i] &&
			    (best == TYPES_SHOWN || comes_before(l->heap, types, counts, i, best)))
				best = i;
		done[best] = true;
		lh_string_addf(out, "%s%s x%u", k ? "\n" : "", lh_type_name(l->heap, types[best]),
			       counts[best]);
	}
}

/** struct component - data of one component */
struct component {
	struct lh_type *types[TYPES_SHOWN];
	uint32_t counts[TYPES_SHOWN];
	size_t type_count;
	uint64_t bytes, example, finalizers;
	bool uncollectable;
};

static void count_type(struct component *c, struct lh_type *type)
{
	size_t i = 0;

	while (i < c->type_count && c->types[i] != type)
		i++;
	if (i == TYPES_SHOWN)
		return;
	c->types[i] = type;
	c->counts[i] = i == c->type_count ? 1 : c->counts[i] + 1;
	c->type_count += i == c->type_count;
}

static void gather(struct lh_garbage_rows *l, const uint32_t *order, uint32_t count, struct component *c)
{
	const struct lh_garbage *g = l->garbage;

	for (uint32_t k = 0; k < count; k++) {
		uint64_t addr, bytes = 0;
		struct lh_type *t = lh_garbage_rows_measure(l, order[k], &addr, &bytes);

		c->bytes += bytes;
		c->uncollectable |= (g->graph.flags[g->items[order[k]]] & LH_GARBAGE_UNCOLLECTABLE) != 0;
		/* An instance of a class says more than its dict or list. */
		if (!c->example || (t && t->python && k < LOOKED_AT))
			c->example = addr;
		if (t) {
			c->finalizers += lh_garbage_rows_finalizes(l, order[k], t);
			count_type(c, t);
		}
	}
}

/* The shape of a short cycle among the objects. */
static int describe_cycle(struct lh_garbage_rows *l, struct lh_short_cycles *cycles, const uint32_t *order,
			  uint32_t count, struct lh_string *out)
{
	_cleanup_free_ uint32_t *members = lh_new0(uint32_t, count);
	_cleanup_free_ uint64_t *cycle = NULL;
	struct lh_cycle_shape shape;
	size_t length;
	int r = members ? 0 : lh_nomem(l->heap->ctx);

	for (uint32_t k = 0; members && k < count; k++)
		members[k] = l->items[order[k]];
	if (r == 0)
		r = lh_short_cycle(cycles, members, count, &cycle, &length);
	if (r != 0)
		return r < 0 ? r : 0;
	r = lh_cycle_shape_make(l->heap, cycle, length, &shape);
	if (r == 0)
		lh_cycle_shape_text(l->heap, &shape, out);
	lh_cycle_shape_fini(&shape);
	return r;
}

static int add_component(struct lh_garbage_rows *l, struct lh_short_cycles *cycles, const uint32_t *order,
			 uint32_t count, struct lh_result *result)
{
	_cleanup_string_ struct lh_string types = {0}, cycle = {0};
	struct lh_freed_count freed = l->freed.groups[l->garbage->component[order[0]]];
	struct component c = {0};
	int r = describe_cycle(l, cycles, order, count, &cycle);

	gather(l, order, count, &c);
	describe_types(l, c.types, c.counts, c.type_count, &types);
	if (r < 0 || types.failed || cycle.failed)
		return r < 0 ? r : lh_nomem(l->heap->ctx);
	return lh_result_row(result,
			     (struct lh_value[]){LH_COUNT(l->garbage->component[order[0]]), LH_COUNT(count),
						 LH_BYTES(c.bytes), LH_COUNT(freed.objects),
						 LH_BYTES(freed.bytes), LH_LIST(types.text ? types.text : ""),
						 cycle.text ? LH_TEXT(cycle.text) : LH_NULL,
						 LH_COUNT(c.finalizers), LH_BOOL(c.uncollectable),
						 LH_ADDR(c.example)});
}

static int add_components(struct lh_garbage_rows *l, struct lh_short_cycles *cycles, struct lh_result *result)
{
	const struct lh_garbage *g = l->garbage;
	_cleanup_free_ uint32_t *order = NULL;
	int r = order_by_component(l, &order);

	for (uint32_t from = 0, to; r == 0 && from < g->count; from = to) {
		for (to = from + 1; to < g->count && g->component[order[to]] == g->component[order[from]];
		     to++)
			;
		r = add_component(l, cycles, order + from, to - from, result);
	}
	return r;
}

int lh_garbage_rows_components(struct lh_garbage_rows *l, struct lh_result *result)
{
	struct lh_short_cycles cycles;
	int r = lh_short_cycles_init(l->heap, &cycles);

	if (r == 0)
		r = add_components(l, &cycles, result);
	lh_short_cycles_fini(&cycles);
	return r;
}
