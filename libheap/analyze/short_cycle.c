/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/short_cycle.h"
#include "util/array.h"

#include <stdlib.h>

#define STARTS 16     /* members from which a shortest cycle is looked for */
#define LOOKED_AT 512 /* members looked at for good ones to start from */
#define VISITS 4096   /* nodes met while looking for a shorter cycle than the first */

int lh_short_cycles_init(struct lh_heap *heap, struct lh_short_cycles *ret)
{
	int r;

	*ret = (struct lh_short_cycles){.view = lh_view_of(heap->target)};
	r = lh_components_get(heap, &ret->components);
	return r == 0 ? lh_cycle_search_init(heap->ctx, &ret->components->graph, ret->components->number,
					     &ret->search)
		      : r;
}

void lh_short_cycles_fini(struct lh_short_cycles *s)
{
	lh_cycle_search_fini(&s->search);
}

static int make(struct lh_heap *heap, void *ret)
{
	return lh_short_cycles_init(heap, ret);
}

static void fini(void *kept)
{
	lh_short_cycles_fini(kept);
}

/* Each object once in each of the search's three arrays. */
static uint64_t bytes(const void *kept)
{
	const struct lh_short_cycles *c = kept;

	return 3ull * sizeof(uint32_t) * c->search.graph.count;
}

int lh_short_cycles_get(struct lh_heap *heap, struct lh_short_cycles **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_short_cycles), make, fini, bytes};

	return lh_heap_keep(heap, &keeper, ret);
}

/* Objects that people know by name; a coroutine has its task on the way. */
static bool is_telling(struct lh_short_cycles *s, uint32_t member)
{
	struct lh_object o;

	if (lh_object_at(s->components->garbage->graph.heap, &s->view,
			 lh_components_addr(s->components, member), &o) != 0)
		return false;
	return o.type->kind->id == LH_KIND_EXCEPTION || o.type->kind->id == LH_KIND_GENERATOR ||
	       (o.type->python && o.type->kind->id != LH_KIND_TYPE);
}

/* Look from @start; a cycle shorter than *@length takes its place. Return: 0, -LH_ENOMEM. */
static int try_start(struct lh_short_cycles *s, uint32_t start, uint64_t **cycle, size_t *length)
{
	int r = lh_cycle_through(&s->search, start, *length, *length ? VISITS : 0);

	if (r != 0)
		return r < 0 ? r : 0;
	free(*cycle);
	*length = s->search.length;
	*cycle = lh_new0(uint64_t, *length);
	if (!*cycle)
		return lh_nomem(s->components->garbage->graph.heap->ctx);
	for (size_t i = 0; i < *length; i++)
		(*cycle)[i] = lh_components_addr(s->components, s->search.cycle[i]);
	return 0;
}

static int try_members(struct lh_short_cycles *s, const uint32_t *members, uint32_t count, bool telling,
		       uint64_t **cycle, size_t *length)
{
	uint32_t starts = 0;
	int r = 0;

	for (uint32_t k = 0; r == 0 && k < count && starts < STARTS && *length != 1; k++) {
		if (telling && !is_telling(s, members[k]))
			continue;
		r = try_start(s, members[k], cycle, length);
		starts += *length != 0; /* a member that is not in a cycle does not count */
	}
	return r;
}

int lh_short_cycle(struct lh_short_cycles *s, const uint32_t *members, uint32_t count, uint64_t **ret,
		   size_t *ret_length)
{
	uint64_t *cycle = NULL;
	size_t length = 0;
	int r = try_members(s, members, count < LOOKED_AT ? count : LOOKED_AT, true, &cycle, &length);

	if (r == 0 && !length)
		r = try_members(s, members, count, false, &cycle, &length);
	if (r < 0) {
		free(cycle);
		return r;
	}
	*ret = cycle;
	*ret_length = length;
	return length ? 0 : LH_ABSENT;
}
