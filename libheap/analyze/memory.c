/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/memory_parts.h"
#include "util/array.h"
#include "util/hash.h"
#include "util/string.h"

#include <stdlib.h>
#include <string.h>

static void on_free(void *arg, uint64_t addr, uint64_t len)
{
	struct lh_memory_work *w = arg;

	/* Without memory the context remembers, and the whole answer fails. */
	(void)lh_append(w->heap->ctx, w->mi_free, w->mi_free_count, w->mi_free_capacity,
			((struct lh_range){addr, addr + len}));
}

static int compare_ranges(const void *a, const void *b)
{
	const struct lh_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int take_regions(struct lh_memory_work *w)
{
	struct lh_memory *m = w->memory;
	const struct lh_regions *g;
	int r = lh_regions_get(w->heap, &w->regions);

	if (r < 0)
		return r;
	g = w->regions;
	r = lh_mimalloc_report_free(w->heap->target, &g->mimalloc, on_free, w);
	if (w->mi_free_count)
		qsort(w->mi_free, w->mi_free_count, sizeof(*w->mi_free), compare_ranges);
	m->mapped = g->mapped;
	m->writable = g->writable;
	m->conflicts = g->conflicts;
	m->first_conflict = g->first_conflict;
	m->torn = g->chunks.torn;
	m->damaged = g->chunks.damaged;
	m->first_damaged = g->chunks.first_damaged;
	return r;
}

/* ---- modules and files ---- */

/* Allocators that take malloc()'s place, by the names of their libraries */
static const struct {
	const char *prefix, *name;
} allocators[] = {{"libjemalloc", "jemalloc"}, {"libtcmalloc", "tcmalloc"}, {"libmimalloc", "mimalloc"},
		  {"ld-musl", "musl"},         {"libc.musl", "musl"},       {"libsnmalloc", "snmalloc"}};

static const char *find_allocator(const struct lh_target *t)
{
	for (size_t i = 0; i < t->module_count; i++)
		for (size_t k = 0; k < LH_ARRAY_SIZE(allocators); k++)
			if (strncmp(lh_base_name(t->modules[i].path), allocators[k].prefix,
				    strlen(allocators[k].prefix)) == 0)
				return allocators[k].name;
	return NULL;
}

/* ---- all regions ---- */

static int emit(struct lh_memory_work *w, const struct lh_run *g)
{
	static const char modules[] = "modules", files[] = "files";
	const struct lh_target *t = w->heap->target;
	static const enum lh_memory_leaf leaves[LH_REGIONS] = {
		[LH_REGION_TLS] = LH_LEAF_TLS,
		[LH_REGION_STACK] = LH_LEAF_STACKS_USED,
		[LH_REGION_STACK_UNUSED] = LH_LEAF_STACKS_UNUSED,
		[LH_REGION_STACK_CACHED] = LH_LEAF_STACKS_CACHED,
		[LH_REGION_FRAMES] = LH_LEAF_FRAMES,
		[LH_REGION_RESERVED] = LH_LEAF_MI_RESERVED,
		[LH_REGION_FRAMES_UNUSED] = LH_LEAF_FRAMES_UNUSED};

	switch (g->kind) {
	case LH_REGION_ARENA:
		lh_memory_arena(w, g);
		break;
	case LH_REGION_SEGMENT:
		lh_memory_segment(w, g);
		break;
	case LH_REGION_HEAP:
		lh_memory_heap(w, g);
		break;
	case LH_REGION_ANONYMOUS:
		lh_memory_anonymous(w, g);
		break;
	case LH_REGION_MODULE:
		return lh_memory_add_named(w, modules, lh_target_module(t, t->mappings[g->index].start)->path,
					   g->start, g->end);
	case LH_REGION_FILE:
		return lh_memory_add_named(w, files, t->mappings[g->index].path, g->start, g->end);
	default:
		lh_memory_add(w, &w->leaves[leaves[g->kind]], g->start, g->end, 1);
	}
	return 0;
}

static int emit_all(struct lh_memory_work *w)
{
	int r = 0;

	for (size_t i = 0; i < w->regions->count && r == 0; i++) {
		r = emit(w, &w->regions->runs[i]);
		if (r == 0)
			r = lh_progress(w->heap->ctx, "adding up memory", i, w->regions->count);
	}
	return r;
}

static void work_fini(struct lh_memory_work *w)
{
	for (size_t i = 0; w->used && i < w->heap->pymalloc.count; i++)
		free(w->used[i]);
	for (int i = 0; i < LH_TYPED; i++)
		free(w->typed[i]);
	free(w->used);
	free(w->tags);
	free(w->named);
	lh_index_fini(&w->by_name);
	free(w->mi_free);
}

/* What they have, and what they own, on one way through all. */
static int ask_objects(struct lh_memory_work *w)
{
	_cleanup_(lh_owned_walk_freep) struct lh_owned_walk *walk = NULL;
	int r = lh_owned_walk_new(w->heap, &walk);

	if (r >= 0)
		r = lh_memory_objects(w, walk);
	if (r == 0 && walk)
		r = lh_owned_walk_finish(walk);
	return r == 0 ? lh_owned_get(w->heap, &w->owned) : r;
}

static int make(struct lh_heap *heap, void *ret)
{
	struct lh_memory *memory = ret;
	_cleanup_(work_fini) struct lh_memory_work w = {.heap = heap,
							.view = lh_view_of(heap->target),
							.resident = lh_resident_of(heap->target),
							.memory = memory};
	int r;

	*memory = (struct lh_memory){.resident_known = heap->target->resident_known,
				     .private_known = heap->target->private_known,
				     .allocator = find_allocator(heap->target)};
	r = take_regions(&w);
	if (r == 0)
		r = ask_objects(&w);
	if (r == 0)
		r = emit_all(&w);
	return r == 0 ? lh_memory_rows(&w) : r;
}

static void fini(void *kept)
{
	struct lh_memory *memory = kept;

	for (size_t i = 0; i < memory->count; i++)
		free((char *)memory->rows[i].path);
	free(memory->rows);
}

int lh_memory_get(struct lh_heap *heap, const struct lh_memory **ret)
{
	static const struct lh_keeper keeper = {sizeof(struct lh_memory), make, fini};

	return lh_heap_keep(heap, &keeper, ret);
}

const struct lh_memory_row *lh_memory_row_of(const struct lh_memory *m, const char *path)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->rows[i].path, path) == 0)
			return &m->rows[i];
	return NULL;
}

bool lh_memory_is_whole(const struct lh_memory *m)
{
	return !m->conflicts && !m->torn && !m->damaged && !m->pools_damaged && !m->pools_missing;
}
