/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/heap.h"
#include "util/bytes.h"
#include "util/parallel.h"
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
		.kind = heap->target->snapshot ? "snapshot" : kind_name(heap->target->kind),
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

#define NEEDS_MAX 4

struct lh_kept {
	struct lh_kept *next;
	const struct lh_keeper *keeper;
	struct lh_kept *needs[NEEDS_MAX]; /* asked for while it was made: it may refer to them */
	unsigned need_count, holders;     /* holders: how many need it */
	max_align_t data[];
};

/* Threads would share views of memory that is loaded on demand, and 2.7's texts are read through the heap's
 * own view. */
unsigned lh_reading_workers(const struct lh_heap *heap)
{
	bool alone = heap->target->kind == LH_TARGET_READER || lh_layout_is_python2(&heap->layout);

	return alone ? 1 : lh_workers(heap->ctx);
}

/* It becomes the first. NULL: it is not kept. */
static struct lh_kept *use(struct lh_heap *heap, const struct lh_keeper *keeper)
{
	struct lh_kept **at = &heap->kept, *kept;

	while (*at && (*at)->keeper != keeper)
		at = &(*at)->next;
	kept = *at;
	if (!kept)
		return NULL;
	*at = kept->next;
	kept->next = heap->kept;
	return heap->kept = kept;
}

const void *lh_heap_kept(const struct lh_heap *heap, const struct lh_keeper *keeper)
{
	for (const struct lh_kept *kept = heap->kept; kept; kept = kept->next)
		if (kept->keeper == keeper)
			return kept->data;
	return NULL;
}

static void kept_free(struct lh_kept *kept)
{
	for (unsigned i = 0; i < kept->need_count; i++)
		kept->needs[i]->holders--;
	kept->keeper->fini(kept->data);
	free(kept);
}

/* What is being made holds @kept from now on. */
static int hold(struct lh_heap *heap, struct lh_kept *kept)
{
	struct lh_kept *maker = heap->making;

	for (unsigned i = 0; maker && i < maker->need_count; i++)
		if (maker->needs[i] == kept)
			return 0;
	if (!maker)
		return 0;
	if (maker->need_count == NEEDS_MAX)
		return lh_fail(heap->ctx, LH_EUSAGE, "keep: more than %u other answers are needed",
			       NEEDS_MAX);
	maker->needs[maker->need_count++] = kept;
	kept->holders++;
	return 0;
}

/* What was made, unless that failed. */
static int add_kept(struct lh_heap *heap, struct lh_kept *kept, int r)
{
	if (r < 0) {
		kept_free(kept);
		return r;
	}
	kept->next = heap->kept;
	heap->kept = kept;
	return 0;
}

static int make(struct lh_heap *heap, const struct lh_keeper *keeper)
{
	struct lh_kept *kept = calloc(1, sizeof(*kept) + keeper->size), *maker = heap->making;
	int r;

	if (!kept)
		return lh_nomem(heap->ctx);
	kept->keeper = keeper;
	heap->making = kept;
	r = keeper->make(heap, kept->data);
	heap->making = maker;
	return add_kept(heap, kept, r);
}

int lh_heap_put(struct lh_heap *heap, const struct lh_keeper *keeper, int (*rely)(struct lh_heap *heap),
		void *data)
{
	struct lh_kept *kept = lh_heap_kept(heap, keeper) ? NULL : calloc(1, sizeof(*kept) + keeper->size);
	struct lh_kept *maker = heap->making;
	int r;

	if (!kept) {
		keeper->fini(data);
		return lh_heap_kept(heap, keeper) ? 0 : lh_nomem(heap->ctx);
	}
	kept->keeper = keeper;
	memcpy(kept->data, data, keeper->size);
	heap->making = kept;
	r = rely ? rely(heap) : 0;
	heap->making = maker;
	return add_kept(heap, kept, r);
}

int lh_heap_keep(struct lh_heap *heap, const struct lh_keeper *keeper, void *ret)
{
	struct lh_kept *kept = use(heap, keeper);
	int r = 0;

	if (!kept) {
		r = make(heap, keeper);
		kept = r == 0 ? use(heap, keeper) : NULL;
	}
	if (r == 0)
		r = hold(heap, kept);
	if (r < 0)
		return r;
	*(const void **)ret = kept->data;
	return 0;
}

static uint64_t bytes_of(const struct lh_kept *kept)
{
	return kept->keeper->size + (kept->keeper->bytes ? kept->keeper->bytes(kept->data) : 0);
}

/* The last one that nothing else holds, of those that are large or of all; NULL: there is none. */
static struct lh_kept **least_used(struct lh_heap *heap, bool large)
{
	struct lh_kept **last = NULL;

	for (struct lh_kept **at = &heap->kept; *at; at = &(*at)->next)
		if (!(*at)->holders && (!large || (*at)->keeper->bytes))
			last = at;
	return last;
}

void lh_heap_ask(struct lh_heap *heap)
{
	struct lh_kept **last;
	uint64_t bytes = 0;

	for (const struct lh_kept *kept = heap->kept; kept; kept = kept->next)
		bytes += bytes_of(kept);
	while (!heap->iterators && bytes > heap->ctx->memory && (last = least_used(heap, true))) {
		struct lh_kept *kept = *last;

		*last = kept->next;
		bytes -= bytes_of(kept);
		kept_free(kept);
	}
}

/* What was made from others goes before them. */
void lh_heap_forget(struct lh_heap *heap)
{
	struct lh_kept **last;

	while ((last = least_used(heap, false))) {
		struct lh_kept *kept = *last;

		*last = kept->next;
		kept_free(kept);
	}
}
