/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/open.h"
#include "cpython/kinds.h"
#include "cpython/type_name.h"
#include "discover/arenas_scan.h"
#include "discover/names.h"
#include "util/array.h"
#include "util/info.h"

struct lh_heap *lh_heap_free(struct lh_heap *heap)
{
	if (!heap)
		return NULL;
	lh_heap_forget(heap);
	if (heap->files)
		for (size_t i = 0; i < heap->target->module_count; i++)
			lh_modfile_free(heap->files[i]);
	free(heap->files);
	free(heap->file_tried);
	lh_types_fini(&heap->types);
	lh_pymalloc_fini(&heap->pymalloc);
	lh_modfile_free(heap->python);
	free(heap->interps);
	free(heap->other_build);
	free(heap);
	return NULL;
}

static int heap_new(struct lh_target *target, struct lh_heap **ret)
{
	_cleanup_(lh_heap_freep) struct lh_heap *heap = lh_new0(struct lh_heap, 1);

	if (!heap)
		return lh_nomem(target->ctx);
	heap->ctx = target->ctx;
	heap->target = target;
	heap->view = lh_view_of(target);
	heap->kinds = lh_kinds;
	heap->types.name_from_heap = lh_type_name_from_heap;
	heap->types.collect_names = lh_names_collect;
	heap->build.machine = target->machine;
	heap->files = lh_new0(struct lh_modfile *, target->module_count + 1);
	heap->file_tried = lh_new0(bool, target->module_count + 1);
	if (!heap->files || !heap->file_tried)
		return lh_nomem(target->ctx);
	*ret = lh_take(heap);
	return 0;
}

/* pymalloc's arenas must be found before they are listed. */
static int list_arenas(struct lh_heap *heap)
{
	struct lh_arena_array array;

	lh_arenas_find(heap, &array);
	return lh_pymalloc_init(heap, &array);
}

int lh_heap_open(struct lh_target *target, const struct lh_heap_options *options, struct lh_heap **ret)
{
	_cleanup_(lh_heap_freep) struct lh_heap *heap = NULL;
	struct lh_heap_options known = {.layout = LH_LAYOUT_AUTO};
	int r = lh_info_take(target->ctx, "lh_heap_options", options, &known, sizeof(known));

	if (r == 0)
		r = heap_new(target, &heap);
	lh_ctx_begin(target->ctx);
	if (r == 0)
		r = lh_types_init(heap);
	if (r == 0)
		r = lh_runtime_find(heap);
	if (r != 0)
		return r;
	lh_version_detect(heap);
	lh_known_symbols_take(heap);
	r = lh_heap_choose_layout(heap, known.layout);
	if (r == 0)
		r = list_arenas(heap);
	if (lh_ctx_finish(target->ctx) < 0)
		return -LH_ENOMEM; /* what was read before may look wrong without it */
	if (r < 0)
		return r;
	*ret = lh_take(heap);
	return 0;
}
