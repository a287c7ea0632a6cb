/* SPDX-License-Identifier: Apache-2.0 */
#include "export/tree_names.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/cleanup.h"

#include <stdlib.h>
#include <string.h>

/** struct namer - children by place, as indices */
struct namer {
	struct lh_export *x;
	struct lh_tree_child *children;
	struct by_place {
		uint32_t place, index;
	} * by_place;
	size_t count;
};

static int compare_places(const void *a, const void *b)
{
	const struct by_place *l = a, *r = b;

	return l->place < r->place ? -1 : l->place > r->place;
}

static struct lh_tree_child *find(const struct namer *n, uint32_t place)
{
	size_t at = lh_bsearch_first(n->count, i, n->by_place[i].place < place);

	return at < n->count && n->by_place[at].place == place ? &n->children[n->by_place[at].index] : NULL;
}

static int give(struct namer *n, struct lh_tree_child *child, struct lh_string *name)
{
	child->name = lh_string_take(name);
	return child->name ? 0 : lh_nomem(n->x->heap->ctx);
}

static int name_edge(void *arg, const struct lh_export_edge *edge)
{
	struct namer *n = arg;
	struct lh_tree_child *child = find(n, n->x->from->tree.place[edge->to]);
	struct lh_string name = {0};

	if (!child || child->name || !edge->span)
		return 0;
	lh_export_edge_name(n->x, edge, &name);
	return give(n, child, &name);
}

static int name_roots(struct namer *n)
{
	const struct lh_retained *from = n->x->from;
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->roots.count; i++) {
		struct lh_tree_child *child = find(n, lh_retained_place(from, from->roots.all[i].to));
		struct lh_string name = {0};

		if (!child || child->name)
			continue;
		lh_root_text(&from->roots, &from->roots.all[i], &name);
		r = give(n, child, &name);
	}
	return r;
}

/* What no single object keeps alive has a path, too. */
static int name_by_paths(struct namer *n)
{
	struct lh_retained_paths paths = {0};
	_cleanup_free_ uint32_t *places = lh_new0(uint32_t, n->count + 1);
	size_t count = 0;
	int r = places ? 0 : lh_nomem(n->x->heap->ctx);

	for (size_t i = 0; r == 0 && i < n->count; i++)
		if (!n->children[i].name)
			places[count++] = n->children[i].place;
	if (r == 0)
		r = lh_retained_paths_find(n->x->from, places, count, &paths);
	for (size_t i = 0; r == 0 && i < count; i++) {
		_cleanup_string_ struct lh_string name = {0};

		r = lh_retained_path_text(&paths, places[i], &name);
		r = r == 0 ? give(n, find(n, places[i]), &name) : r;
	}
	lh_retained_paths_fini(&paths);
	return r;
}

static int name_below(struct namer *n, uint32_t place)
{
	const struct lh_retained *from = n->x->from;
	struct lh_export_node node;

	lh_export_node_of(n->x, from->tree.node[place], &node);
	return lh_export_edges(n->x, &node, name_edge, n);
}

int lh_tree_name_children(struct lh_export *x, uint32_t place, struct lh_tree_child *children, size_t count)
{
	struct namer n = {.x = x,
			  .children = children,
			  .by_place = lh_new0(struct by_place, count + 1),
			  .count = count};
	int r;

	if (!n.by_place)
		return lh_nomem(x->heap->ctx);
	for (size_t i = 0; i < count; i++)
		n.by_place[i] = (struct by_place){children[i].place, (uint32_t)i};
	qsort(n.by_place, count, sizeof(*n.by_place), compare_places);
	r = place ? name_below(&n, place) : name_roots(&n);
	if (r == 0 && !place)
		r = name_by_paths(&n);
	free(n.by_place);
	return r;
}

void lh_tree_children_free(struct lh_tree_child *children, size_t count)
{
	for (size_t i = 0; children && i < count; i++)
		free(children[i].name);
	free(children);
}

const char *lh_tree_type_name(struct lh_export *x, uint32_t type, const char *other)
{
	return type == LH_GRAPH_NO_TYPE ? other : lh_type_name(x->heap, x->heap->types.items[type]);
}

void lh_tree_text(struct lh_export *x, const struct lh_tree_item *item, struct lh_string *out)
{
	uint32_t node = x->from->tree.node[item->place];
	const char *type = lh_tree_type_name(x, item->type, "?");

	if (*item->name)
		lh_string_addf(out, "%s  %s", item->name, type);
	else
		lh_string_addf(out, "%s 0x%" PRIx64, type, lh_addrset_nth(&x->from->graph.set, node));
}
