/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on shortest paths. */
#include "analyze/object_paths.h"
#include "api/reference_iter.h"
#include "api/root_info.h"
#include "describe/path_text.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

struct lh_path_iter {
	struct lh_heap *heap;
	struct lh_path_types types;
	struct lh_object_paths found;
	struct lh_object_path last; /* way NULL: there is none */
	struct lh_string text;      /* asked for last */
};

struct lh_path_iter *lh_path_iter_free(struct lh_path_iter *iter)
{
	if (!iter)
		return NULL;
	iter->heap->iterators--;
	lh_string_fini(&iter->text);
	free(iter->last.way);
	lh_object_paths_fini(&iter->found);
	lh_path_types_fini(&iter->types);
	free(iter);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_path_iter, lh_path_iter_free);

int lh_path_iter_new(struct lh_heap *heap, uint64_t addr, const struct lh_path_query *query,
		     struct lh_path_iter **ret)
{
	_cleanup_(lh_path_iter_freep) struct lh_path_iter *iter = NULL;
	struct lh_object_paths_query wanted = {.wanted = addr};
	struct lh_path_query q = {0};
	struct lh_object o;
	int r = lh_info_take(heap->ctx, "lh_path_query", query, &q, sizeof(q));

	if (r == 0)
		r = lh_object_at(heap, &heap->view, addr, &o);
	if (r != 0)
		return r;
	lh_heap_ask(heap);
	iter = lh_new0(struct lh_path_iter, 1);
	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	heap->iterators++;
	iter->types =
		(struct lh_path_types){.heap = heap, .through.wanted = q.through, .avoid.wanted = q.avoid};
	wanted.types = &iter->types;
	wanted.all = q.all_roots;
	r = lh_object_paths_find(heap, &wanted, &iter->found);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_path_iter_next(struct lh_path_iter *iter, struct lh_path_info *ret)
{
	int r;

	free(iter->last.way);
	iter->last.way = NULL;
	r = lh_object_paths_next(&iter->found, &iter->last);
	if (r == 0)
		lh_info_give(ret,
			     &(struct lh_path_info){.length = iter->last.length, .count = iter->last.count},
			     sizeof(*ret));
	return r;
}

int lh_path_iter_root(struct lh_path_iter *iter, struct lh_root_info *ret)
{
	if (!iter->last.way)
		return LH_ABSENT;
	lh_root_give(&iter->found.paths.roots, iter->last.root, ret);
	return 0;
}

int lh_path_iter_root_name(struct lh_path_iter *iter, const char **ret)
{
	if (!iter->last.way)
		return LH_ABSENT;
	return lh_root_name(&iter->found.paths.roots, iter->last.root, &iter->text, ret);
}

static int give_text(struct lh_path_iter *iter, const char **ret)
{
	if (iter->text.failed)
		return lh_nomem(iter->heap->ctx);
	*ret = iter->text.text ? iter->text.text : "";
	return 0;
}

int lh_path_iter_text(struct lh_path_iter *iter, const char **ret)
{
	const struct lh_object_path *last = &iter->last;

	if (!last->way)
		return LH_ABSENT;
	lh_string_fini(&iter->text);
	lh_way_text(&iter->found.paths.roots, last->root, last->way, last->length, &iter->text, NULL);
	return give_text(iter, ret);
}

int lh_path_iter_shape(struct lh_path_iter *iter, const char **ret)
{
	if (!iter->last.way || iter->last.shape == LH_NO_PATH_SHAPE)
		return LH_ABSENT;
	lh_string_fini(&iter->text);
	lh_path_shape_text(&iter->found.shapes, iter->last.shape, &iter->text);
	return give_text(iter, ret);
}

int lh_path_iter_steps(struct lh_path_iter *iter, struct lh_reference_iter **ret)
{
	size_t length = iter->last.length;
	uint64_t *way;

	if (!iter->last.way)
		return LH_ABSENT;
	way = lh_new0(uint64_t, length);
	if (!way)
		return lh_nomem(iter->heap->ctx);
	memcpy(way, iter->last.way, length * sizeof(*way));
	return lh_reference_iter_along(iter->heap, way, length, false, ret);
}
