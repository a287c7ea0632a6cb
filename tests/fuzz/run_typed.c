/* SPDX-License-Identifier: Apache-2.0 */
/* The typed functions on one heap: each iterator as far as it goes, or to a bound; each text is asked for. */
#include "run_all.h"

#include "util/cleanup.h"

#include <libheap-memory.h>
#include <libheap-objects.h>
#include <libheap-paths.h>
#include <libheap-process.h>
#include <stdlib.h>

#define STEPS 4096 /* of one iterator */
#define BATCH 16

LH_DEFINE_CLEANUP(struct lh_root_iter, lh_root_iter_free);
LH_DEFINE_CLEANUP(struct lh_path_iter, lh_path_iter_free);
LH_DEFINE_CLEANUP(struct lh_item_iter, lh_item_iter_free);
LH_DEFINE_CLEANUP(struct lh_pin_iter, lh_pin_iter_free);
LH_DEFINE_CLEANUP(struct lh_reference_iter, lh_reference_iter_free);
LH_DEFINE_CLEANUP(struct lh_thread_iter, lh_thread_iter_free);
LH_DEFINE_CLEANUP(struct lh_frame_iter, lh_frame_iter_free);
LH_DEFINE_CLEANUP(struct lh_local_iter, lh_local_iter_free);
LH_DEFINE_CLEANUP(struct lh_dominated_iter, lh_dominated_iter_free);
LH_DEFINE_CLEANUP(struct lh_type_count_iter, lh_type_count_iter_free);

/* ---- the whole heap ---- */

static void run_roots(struct lh_heap *heap)
{
	_cleanup_(lh_root_iter_freep) struct lh_root_iter *iter = NULL;
	struct lh_root_info root = {.size = sizeof(root)};
	const char *name;

	if (lh_root_iter_new(heap, &iter) != 0)
		return;
	for (int i = 0; i < STEPS && lh_root_iter_next(iter, &root) == 0; i++)
		(void)lh_root_iter_name(iter, &name);
}

static void run_references(struct lh_reference_iter *iter)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	const char *name;

	for (int i = 0; i < STEPS && lh_reference_iter_next(iter, &reference) == 0; i++)
		(void)lh_reference_iter_name(iter, &name);
	(void)lh_reference_iter_complete(iter);
}

static void run_components(struct lh_heap *heap)
{
	struct lh_component_info info = {.size = sizeof(info)};
	uint64_t addr;

	for (size_t i = 0; i < STEPS && lh_component_at(heap, i, &info) == 0; i++) {
		_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;

		for (size_t k = 0; k < STEPS && lh_component_object_at(heap, i, k, &addr) == 0; k++)
			;
		if (i < BATCH && lh_component_cycle(heap, i, &iter) == 0)
			run_references(iter);
	}
}

static void run_suspects(struct lh_heap *heap)
{
	struct lh_refaudit_summary summary = {.size = sizeof(summary)};
	struct lh_suspect_info suspect = {.size = sizeof(suspect)};

	(void)lh_refaudit_summary(heap, &summary);
	for (size_t i = 0; i < STEPS && lh_suspect_at(heap, i, &suspect) == 0; i++)
		if (suspect.type)
			(void)lh_type_name(heap, suspect.type);
}

static void run_memory(struct lh_heap *heap)
{
	struct lh_memory_summary summary = {.size = sizeof(summary)};
	struct lh_memory_info row = {.size = sizeof(row)};

	(void)lh_memory_summary(heap, &summary);
	for (size_t i = 0; lh_memory_at(heap, i, &row) == 0; i++)
		;
}

static void run_pins(struct lh_heap *heap)
{
	_cleanup_(lh_pin_iter_freep) struct lh_pin_iter *iter = NULL;
	struct lh_pin_info pin = {.size = sizeof(pin)};
	const char *owner;

	if (lh_pin_iter_new(heap, 100, &iter) != 0)
		return;
	for (int i = 0; i < STEPS && lh_pin_iter_next(iter, &pin) == 0; i++)
		(void)lh_pin_iter_owner(iter, &owner);
}

