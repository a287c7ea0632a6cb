/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/levels.h"
#include "cpython/type_name.h"
#include "util/array.h"
#include "verdict/words.h"

#include <stdlib.h>

#define LEVELS_MAX 6

/* Objects that are right below those of the level before. */
struct level {
	uint32_t *places;
	size_t count, capacity;
};

static void level_fini(struct level *level)
{
	free(level->places);
}

/* All that is right below an object. */
static int add_below(const struct lh_leaks *leaks, uint32_t place, struct level *level)
{
	const struct lh_children *children = &leaks->children;
	int r = 0;

	for (uint32_t k = children->first[place]; r == 0 && k < children->first[place + 1]; k++)
		r = lh_append(leaks->heap->ctx, level->places, level->count, level->capacity,
			      children->items[k]);
	return r;
}

/* All that is right below the objects of @from which have this type. */
static int descend(const struct lh_leaks *leaks, const struct level *from, uint32_t type, struct level *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		if (leaks->retained->graph.types[leaks->retained->tree.node[from->places[i]]] == type)
			r = add_below(leaks, from->places[i], to);
	return r;
}

/* The type that has the most bytes of a level. */
static uint32_t choose(const struct lh_leaks *leaks, const struct level *level, size_t types,
		       struct lh_level_count *counts)
{
	uint32_t best = 0;

	for (size_t i = 0; i < types; i++)
		counts[i] = (struct lh_level_count){0};
	for (size_t i = 0; i < level->count; i++)
		lh_level_add(leaks, level->places[i], types, counts);
	for (size_t i = 1; i < types; i++)
		if (counts[i].bytes > counts[best].bytes)
			best = (uint32_t)i;
	return best;
}

static void add_level(struct lh_heap *heap, unsigned n, const struct lh_level_count *count,
		      struct lh_type *type, struct lh_string *out)
{
	lh_string_add(out, n ? " -> " : "");
	lh_words_many(count->objects, lh_type_name(heap, type), out);
}

/* An instance and its __dict__ are one thing, and so are a bytearray and its bytes (3.15+). */
static bool is_part(const struct lh_type *above, const struct lh_type *type)
{
	return above && ((above->python && type->kind->id == LH_KIND_DICT) ||
			 (above->kind->id == LH_KIND_BYTEARRAY && type->kind->id == LH_KIND_BYTES));
}

int lh_levels_text(struct lh_leaks *leaks, uint32_t place, uint64_t bytes, struct lh_string *out,
		   struct lh_string *name)
{
	struct lh_heap *heap = leaks->heap;
	size_t types = heap->types.count;
	_cleanup_free_ struct lh_level_count *counts = lh_new0(struct lh_level_count, types + 1);
	_cleanup_(level_fini) struct level level = {0};
	const struct lh_type *above = NULL;
	int r = counts ? lh_leaks_children(leaks) : lh_nomem(heap->ctx);

	if (r == 0)
		r = add_below(leaks, place, &level);
	for (unsigned n = 0; r == 0 && n < LEVELS_MAX; n++) {
		uint32_t best = choose(leaks, &level, types, counts);
		struct lh_type *type = heap->types.items[best];
		_cleanup_(level_fini) struct level next = {0};

		if (!counts[best].bytes || (n && 2 * counts[best].bytes < bytes))
			break;
		if (!n && name)
			lh_string_add(name, lh_type_name(heap, type));
		if (!is_part(above, type))
			add_level(heap, n, &counts[best], type, out);
		above = type;
		r = descend(leaks, &level, best, &next);
		free(level.places);
		level = next;
		next = (struct level){0};
	}
	return r;
}
