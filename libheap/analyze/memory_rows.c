/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves to rows: nodes above them are made, siblings sorted by size. */
#include "analyze/memory_parts.h"
#include "cpython/type_name.h"
#include "util/array.h"
#include "util/string.h"

#include <stdlib.h>
#include <string.h>

struct node {
	struct lh_memory_row row;
	size_t parent; /* its index; SIZE_MAX: a top row */
};

struct tree {
	struct lh_memory_work *w;
	struct lh_memory_row *leaves;
	size_t leaf_count, leaf_capacity;
	struct node *nodes;
	size_t count, capacity;
};

/* A name is one step of a path, whatever it has in it. */
static int add_leaf(struct tree *t, const char *root, const char *name, const char *note,
		    const struct lh_memory_sum *sum)
{
	_cleanup_string_ struct lh_string path = {};
	struct lh_memory_row row = {.note = note, .leaf = true, .sum = *sum};
	int r;

	if (!sum->bytes)
		return 0;
	lh_string_add(&path, root);
	if (name)
		lh_string_addf(&path, "/%s", *name ? name : "?");
	if (path.failed)
		return lh_nomem(t->w->heap->ctx);
	for (char *p = path.text + strlen(root) + 1; name && *p; p++)
		*p = *p == '/' ? '|' : *p;
	row.path = path.text;
	r = lh_append(t->w->heap->ctx, t->leaves, t->leaf_count, t->leaf_capacity, row);
	if (r == 0)
		path.text = NULL;
	return r;
}

static int add_fixed(struct tree *t)
{
	static const struct {
		const char *path, *note;
	} fixed[LH_LEAVES] = {
#define LEAF(name, path, note) [LH_LEAF_##name] = {path, note},
#include "analyze/memory_leaves.def"
#undef LEAF
	};
	int r = 0;

	for (size_t i = 0; i < LH_LEAVES && r == 0; i++)
		r = add_leaf(t, fixed[i].path, NULL, fixed[i].note, &t->w->leaves[i]);
	t->w->memory->not_walked = t->w->leaves[LH_LEAF_NOT_WALKED].bytes;
	t->w->memory->unexplained = t->w->leaves[LH_LEAF_UNEXPLAINED].bytes;
	return r;
}

static int add_typed(struct tree *t)
{
	static const char *const roots[LH_TYPED] = {
		[LH_TYPED_OBJECTS] = "python/objects",
		[LH_TYPED_BUFFERS] = "python/buffers",
		[LH_TYPED_MALLOC] = "malloc/python",
		[LH_TYPED_MAPPED] = "malloc/mapped/python",
		[LH_TYPED_NATIVE] = "malloc/native/objects",
		[LH_TYPED_MAPPED_NATIVE] = "malloc/mapped/native/objects",
		[LH_TYPED_MIMALLOC] = "mimalloc/python",
	};
	const struct lh_types *types = &t->w->heap->types;
	int r = 0;

	for (int kind = 0; kind < LH_TYPED; kind++)
		for (size_t i = 0; i < LH_TAG_TYPES && i < types->count && r == 0; i++)
			if (t->w->typed[kind][i].bytes)
				r = add_leaf(t, roots[kind], lh_type_name(t->w->heap, types->items[i]), NULL,
					     &t->w->typed[kind][i]);
	return r;
}

static int add_names(struct tree *t)
{
	int r = 0;

	for (size_t i = 0; i < t->w->named_count && r == 0; i++)
		r = add_leaf(t, t->w->named[i].root, t->w->named[i].name, NULL, &t->w->named[i].sum);
	return r;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct lh_memory_row *)a)->path, ((const struct lh_memory_row *)b)->path);
}

/* Two types of one name are one leaf. */
static void join(struct tree *t)
{
	size_t kept = 0;

	if (t->leaf_count)
		qsort(t->leaves, t->leaf_count, sizeof(*t->leaves), compare_paths);
	for (size_t i = 0; i < t->leaf_count; i++) {
		struct lh_memory_sum *sum = kept ? &t->leaves[kept - 1].sum : NULL;

		if (!kept || strcmp(t->leaves[kept - 1].path, t->leaves[i].path) != 0) {
			t->leaves[kept++] = t->leaves[i];
			continue;
		}
		lh_memory_sum_add(sum, &t->leaves[i].sum);
		free((char *)t->leaves[i].path);
	}
	t->leaf_count = kept;
}

/* Whether @path lies below the node of which the path is @above. */
static bool is_below(const char *path, const char *above)
{
	size_t len = strlen(above);

	return strncmp(path, above, len) == 0 && path[len] == '/';
}

