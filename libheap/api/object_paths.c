/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on a shortest path to each object, found for all of them at once. */
#include "analyze/retained.h"
#include "api/reference_iter.h"
#include "util/array.h"

#include <stdlib.h>

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_retained_paths *paths = ret;
	const struct lh_retained *from;
	int r = lh_retained_get(heap, &from);

	if (r == 0)
		r = lh_retained_paths_begin(from, paths);
	if (r < 0)
		return r;
	lh_retained_paths_add_all(paths);
	free(lh_take(paths->queue));
	return 0;
}

static void fini(void *kept)
{
	lh_retained_paths_fini(kept);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_retained_paths *paths = kept;

	return paths->from ? paths->from->graph.count * sizeof(*paths->holder) : 0;
}

/* Return: 0; LH_ABSENT: no root leads to the object; -LH_E*. */
static int find(struct lh_heap *heap, uint64_t addr, const struct lh_retained_paths **ret,
		uint32_t *ret_place)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_retained_paths), make, fini, bytes};
	int r = lh_heap_keep(heap, &keeper, ret);

	if (r < 0)
		return r;
	*ret_place = lh_retained_place((*ret)->from, addr);
	return *ret_place ? 0 : LH_ABSENT;
}

int lh_object_path_text(struct lh_heap *heap, uint64_t addr, char **ret)
{
	_cleanup_string_ struct lh_string text = {0};
	const struct lh_retained_paths *paths;
	uint32_t place;
	int r = find(heap, addr, &paths, &place);

	if (r == 0)
		r = lh_retained_path_text(paths, place, &text);
	if (r == 0 && !text.text)
		r = LH_ABSENT;
	return r == 0 ? lh_string_give(heap->ctx, &text, ret) : r;
}

int lh_object_path_steps(struct lh_heap *heap, uint64_t addr, size_t last, struct lh_reference_iter **ret)
{
	const struct lh_retained_paths *paths;
	uint64_t *way = NULL;
	uint32_t place;
	size_t length = 0;
	int r = find(heap, addr, &paths, &place);

	if (r == 0)
		r = lh_retained_paths_way(paths, place, last ? last + 1 : 0, &way, &length);
	if (r == 0 && !way)
		r = LH_ABSENT;
	return r == 0 ? lh_reference_iter_along(heap, way, length, false, ret) : r;
}
