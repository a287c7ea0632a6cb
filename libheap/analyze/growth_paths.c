/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/growth_paths.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "roots/find_paths.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>
#include <string.h>

#define STEP 65536 /* objects between looks at the user's ^C */

/* ---- shapes of any moment ---- */

static uint64_t add_word(uint64_t hash, uint64_t word)
{
	return lh_hash(hash, &word, sizeof(word));
}

/* What a root is in the process. In native memory it is the module that counts: words come and go. */
static uint64_t root_key(const struct lh_paths *p, const struct lh_path_shape *shape)
{
	const struct lh_root *root = &p->roots.all[shape->from & ~LH_ROOT_BIT];
	const struct lh_module *module = NULL;

	if (root->kind == LH_ROOT_STATIC || root->kind == LH_ROOT_DATA)
		module =
			lh_target_module(p->heap->target, root->kind == LH_ROOT_STATIC ? root->to : root->at);
	return add_word(add_word(LH_HASH_START, root->kind), module ? module->start : shape->key);
}

/* Shapes come after those that they continue. Indices and keys are always left out of words: in the other moment they may vary. */
static uint64_t *make_keys(struct lh_path_shapes *shapes)
{
	uint64_t *keys = lh_new0(uint64_t, shapes->count + 1);

	for (size_t i = 0; keys && i < shapes->count; i++) {
		struct lh_path_shape *s = &shapes->all[i];

		if (s->parent == LH_NO_PATH_SHAPE) {
			keys[i] = root_key(shapes->paths, s);
			continue;
		}
		keys[i] = add_word(add_word(keys[s->parent], s->label), s->key);
		s->varied |= !s->key;
	}
	return keys;
}

/* ---- groups of one moment: of a shape and a type ---- */

/** struct group - objects of one type by paths of one shape, in one moment */
struct group {
	uint32_t shape, type;
	uint64_t count, bytes, example;
};

struct groups {
	struct lh_ctx *ctx;
	struct group *all;
	size_t count, capacity;
	struct lh_index index;
};

static void groups_fini(struct groups *g)
{
	free(g->all);
	lh_index_fini(&g->index);
}

static int group_of(struct groups *g, uint32_t shape, uint32_t type, struct group **ret)
{
	const struct group group = {.shape = shape, .type = type};
	uint64_t hash = add_word(LH_HASH_START, (uint64_t)shape << 32 | type);
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&g->index, hash, &probe, &n);) {
		*ret = &g->all[n];
		if ((*ret)->shape == shape && (*ret)->type == type)
			return 0;
	}
	r = lh_append(g->ctx, g->all, g->count, g->capacity, group);
	if (r == 0)
		r = lh_index_add(g->ctx, &g->index, hash, (uint32_t)g->count - 1);
	*ret = &g->all[g->count - 1];
	return r;
}

static int add_object(struct groups *g, struct lh_path_shapes *shapes, uint32_t number, uint64_t addr)
{
	const struct lh_paths *paths = shapes->paths;
	uint32_t place = lh_paths_place(paths, addr), shape = LH_NO_PATH_SHAPE;
	struct group *group = NULL;
	int r = place == LH_NO_PLACE ? 0 : lh_path_shape_of(shapes, place, &shape);

	if (r == 0)
		r = group_of(g, shape, paths->graph->types[number], &group);
	if (r < 0)
		return r;
	if (!group->count++)
		group->example = addr;
	group->bytes += lh_graph_bytes(paths->graph, number);
	return 0;
}

static int group_all(struct groups *g, struct lh_path_shapes *shapes)
{
	const struct lh_graph *graph = shapes->paths->graph;
	struct lh_addrset_iter iter = {.set = &graph->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		if (graph->types[i] != LH_GRAPH_NO_TYPE)
			r = add_object(g, shapes, i, addr);
		if (r == 0 && i % STEP == 0)
			r = lh_progress(g->ctx, "comparing paths", i, graph->count);
	}
	return r;
}

/* ---- rows of both ---- */