/* Of nodes that are no leaves. */
static const char *note_of(const char *path)
{
	static const struct {
		const char *path, *note;
	} notes[] = {
		{"malloc/native", "used by C and C++ code"},
		{"malloc/native/objects", "that objects own, and sizes do not count"},
		{"malloc/native/modules", "static data of libraries leads there"},
		{"malloc/mapped", "goes back at once when it is freed"},
		{"malloc/mapped/native/objects", "that objects own, and sizes do not count"},
		{"malloc/mapped/native/modules", "static data of libraries leads there"},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(notes); i++)
		if (strcmp(notes[i].path, path) == 0)
			return notes[i].note;
	return NULL;
}

static int add_node(struct tree *t, char *path, size_t parent, const struct lh_memory_row *like)
{
	struct node n = {.row = like ? *like : (struct lh_memory_row){0}, .parent = parent};
	int r;

	n.row.path = path;
	n.row.note = like ? like->note : path ? note_of(path) : NULL;
	n.row.depth = parent == SIZE_MAX ? 1 : t->nodes[parent].row.depth + 1;
	r = path ? lh_append(t->w->heap->ctx, t->nodes, t->count, t->capacity, n) : lh_nomem(t->w->heap->ctx);
	if (r < 0)
		free(path);
	return r;
}

/* Leaves come sorted, so nodes above one are those above the leaf before it, and new ones. */
static int add_nodes(struct tree *t, struct lh_memory_row *leaf, size_t *last)
{
	const char *at = leaf->path;
	size_t parent = *last;
	int r = 0;

	while (parent != SIZE_MAX && !is_below(leaf->path, t->nodes[parent].row.path))
		parent = t->nodes[parent].parent;
	if (parent != SIZE_MAX)
		at += strlen(t->nodes[parent].row.path) + 1;
	for (const char *slash; r == 0 && (slash = strchr(at, '/')); at = slash + 1) {
		r = add_node(t, strndup(leaf->path, (size_t)(slash - leaf->path)), parent, NULL);
		parent = r == 0 ? t->count - 1 : parent;
	}
	if (r == 0)
		r = add_node(t, (char *)leaf->path, parent, leaf);
	leaf->path = NULL;
	*last = t->count ? t->count - 1 : SIZE_MAX;
	return r;
}

static void add_up(struct tree *t)
{
	struct lh_memory_sum all = {0};

	for (size_t i = t->count; i-- > 0;) {
		const struct node *n = &t->nodes[i];

		lh_memory_sum_add(n->parent == SIZE_MAX ? &all : &t->nodes[n->parent].row.sum, &n->row.sum);
	}
	t->w->memory->pages = all.pages;
}

/* Siblings by size; a node before those below it. */
static int compare_nodes(const void *pa, const void *pb, void *arg)
{
	const struct node *nodes = arg, *a = &nodes[*(const size_t *)pa], *b = &nodes[*(const size_t *)pb];
	unsigned da = a->row.depth, db = b->row.depth;

	for (; da > db; da--)
		a = &nodes[a->parent];
	for (; db > da; db--)
		b = &nodes[b->parent];
	if (a == b) /* one is above the other */
		return *(const size_t *)pa < *(const size_t *)pb ? -1 : 1;
	while (a->parent != b->parent) {
		a = &nodes[a->parent];
		b = &nodes[b->parent];
	}
	if (a->row.sum.bytes != b->row.sum.bytes)
		return a->row.sum.bytes > b->row.sum.bytes ? -1 : 1;
	return strcmp(a->row.path, b->row.path);
}

static int give(struct tree *t)
{
	struct lh_memory *m = t->w->memory;
	_cleanup_free_ size_t *order = lh_new0(size_t, t->count + 1);

	m->rows = lh_new0(struct lh_memory_row, t->count + 1);
	if (!order || !m->rows)
		return lh_nomem(t->w->heap->ctx);
	for (size_t i = 0; i < t->count; i++)
		order[i] = i;
	qsort_r(order, t->count, sizeof(*order), compare_nodes, t->nodes);
	for (size_t i = 0; i < t->count; i++) {
		m->rows[m->count++] = t->nodes[order[i]].row;
		t->nodes[order[i]].row.path = NULL;
	}
	return 0;
}

static void tree_fini(struct tree *t)
{
	for (size_t i = 0; i < t->leaf_count; i++)
		free((char *)t->leaves[i].path);
	for (size_t i = 0; i < t->count; i++)
		free((char *)t->nodes[i].row.path);
	free(t->leaves);
	free(t->nodes);
}

int lh_memory_rows(struct lh_memory_work *w)
{
	_cleanup_(tree_fini) struct tree t = {.w = w};
	size_t last = SIZE_MAX;
	int r = add_fixed(&t);

	if (r == 0)
		r = add_typed(&t);
	if (r == 0)
		r = add_names(&t);
	if (r < 0)
		return r;
	join(&t);
	for (size_t i = 0; i < t.leaf_count && r == 0; i++)
		r = add_nodes(&t, &t.leaves[i], &last);
	if (r < 0)
		return r;
	add_up(&t);
	return give(&t);
}