static void run_allocator(struct lh_heap *heap)
{
	struct lh_allocator_info info = {.size = sizeof(info)};
	struct lh_arena_info arena = {.size = sizeof(arena)};
	struct lh_size_class_info class = {.size = sizeof(class)};
	struct lh_slack_info slack = {.size = sizeof(slack)};
	struct lh_pool_info pool = {.size = sizeof(pool)};

	(void)lh_allocator_info(heap, &info);
	for (size_t i = 0; lh_size_class_at(heap, i, &class) == 0; i++)
		(void)lh_size_class_slack(heap, i, &slack);
	for (size_t i = 0; i < STEPS && lh_arena_at(heap, i, &arena) == 0; i++)
		for (size_t k = 0, r = 0; k < STEPS && r != LH_DONE; k++)
			r = (size_t)lh_pool_at(heap, i, k, &pool);
}

static void run_frames(struct lh_heap *heap, uint64_t thread)
{
	_cleanup_(lh_frame_iter_freep) struct lh_frame_iter *iter = NULL;
	struct lh_frame_info frame = {.size = sizeof(frame)};
	struct lh_local_info local = {.size = sizeof(local)};
	const char *text;

	if (lh_frame_iter_new(heap, thread, &iter) != 0)
		return;
	for (int i = 0; i < STEPS && lh_frame_iter_next(iter, &frame) == 0; i++) {
		_cleanup_(lh_local_iter_freep) struct lh_local_iter *locals = NULL;

		(void)lh_frame_iter_function(iter, &text);
		(void)lh_frame_iter_file(iter, &text);
		if (lh_local_iter_new(heap, frame.addr, &locals) != 0)
			continue;
		for (int k = 0; k < STEPS && lh_local_iter_next(locals, &local) == 0; k++)
			(void)lh_local_iter_name(locals, &text);
	}
}

static void run_threads(struct lh_heap *heap)
{
	_cleanup_(lh_thread_iter_freep) struct lh_thread_iter *iter = NULL;
	struct lh_thread_info thread = {.size = sizeof(thread)};
	const char *name;

	if (lh_thread_iter_new(heap, &iter) != 0)
		return;
	for (int i = 0; i < BATCH && lh_thread_iter_next(iter, &thread) == 0; i++) {
		(void)lh_thread_iter_name(iter, &name);
		run_frames(heap, thread.addr);
	}
}

static void run_type_counts(struct lh_heap *heap)
{
	_cleanup_(lh_type_count_iter_freep) struct lh_type_count_iter *iter = NULL;
	const struct lh_object_query query = {.size = sizeof(query), .types = "*", .min_bytes = 1};
	struct lh_type_count_info count = {.size = sizeof(count)};
	struct lh_type_info info = {.size = sizeof(info)};

	if (lh_type_count_iter_new(heap, &query, &iter) != 0)
		return;
	while (lh_type_count_iter_next(iter, &count) == 0) {
		(void)lh_type_info(heap, count.type, &info);
		(void)lh_type_module(heap, count.type);
	}
}

/* ---- one object ---- */

static void run_items(struct lh_heap *heap, uint64_t addr)
{
	_cleanup_(lh_item_iter_freep) struct lh_item_iter *iter = NULL;
	struct lh_item_info items[BATCH] = {{.size = sizeof(items[0])}};
	uint64_t length;
	size_t n;

	(void)lh_object_length(heap, addr, &length);
	if (lh_item_iter_new(heap, addr, &iter) != 0)
		return;
	while (lh_item_iter_next_many(iter, items, BATCH, &n) == 0)
		;
}

static void run_paths(struct lh_heap *heap, uint64_t addr, const struct lh_path_query *query)
{
	_cleanup_(lh_path_iter_freep) struct lh_path_iter *iter = NULL;
	struct lh_path_info path = {.size = sizeof(path)};
	struct lh_root_info root = {.size = sizeof(root)};
	const char *text;

	if (lh_path_iter_new(heap, addr, query, &iter) != 0)
		return;
	for (int i = 0; i < BATCH && lh_path_iter_next(iter, &path) == 0; i++) {
		_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *steps = NULL;

		(void)lh_path_iter_root(iter, &root);
		(void)lh_path_iter_root_name(iter, &text);
		(void)lh_path_iter_text(iter, &text);
		(void)lh_path_iter_shape(iter, &text);
		if (lh_path_iter_steps(iter, &steps) == 0)
			run_references(steps);
	}
}

static void run_levels(struct lh_heap *heap, uint64_t addr)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *down = NULL, *up = NULL;

	if (lh_reference_levels_new(heap, &addr, 1, 2, &down) == 0)
		run_references(down);
	if (lh_referrer_levels_new(heap, addr, 2, &up) == 0)
		run_references(up);
}

