/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on addresses: what each is part of. */
#include "analyze/traces.h"
#include "cpython/gc.h"
#include "cpython/text.h"
#include "inventory/locate.h"
#include "util/info.h"

int lh_place_at(struct lh_heap *heap, uint64_t addr, struct lh_place_info *ret)
{
	struct lh_place_info info;
	struct lh_place place;
	int r = lh_locate(heap, addr, &place);

	if (r < 0)
		return r;
	info = (struct lh_place_info){
		.kind = place.kind,
		.object = place.kind == LH_PLACE_OBJECT ? place.object.addr : 0,
		.arena = place.arena,
		.pool = place.pool,
		.block = place.block,
		.block_size = place.block_size,
	};
	if (place.mapping)
		info.region = (struct lh_region){
			.start = place.mapping->start,
			.end = place.mapping->end,
			.offset = place.mapping->path ? place.mapping->offset : 0,
			.path = place.mapping->path,
			.readable = place.mapping->readable,
			.writable = place.mapping->writable,
			.executable = place.mapping->executable,
		};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_freed_block(struct lh_heap *heap, uint64_t addr, uint64_t *ret_object)
{
	struct lh_object o;
	struct lh_place place;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r < 0)
		return r;
	if (r == 0 || !lh_pymalloc_has(&heap->pymalloc, addr))
		return LH_ABSENT;
	r = lh_locate(heap, addr, &place); /* in a pool that costs little */
	if (r == 0)
		*ret_object = place.kind == LH_PLACE_OBJECT ? place.object.addr : 0;
	return r;
}

int lh_object_generation(struct lh_heap *heap, uint64_t addr, int *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r != 0 || !o.type->presize)
		return r < 0 ? r : LH_ABSENT;
	for (size_t i = 0; i < heap->interp_count; i++) {
		struct lh_gc_iter iter;
		uint64_t object;

		if (lh_gc_iter_begin(heap, &heap->interps[i], UINT64_MAX, &iter) < 0)
			continue;
		while (lh_gc_iter_next(&iter, &object) == 0)
			if (object == addr) {
				*ret = iter.generation->number;
				return 0;
			}
	}
	return LH_ABSENT;
}

int lh_object_interned(struct lh_heap *heap, uint64_t addr, bool *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r != 0 || o.type->kind->id != lh_text_kind(&heap->layout))
		return r < 0 ? r : LH_ABSENT;
	*ret = lh_object_is_interned(heap, &o);
	return 0;
}

int lh_object_site(struct lh_heap *heap, uint64_t addr, char **ret_file, uint32_t *ret_line)
{
	_cleanup_string_ struct lh_string file = {0};
	struct lh_trace_frame at;
	struct lh_trace trace;
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		r = lh_trace_of(heap, &o, &trace);
	if (r == 0)
		r = lh_trace_frame(heap, &heap->view, trace.traceback, 0, &at);
	if (r != 0)
		return r < 0 ? r : LH_ABSENT;
	lh_trace_file(heap, at.file, &file);
	if (file.failed)
		return lh_nomem(heap->ctx);
	*ret_line = at.line;
	*ret_file = NULL;
	return file.len ? lh_string_give(heap->ctx, &file, ret_file) : 0;
}
