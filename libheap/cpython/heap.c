/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/heap.h"
#include "util/bytes.h"
#include "util/string.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t lh_heap_word(const struct lh_heap *heap, struct lh_view *view, uint64_t addr, enum lh_field field)
{
	const uint8_t *p = addr && lh_layout_has(&heap->layout, field)
				   ? lh_view_at(view, addr + lh_layout_at(&heap->layout, field), 8)
				   : NULL;

	return p ? lh_u64(p) : 0;
}

const struct lh_interp *lh_heap_interp_at(const struct lh_heap *heap, uint64_t addr)
{
	uint64_t size = (uint64_t)lh_layout_or(&heap->layout, LH_F_INTERP_SIZE, 0);

	for (size_t i = 0; i < heap->interp_count; i++)
		if (addr - heap->interps[i].addr < size)
			return &heap->interps[i];
	return NULL;
}

static const char *kind_name(enum lh_target_kind kind)
{
	return kind == LH_TARGET_CORE ? "core" : kind == LH_TARGET_PROCESS ? "process" : "gdb";
}

int lh_heap_describe(const struct lh_heap *heap, struct lh_heap_description *ret)
{
	*ret = (struct lh_heap_description){
		.kind = kind_name(heap->target->kind),
		.path = heap->target->path,
		.pid = heap->target->pid,
		.debug = heap->build.debug,
		.free_threaded = heap->build.free_threaded,
		.layout = lh_layout_source_name(heap->layout.main),
	};
	lh_version_text(heap->build.version, ret->python);
	return 0;
}

struct lh_modfile *lh_heap_file(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_module *module = lh_target_module(heap->target, addr);
	size_t i;

	if (!module)
		return NULL;
	if (module == heap->module)
		return heap->python;
	i = (size_t)(module - heap->target->modules);
	if (!heap->file_tried[i]) {
		heap->file_tried[i] = true;
		if (lh_modfile_open(heap->target, module, &heap->files[i]) != 0)
			heap->files[i] = NULL;
	}
	return heap->files[i];
}

int lh_heap_string(struct lh_heap *heap, uint64_t addr, char *buf, size_t size)
{
	struct lh_modfile *file;

	buf[0] = 0;
	if (!addr)
		return LH_ABSENT;
	if (lh_target_string(heap->target, addr, buf, size) == 0)
		return 0;
	file = lh_heap_file(heap, addr);
	for (size_t i = 0; file && i < size - 1; i++) {
		if (lh_modfile_read(file, addr + i, buf + i, 1) != 0)
			break;
		if (!buf[i])
			return 0;
	}
	buf[0] = 0;
	return LH_ABSENT;
}

const char *lh_heap_lost(const struct lh_heap *heap, char *buf, size_t size)
{
	char text[LH_SIZE_MAX];
	uint64_t missing;

	*buf = 0;
	if (heap->target->damage)
		snprintf(buf, size, " (%s)", heap->target->damage);
	else if (heap->target->truncated_bytes)
		snprintf(buf, size, " (the core is truncated: its last %s of memory are lost)",
			 lh_size_text(heap->target->truncated_bytes, text));
	else if ((missing = lh_target_missing_memory(heap->target)))
		snprintf(buf, size, " (%s of writable memory %s)", lh_size_text(missing, text),
			 heap->target->kind == LH_TARGET_CORE
				 ? "are not in the dump: see core_dump_filter in man 5 core"
				 : "could not be read: has the process ended, or executed another program?");
	return buf;
}

struct lh_kept {
	struct lh_kept *next;
	const struct lh_keeper *keeper;
	max_align_t data[];
};

const void *lh_heap_kept(const struct lh_heap *heap, const struct lh_keeper *keeper)
{
	for (const struct lh_kept *kept = heap->kept; kept; kept = kept->next)
		if (kept->keeper == keeper)
			return kept->data;
	return NULL;
}

static void kept_free(struct lh_kept *kept)
{
	kept->keeper->fini(kept->data);
	free(kept);
}

int lh_heap_keep(struct lh_heap *heap, const struct lh_keeper *keeper, void *ret)
{
	const void *known = lh_heap_kept(heap, keeper);
	struct lh_kept *kept;
	int r;

	if (!known) {
		kept = calloc(1, sizeof(*kept) + keeper->size);
		if (!kept)
			return lh_nomem(heap->ctx);
		kept->keeper = keeper;
		r = keeper->make(heap, kept->data);
		if (r < 0) {
			kept_free(kept);
			return r;
		}
		kept->next = heap->kept;
		heap->kept = kept;
		known = kept->data;
	}
	*(const void **)ret = known;
	return 0;
}

void lh_heap_forget(struct lh_heap *heap)
{
	while (heap->kept) {
		struct lh_kept *kept = heap->kept;

		heap->kept = kept->next;
		kept_free(kept);
	}
}