static int row_of(struct lh_growth_paths *g, uint64_t key, const char *type, struct lh_path_growth **ret)
{
	const struct lh_path_growth row = {
		.key = key, .type = type, .shape = {LH_NO_PATH_SHAPE, LH_NO_PATH_SHAPE}};
	uint64_t hash = lh_hash(key, type, strlen(type));
	struct lh_ctx *ctx = g->heaps[LH_AFTER]->ctx;
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&g->index, hash, &probe, &n);) {
		*ret = &g->rows[n];
		if ((*ret)->key == key && strcmp((*ret)->type, type) == 0)
			return 0;
	}
	r = lh_append(ctx, g->rows, g->count, g->capacity, row);
	if (r == 0)
		r = lh_index_add(ctx, &g->index, hash, (uint32_t)g->count - 1);
	*ret = &g->rows[g->count - 1];
	return r;
}

static int add_group(struct lh_growth_paths *g, int moment, const struct group *group, const uint64_t *keys)
{
	struct lh_heap *heap = g->heaps[moment];
	uint64_t key = group->shape == LH_NO_PATH_SHAPE ? 0 : keys[group->shape];
	struct lh_path_growth *row = NULL;
	int r = row_of(g, key, lh_type_name(heap, heap->types.items[group->type]), &row);

	if (r < 0)
		return r;
	row->count[moment] += group->count;
	row->bytes[moment] += group->bytes;
	row->shape[moment] = group->shape;
	row->example = group->example;
	return 0;
}

/* Roots that may be stale are asked only for what no other leads to. */
static bool misses(void *arg, const struct lh_paths *paths)
{
	return paths->count < paths->graph->count;
}

static int add_moment(struct lh_growth_paths *g, int moment)
{
	const struct lh_paths_request request = {.misses = misses};
	struct lh_heap *heap = g->heaps[moment];
	_cleanup_(groups_fini) struct groups groups = {.ctx = heap->ctx};
	_cleanup_free_ uint64_t *keys = NULL;
	int r = lh_paths_find(heap, &request, &g->paths[moment]);

	if (r == 0)
		r = lh_path_shapes_init(&g->shapes[moment], &g->paths[moment]);
	if (r == 0)
		r = group_all(&groups, &g->shapes[moment]);
	if (r == 0 && !(keys = make_keys(&g->shapes[moment])))
		r = lh_nomem(heap->ctx);
	for (size_t i = 0; r == 0 && i < groups.count; i++)
		r = add_group(g, moment, &groups.all[i], keys);
	return r;
}

static int by_growth(const void *a, const void *b)
{
	const struct lh_path_growth *x = a, *y = b;
	int64_t grown[2] = {(int64_t)(x->bytes[LH_AFTER] - x->bytes[LH_BEFORE]),
			    (int64_t)(y->bytes[LH_AFTER] - y->bytes[LH_BEFORE])};

	if (grown[0] != grown[1])
		return grown[0] > grown[1] ? -1 : 1;
	return (x->example > y->example) - (x->example < y->example);
}

static void keep_changed(struct lh_growth_paths *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->count; i++)
		if (g->rows[i].count[LH_BEFORE] != g->rows[i].count[LH_AFTER] ||
		    g->rows[i].bytes[LH_BEFORE] != g->rows[i].bytes[LH_AFTER])
			g->rows[kept++] = g->rows[i];
	g->count = kept;
	if (kept)
		qsort(g->rows, kept, sizeof(*g->rows), by_growth);
}

int lh_growth_paths_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth_paths *ret)
{
	int r = 0;

	*ret = (struct lh_growth_paths){.heaps = {before, after}};
	for (int moment = 0; r == 0 && moment < LH_MOMENTS; moment++)
		r = add_moment(ret, moment);
	if (r == 0)
		keep_changed(ret);
	return r;
}

void lh_growth_paths_text(const struct lh_growth_paths *g, const struct lh_path_growth *row,
			  struct lh_string *path, struct lh_string *root)
{
	int moment = row->shape[LH_AFTER] == LH_NO_PATH_SHAPE ? LH_BEFORE : LH_AFTER;

	if (row->shape[moment] == LH_NO_PATH_SHAPE)
		return;
	lh_path_shape_text(&g->shapes[moment], row->shape[moment], path);
	lh_path_shape_root_text(&g->shapes[moment], row->shape[moment], root);
}

void lh_growth_paths_fini(struct lh_growth_paths *g)
{
	for (int moment = 0; moment < LH_MOMENTS; moment++) {
		lh_path_shapes_fini(&g->shapes[moment]);
		lh_paths_fini(&g->paths[moment]);
	}
	free(g->rows);
	lh_index_fini(&g->index);
}
