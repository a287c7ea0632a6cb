/* SPDX-License-Identifier: Apache-2.0 */
/* What marks memory for a snapshot: one file for each sort of it. */
#ifndef LH_SNAPSHOT_MARK_H
#define LH_SNAPSHOT_MARK_H

#include "inventory/objects.h"
#include "snapshot/marks.h"

/** struct lh_mark_objects - one walk over all objects */
struct lh_mark_objects {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_snapshot_marks *marks;
	uint64_t *
		thread_ids; /* sorted: ints with these values are kept, for threading knows its threads by them */
	size_t thread_id_count, thread_id_capacity;
	uint64_t objects;
};

/** lh_mark_object() - heads and fields, storage, and which of it is contents */
void lh_mark_object(struct lh_mark_objects *walk, const struct lh_object *object);
/** lh_mark_apart() - counts of @object that are not in its body */
void lh_mark_apart(struct lh_mark_objects *walk, const struct lh_object *object);
struct lh_keys;
/** lh_mark_keys() - a dict's table of keys */
void lh_mark_keys(struct lh_mark_objects *walk, const struct lh_keys *keys);
/** lh_mark_names() - texts that @object refers to and that are names of code */
void lh_mark_names(struct lh_mark_objects *walk, const struct lh_object *object);
/** lh_mark_modules() - the names of all modules */
void lh_mark_modules(struct lh_mark_objects *walk);
/** lh_mark_traces() - what tracemalloc knows. Return: 0, -LH_E*. */
int lh_mark_traces(struct lh_mark_objects *walk);
/** lh_mark_text() - the text, or the bytes, of the object at @addr are kept */
void lh_mark_text(struct lh_mark_objects *walk, uint64_t addr);
/** lh_mark_number() - likewise the value of an int */
void lh_mark_number(struct lh_mark_objects *walk, uint64_t addr);
/** lh_mark_is_text() - whether @addr is a str or bytes: their hashes say nothing of them */
bool lh_mark_is_text(struct lh_mark_objects *walk, uint64_t addr);
/** lh_mark_is_marked() - whether the text of such an object is kept */
bool lh_mark_is_marked(struct lh_mark_objects *walk, uint64_t addr);

/** lh_mark_allocators() - what malloc, pymalloc and mimalloc have beside their blocks, and what the system does for threads. Return: 0,
 * -LH_E*. */
int lh_mark_allocators(struct lh_heap *heap, struct lh_snapshot_marks *marks);
/** lh_mark_runtime() - interpreters, threads, frames, tables that are no objects. Return: 0, -LH_E*. */
int lh_mark_runtime(struct lh_heap *heap, struct lh_snapshot_marks *marks);

#endif
