/* SPDX-License-Identifier: Apache-2.0 */
/* A shortest cycle of a component, breadth first from one node after another; see shortest_cycle.h. */
#include "graph/shortest_cycle.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

int lh_cycle_search_init(struct lh_ctx *ctx, const struct lh_csr *graph, const uint32_t *component,
			 struct lh_cycle_search *ret)
{
	*ret = (struct lh_cycle_search){.ctx = ctx, .graph = *graph, .component = component};
	ret->from = lh_new0(uint32_t, (size_t)graph->count + 1);
	ret->seen = lh_new0(uint32_t, (size_t)graph->count + 1);
	ret->queue = lh_new0(uint32_t, (size_t)graph->count + 1);
	return ret->from && ret->seen && ret->queue ? 0 : lh_nomem(ctx);
}

void lh_cycle_search_fini(struct lh_cycle_search *s)
{
	free(s->from);
	free(s->seen);
	free(s->queue);
	free(s->cycle);
}

/* The way from @last back to @start, turned round. */
static int take_cycle(struct lh_cycle_search *s, uint32_t start, uint32_t last)
{
	size_t length = 1, at;
	int r;

	for (uint32_t i = last; i != start; i = s->from[i])
		length++;
	r = lh_grow(s->ctx, &s->cycle, &s->capacity, length, sizeof(*s->cycle));
	if (r < 0)
		return r;
	at = s->length = length;
	for (uint32_t i = last; at > 1; i = s->from[i])
		s->cycle[--at] = i;
	s->cycle[0] = start;
	return 0;
}

static void start_round(struct lh_cycle_search *s)
{
	if (++s->round)
		return;
	memset(s->seen, 0, s->graph.count * sizeof(*s->seen));
	s->round = 1;
}

int lh_cycle_through(struct lh_cycle_search *s, uint32_t start, size_t shorter_than, size_t visits_max)
{
	size_t head = 0, tail = 1, level_end = 1, length = 1;

	start_round(s);
	s->queue[0] = start;
	for (; head < tail; head++) {
		uint32_t i = s->queue[head];

		if (head == level_end) {
			length++;
			level_end = tail;
		}
		if ((shorter_than && length >= shorter_than) || (visits_max && head >= visits_max))
			return LH_ABSENT;
		for (uint32_t k = s->graph.offsets[i]; k < s->graph.offsets[i + 1]; k++) {
			uint32_t to = s->graph.edges[k];

			if (to == start)
				return take_cycle(s, start, i);
			if (s->component[to] != s->component[start] || s->seen[to] == s->round)
				continue;
			s->seen[to] = s->round;
			s->from[to] = i;
			s->queue[tail++] = to;
		}
	}
	return LH_ABSENT;
}
