/* SPDX-License-Identifier: Apache-2.0 */
#include "export/nodes.h"
#include "cpython/edge.h"

#define STEP 4096 /* objects between two reports of the progress */

void lh_export_count(struct lh_export *x, const char *name, uint64_t count)
{
	if (x->part_count < LH_EXPORT_PARTS_MAX)
		x->parts[x->part_count++] = (struct lh_export_part){name, count};
}

static void describe(const struct lh_export *x, struct lh_view *view, uint32_t number, uint64_t addr,
		     struct lh_export_node *ret)
{
	const struct lh_graph *g = &x->from->graph;
	uint32_t type = g->types[number];

	*ret = (struct lh_export_node){
		.number = number,
		.addr = addr,
		.bytes = lh_graph_bytes(g, number),
		.place = x->from->tree.place[number],
		.edges = lh_retained_edges_count(lh_retained_edges_of(x->from, number)),
		.type = type == LH_GRAPH_NO_TYPE ? NULL : x->heap->types.items[type],
	};
	if (ret->type && lh_object_known(x->heap, view, addr, ret->type, &ret->object) != 0)
		ret->type = NULL;
}

int lh_export_nodes(struct lh_export *x, const char *phase, lh_export_node_fn fn, void *arg)
{
	struct lh_addrset_iter iter = {.set = &x->from->graph.set};
	struct lh_view view = lh_view_of(x->heap->target);
	uint32_t count = x->from->graph.count;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < count && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_export_node node;

		describe(x, &view, i, addr, &node);
		r = fn(arg, &node);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(x->heap->ctx, phase, i, count);
	}
	return r;
}

void lh_export_node_of(struct lh_export *x, uint32_t number, struct lh_export_node *ret)
{
	struct lh_view view = lh_view_of(x->heap->target);

	describe(x, &view, number, lh_addrset_nth(&x->from->graph.set, number), ret);
}

/** struct follower - gives the words of an object that are edges of the graph, which is in the same order but lacks some */
struct follower {
	struct lh_export *x;
	const struct lh_export_node *node;
	lh_export_edge_fn fn;
	void *arg;
	struct lh_retained_edges edges; /* that were not given yet */
	int error;
};

static void follow(void *arg, const struct lh_span *span)
{
	struct follower *f = arg;
	const struct lh_graph *g = &f->x->from->graph;

	for (uint64_t i = 0; f->error == 0 && f->edges.next < f->edges.end && i < span->count; i++) {
		uint32_t to = lh_addrset_index(&g->set, lh_span_word(span, i));

		if (to == LH_NO_INDEX || to != g->edges[f->edges.next])
			continue;
		lh_retained_edges_pass(&f->edges);
		f->error = f->fn(f->arg, &(struct lh_export_edge){f->node->number, to, span, i});
	}
}

int lh_export_edges(struct lh_export *x, const struct lh_export_node *node, lh_export_edge_fn fn, void *arg)
{
	const struct lh_graph *g = &x->from->graph;
	struct follower f = {.x = x,
			     .node = node,
			     .fn = fn,
			     .arg = arg,
			     .edges = lh_retained_edges_of(x->from, node->number)};
	struct lh_visitor visitor = {
		.heap = x->heap, .view = lh_view_of(x->heap->target), .fn = follow, .arg = &f};

	if (node->type && node->edges)
		lh_visit(&visitor, &node->object);
	for (; f.error == 0 && f.edges.next < f.edges.end; lh_retained_edges_pass(&f.edges))
		f.error = fn(arg, &(struct lh_export_edge){node->number, g->edges[f.edges.next], NULL, 0});
	return f.error;
}

struct all_edges {
	struct lh_export *x;
	lh_export_edge_fn fn;
	void *arg;
};

static int edges_of(void *arg, const struct lh_export_node *node)
{
	struct all_edges *all = arg;

	return lh_export_edges(all->x, node, all->fn, all->arg);
}

int lh_export_all_edges(struct lh_export *x, const char *phase, lh_export_edge_fn fn, void *arg)
{
	return lh_export_nodes(x, phase, edges_of, &(struct all_edges){x, fn, arg});
}

int lh_export_roots(struct lh_export *x, lh_export_root_fn fn, void *arg)
{
	const struct lh_retained *from = x->from;
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->roots.count; i++) {
		const struct lh_root *root = &from->roots.all[i];
		uint32_t number = lh_addrset_index(&from->graph.set, root->to);

		if (number != LH_NO_INDEX && root->kind <= LH_ROOT_FRAME)
			r = fn(arg, root, number);
	}
	for (size_t i = 0; r == 0 && i < from->native; i++)
		r = fn(arg, NULL, from->natives[i]);
	return r;
}

uint64_t lh_export_edge_count(const struct lh_export *x)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < x->from->graph.count; i++)
		count += lh_retained_edges_count(lh_retained_edges_of(x->from, i));
	return count;
}

void lh_export_edge_name(struct lh_export *x, const struct lh_export_edge *edge, struct lh_string *out)
{
	if (edge->span)
		lh_span_edge(x->heap, edge->span, edge->i, out);
}
