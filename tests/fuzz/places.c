/* SPDX-License-Identifier: Apache-2.0 */
/* Where the structures of a seed are: libheap says so of the seed as it is, before anything in it is changed. */
#include "seeds.h"

#include "util/array.h"

#include <libheap-memory.h>
#include <libheap-objects.h>
#include <libheap-process.h>
#include <stdlib.h>
#include <string.h>

#include "cpython/heap.h"

#define OF_TYPE \
	24 /* objects of a type that are kept: the few of a rare type are as likely as those of dict */
#define TYPES 1024          /* types that are distinguished */
#define ALLOCATOR_STEP 1024 /* bytes from one place in malloc's memory to the next */
#define STACK_WORDS 512     /* of the first thread's, from its stack pointer on */

/** struct walk - objects of each type so far, by a hash of the type's address */
struct walk {
	struct seed *seed;
	struct lh_heap *heap;
	unsigned char seen[TYPES];
};

/* What a check of one kind of object compares, field by field: a word more or less in one of them is what it looks for. */
static const struct {
	enum lh_kind_id kind;
	enum lh_field fields[7];
} checked[] = {
	{LH_KIND_DICT,
	 {LH_F_DICT_USED, LH_F_DICT_FILL, LH_F_DICT_MASK, LH_F_DICT_TABLE, LH_F_DICT_KEYS, LH_F_DICT_VALUES}},
	{LH_KIND_LIST, {LH_F_VAR_SIZE, LH_F_LIST_ALLOCATED, LH_F_LIST_ITEMS}},
	{LH_KIND_TUPLE, {LH_F_VAR_SIZE}},
	{LH_KIND_SET, {LH_F_SET_FILL, LH_F_SET_USED, LH_F_SET_MASK, LH_F_SET_TABLE}},
	{LH_KIND_STR,
	 {LH_F_STR_LENGTH, LH_F_STR_STATE, LH_F_STR_UTF8, LH_F_STR_UTF8_LENGTH, LH_F_STR_DATA,
	  LH_F_STR_WSTR}},
	{LH_KIND_INT, {LH_F_VAR_SIZE, LH_F_LONG_TAG, LH_F_LONG_DIGITS}},
	{LH_KIND_BYTES, {LH_F_VAR_SIZE, LH_F_BYTES_DATA}},
	{LH_KIND_ODICT, {LH_F_ODICT_FIRST, LH_F_ODICT_FAST_NODES, LH_F_ODICT_FAST_NODES_SIZE}},
};

static const enum lh_field of_keys[] = {LH_F_KEYS_SIZE,   LH_F_KEYS_LOG2_SIZE, LH_F_KEYS_LOG2_INDEX_BYTES,
					LH_F_KEYS_KIND,   LH_F_KEYS_USABLE,    LH_F_KEYS_NENTRIES,
					LH_F_KEYS_INDICES},
			   of_arena[] = {LH_F_ARENA_POOL_ADDRESS, LH_F_ARENA_NFREEPOOLS,
					 LH_F_ARENA_NTOTALPOOLS, LH_F_ARENA_FREEPOOLS};

static void add_fields(struct seed *seed, const struct lh_heap *heap, uint64_t addr,
		       const enum lh_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i] && lh_layout_has(&heap->layout, fields[i]))
			place_add(seed, PLACE_FIELD, addr + lh_layout_at(&heap->layout, fields[i]));
}

/* The table of a dict's keys is what its checks are about. */
static void add_keys(struct seed *seed, const struct lh_heap *heap, uint64_t dict)
{
	uint64_t keys;
	size_t offset;

	if (!lh_layout_has(&heap->layout, LH_F_DICT_KEYS) ||
	    !seed_offset(seed, dict + lh_layout_at(&heap->layout, LH_F_DICT_KEYS), &offset))
		return;
	memcpy(&keys, seed->pristine + offset, 8);
	add_fields(seed, heap, keys, of_keys, LH_ARRAY_SIZE(of_keys));
}

static void find_fields(const struct walk *walk, uint64_t addr, const struct lh_type *type)
{
	static const enum lh_field of_all[] = {LH_F_OBJECT_REFCNT};

	add_fields(walk->seed, walk->heap, addr, of_all, 1);
	for (size_t i = 0; i < LH_ARRAY_SIZE(checked); i++)
		if (checked[i].kind == type->kind->id)
			add_fields(walk->seed, walk->heap, addr, checked[i].fields,
				   LH_ARRAY_SIZE(checked[i].fields));
	if (type->kind->id == LH_KIND_DICT)
		add_keys(walk->seed, walk->heap, addr);
}

static int on_object(void *arg, const struct lh_object_info *object)
{
	struct walk *walk = arg;
	uint64_t type = object->type->addr;
	unsigned char *seen = &walk->seen[(type >> 4) % TYPES];

	if (*seen == OF_TYPE)
		return 0;
	place_add(walk->seed, PLACE_OBJECT, object->addr);
	find_fields(walk, object->addr, object->type);
	if (!(*seen)++)
		place_add(walk->seed, PLACE_TYPE, type);
	return 0;
}