static void run_contents(struct lh_heap *heap, uint64_t addr)
{
	struct lh_dict_info dict = {.size = sizeof(dict)};
	struct lh_place_info place = {.size = sizeof(place)};
	char *text = NULL, *preview = NULL;
	uint8_t *bytes = NULL;
	uint64_t found;
	bool negative;
	int generation;
	size_t size;

	(void)lh_place_at(heap, addr, &place);
	(void)lh_freed_block(heap, addr, &found);
	(void)lh_object_generation(heap, addr, &generation);
	(void)lh_object_attribute(heap, addr, "x", &found);
	(void)lh_dict_info(heap, addr, &dict);
	if (lh_object_text(heap, addr, &text, &size) == 0)
		free(text);
	if (lh_object_int_bytes(heap, addr, &bytes, &size, &negative) == 0)
		free(bytes);
	if (lh_object_preview(heap, addr, 40, &preview) == 0)
		free(preview);
}

static void run_dominated(struct lh_heap *heap, uint64_t addr)
{
	_cleanup_(lh_dominated_iter_freep) struct lh_dominated_iter *iter = NULL;
	struct lh_retained_info info = {.size = sizeof(info)};
	uint64_t below;

	(void)lh_retained_info(heap, addr, &info);
	if (lh_dominated_iter_new(heap, addr, &iter) != 0)
		return;
	for (int i = 0; i < STEPS && lh_dominated_iter_next(iter, &below) == 0; i++)
		;
}

/* What a list on a terminal asks: the largest, the others by type, and where they are. */
static void run_lists(struct lh_heap *heap, uint64_t addr, struct lh_type *type)
{
	const struct lh_dominated_query query = {
		.size = sizeof(query), .under = type ? 0 : addr, .all = type, .type = type, .limit = 3};
	struct lh_dominated_group_info group = {.size = sizeof(group)};
	_cleanup_(lh_dominated_iter_freep) struct lh_dominated_iter *iter = NULL;
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *steps = NULL, *up = NULL;
	_cleanup_free_ char *text = NULL;
	uint64_t below, objects;

	if (lh_object_path_text(heap, addr, &text) == 0 && lh_object_path_steps(heap, addr, 2, &steps) == 0)
		run_references(steps);
	if (lh_referrer_first_new(heap, addr, STEPS, &up, &objects) == 0)
		run_references(up);
	if (lh_dominated_query_new(heap, &query, &iter) != 0)
		return;
	while (lh_dominated_iter_next(iter, &below) == 0)
		;
	while (lh_dominated_iter_rest(iter, &group) == 0)
		;
}

/** struct chosen - objects to ask about, from all over the heap */
struct chosen {
	struct lh_heap *heap;
	uint64_t addrs[BATCH], seen;
};

static int on_object(void *arg, const struct lh_object_info *object)
{
	struct chosen *chosen = arg;

	/* The items of each; of all else, a few. */
	run_items(chosen->heap, object->addr);
	if (chosen->seen < BATCH || chosen->seen % 97 == 0)
		chosen->addrs[chosen->seen % BATCH] = object->addr;
	chosen->seen++;
	return 0;
}

static void run_objects(struct lh_heap *heap)
{
	static const struct lh_path_query all = {.size = sizeof(all), .all_roots = true},
					  some = {.size = sizeof(some),
						  .through = "dict\nframe",
						  .avoid = "type"};
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_objects_summary summary = {.size = sizeof(summary)};
	struct chosen chosen = {.heap = heap};
	struct lh_type *type;

	(void)lh_object_walk(heap, NULL, on_object, &chosen, &object, &summary);
	for (size_t i = 0; i < BATCH && i < chosen.seen; i++) {
		run_contents(heap, chosen.addrs[i]);
		run_levels(heap, chosen.addrs[i]);
		run_dominated(heap, chosen.addrs[i]);
		run_lists(heap, chosen.addrs[i], NULL);
		if (lh_object_type(heap, chosen.addrs[i], &type) == 0)
			run_lists(heap, chosen.addrs[i], type);
		if (i % 4 == 0)
			run_paths(heap, chosen.addrs[i], i % 3 == 0 ? NULL : i % 3 == 1 ? &all : &some);
	}
}

void run_typed(struct lh_heap *heap)
{
	run_roots(heap);
	run_components(heap);
	run_suspects(heap);
	run_memory(heap);
	run_pins(heap);
	run_allocator(heap);
	run_threads(heap);
	run_type_counts(heap);
	run_objects(heap);
}
