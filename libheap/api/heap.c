/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on the heap as a whole, its interpreters and its types. */
#include "cpython/heap.h"
#include "analyze/type_filter.h"
#include "util/info.h"

void lh_ctx_set_threads(struct lh_ctx *ctx, unsigned threads)
{
	ctx->threads = threads;
}

void lh_ctx_set_memory(struct lh_ctx *ctx, uint64_t bytes)
{
	ctx->memory = bytes;
}

int lh_heap_info(struct lh_heap *heap, struct lh_heap_info *ret)
{
	struct lh_heap_description about;
	struct lh_heap_info info = {
		.layout = heap->layout.main,
		.interpreter_count = heap->interp_count,
		.module = heap->module ? heap->module->path : NULL,
	};
	int r = lh_heap_describe(heap, &about);

	if (r < 0)
		return r;
	info.debug = about.debug;
	info.free_threaded = about.free_threaded;
	info.pid = about.pid;
	info.kind = about.kind;
	info.path = about.path;
	memcpy(info.version, about.python, sizeof(info.version));
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_interpreter_at(struct lh_heap *heap, size_t index, struct lh_interpreter_info *ret)
{
	const struct lh_interp *interp;
	struct lh_interpreter_info info;

	if (index >= heap->interp_count)
		return LH_DONE;
	interp = &heap->interps[heap->interp_count - 1 - index]; /* CPython's list has the newest first */
	info = (struct lh_interpreter_info){
		.addr = interp->addr,
		.id = interp->id,
		.modules = interp->modules,
		.sysdict = interp->sysdict,
		.builtins = interp->builtins,
		.thread_count = interp->threads,
	};
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_type_at(struct lh_heap *heap, uint64_t addr, struct lh_type **ret)
{
	return lh_types_get(heap, addr, ret);
}

int lh_type_info(struct lh_heap *heap, struct lh_type *type, struct lh_type_info *ret)
{
	const struct lh_type_info info = {
		.addr = type->addr,
		.metatype = type->metatype,
		.base = type->base,
		.flags = type->flags,
		.basicsize = type->basicsize,
		.itemsize = type->itemsize,
		.index = type->index,
	};

	(void)heap;
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

bool lh_type_is_named(struct lh_heap *heap, struct lh_type *type, const char *names)
{
	return lh_type_filter_has(heap, &(struct lh_type_filter){.wanted = names}, type);
}

size_t lh_type_count(struct lh_heap *heap)
{
	return heap->types.count;
}

struct lh_type *lh_type_nth(struct lh_heap *heap, size_t index)
{
	return index < heap->types.count ? heap->types.items[index] : NULL;
}