static void find_frames(struct seed *seed, struct lh_heap *heap, uint64_t thread)
{
	struct lh_frame_info frame = {.size = sizeof(frame)};
	struct lh_frame_iter *iter;

	if (lh_frame_iter_new(heap, thread, &iter) != 0)
		return;
	while (lh_frame_iter_next(iter, &frame) == 0)
		place_add(seed, PLACE_FRAME, frame.addr);
	lh_frame_iter_free(iter);
}

static void find_states(struct seed *seed, struct lh_heap *heap)
{
	struct lh_thread_info thread = {.size = sizeof(thread)};
	struct lh_thread_iter *iter;

	place_add(seed, PLACE_STATE, heap->runtime);
	for (size_t i = 0; i < heap->interp_count; i++) {
		place_add(seed, PLACE_STATE, heap->interps[i].addr);
		place_add(seed, PLACE_STATE, heap->interps[i].gc);
	}
	if (lh_thread_iter_new(heap, &iter) != 0)
		return;
	while (lh_thread_iter_next(iter, &thread) == 0) {
		place_add(seed, PLACE_STATE, thread.addr);
		find_frames(seed, heap, thread.addr);
	}
	lh_thread_iter_free(iter);
}

static void find_arenas(struct seed *seed, struct lh_heap *heap)
{
	struct lh_arena_info arena = {.size = sizeof(arena)};
	struct lh_pool_info pool = {.size = sizeof(pool)};

	for (size_t i = 0; lh_arena_at(heap, i, &arena) == 0; i++)
		for (size_t k = 0; lh_pool_at(heap, i, k, &pool) == 0; k++)
			place_add(seed, PLACE_POOL, pool.addr);
}

/* Of an arena whose word for its own address is at @at. */
static void find_arena_fields(struct seed *seed, const struct lh_heap *heap, uint64_t at)
{
	if (lh_layout_has(&heap->layout, LH_F_ARENA_ADDRESS))
		add_fields(seed, heap, at - lh_layout_at(&heap->layout, LH_F_ARENA_ADDRESS), of_arena,
			   LH_ARRAY_SIZE(of_arena));
}

/* Words that refer to an arena: pymalloc's own list of them is known to no typed function. */
static void find_arena_lists(struct seed *seed, struct lh_heap *heap)
{
	struct lh_arena_info arena = {.size = sizeof(arena)};

	for (size_t i = 0; i < 4 && lh_arena_at(heap, i, &arena) == 0; i++)
		for (size_t s = 0; s < seed->segment_count; s++)
			for (uint64_t at = 0; at + 8 <= seed->segments[s].size; at += 8)
				if (memcmp(seed->pristine + seed->segments[s].offset + at, &arena.addr, 8) ==
				    0) {
					place_add(seed, PLACE_ARENA, seed->segments[s].addr + at);
					find_arena_fields(seed, heap, seed->segments[s].addr + at);
				}
}

/* From the head of a heap one chunk leads to the next (glibc's malloc.c: struct malloc_chunk). */
static void find_chunks(struct seed *seed, uint64_t at, uint64_t end)
{
	size_t offset;

	while (at < end && seed_offset(seed, at + 8, &offset)) {
		uint64_t size;

		memcpy(&size, seed->pristine + offset, 8);
		size &= ~7ull;
		if (size < 32 || size % 16 || size > end - at)
			return;
		place_add(seed, PLACE_CHUNK, at + 8);
		at += size;
	}
}

/* All that is neither code nor data of a module nor an arena may be malloc's: the mapping that the kernel calls heap is the first. */
static void find_allocator(struct seed *seed, struct lh_heap *heap)
{
	const struct lh_target *target = heap->target;

	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->path || !m->writable)
			continue;
		find_chunks(seed, m->start, m->end);
		for (uint64_t addr = m->start; addr < m->end; addr += ALLOCATOR_STEP)
			place_add(seed, PLACE_ALLOCATOR, addr);
	}
}

static void find_stack(struct seed *seed)
{
	uint64_t rsp = seed->registers ? seed_register(seed, SEED_RSP) & ~7ull : 0;

	for (size_t i = 0; rsp && i < STACK_WORDS; i++)
		place_add(seed, PLACE_STACK, rsp + 8 * i);
}

static void ask_heap(struct seed *seed, struct lh_heap *heap)
{
	struct walk walk = {.seed = seed, .heap = heap};
	struct lh_object_info object = {.size = sizeof(object)};

	find_states(seed, heap);
	find_arenas(seed, heap);
	find_arena_lists(seed, heap);
	find_allocator(seed, heap);
	find_stack(seed);
	(void)lh_object_walk(heap, NULL, on_object, &walk, &object, NULL);
}

void seed_find_places(struct seed *seed)
{
	struct lh_target *target;
	struct lh_heap *heap;
	struct lh_ctx *ctx;

	if (seed->searched)
		return;
	seed->searched = true;
	if (!seed->core || lh_ctx_new(&ctx) != 0)
		return;
	if (lh_target_open_core_image(ctx, seed->pristine, seed->len, NULL, &target) == 0) {
		if (lh_heap_open(target, NULL, &heap) == 0) {
			ask_heap(seed, heap);
			lh_heap_free(heap);
		}
		lh_target_free(target);
	}
	lh_ctx_free(ctx);
}
