/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/graph.h"
#include "cpython/size.h"
#include "inventory/borrowed.h"
#include "inventory/inventory.h"
#include "inventory/references.h"
#include "util/array.h"

#include <stdlib.h>

#define HUGE UINT32_MAX /* sizes that do not fit are computed again when asked for */

static void see(void *arg, struct lh_view *view, uint32_t i, const struct lh_object *o)
{
	struct lh_graph *g = arg;
	uint64_t bytes;

	g->types[i] = o ? o->type->index : LH_GRAPH_NO_TYPE;
	if (!o)
		return;
	bytes = lh_object_bytes_alone(g->heap, view, o);
	g->bytes[i] = bytes < HUGE ? (uint32_t)bytes : HUGE;
}

int lh_graph_read(struct lh_heap *heap, struct lh_graph *ret)
{
	_cleanup_(lh_graph_fini) struct lh_graph g = {.heap = heap};
	struct lh_references job = {.heap = heap, .set = &g.set, .types_known = true, .see = see, .arg = &g};
	int r = lh_objects_collect(heap, &g.set, &g.findings);

	if (r < 0)
		return r;
	g.count = g.set.count;
	g.types = lh_new0(uint32_t, (size_t)g.count + 1);
	g.bytes = lh_new0(uint32_t, (size_t)g.count + 1);
	if (!g.types || !g.bytes)
		return lh_nomem(heap->ctx);
	job.types = lh_inventory_types(heap);
	r = lh_references_read(&job);
	g.offsets = job.offsets;
	g.edges = job.edges;
	g.incomplete = job.incomplete;
	if (r == 0)
		r = lh_borrowed_drop(&g, job.guesses, job.guess_count);
	free(job.guesses);
	if (r < 0)
		return r;
	*ret = g;
	g = (struct lh_graph){0};
	return 0;
}

void lh_graph_fini(struct lh_graph *g)
{
	lh_addrset_fini(&g->set);
	free(g->offsets);
	free(g->edges);
	free(g->types);
	free(g->bytes);
	free(g->doubts);
	*g = (struct lh_graph){0};
}

uint64_t lh_graph_bytes(const struct lh_graph *g, uint32_t i)
{
	struct lh_view view = lh_view_of(g->heap->target);
	struct lh_object o;

	if (g->bytes[i] != HUGE || lh_object_at(g->heap, &view, lh_addrset_nth(&g->set, i), &o) != 0)
		return g->bytes[i];
	return lh_object_bytes_alone(g->heap, &view, &o);
}
