/* SPDX-License-Identifier: Apache-2.0 */
/* Words for suspects: what they are, and what they keep, level by level. */
#include "cpython/type_name.h"
#include "util/array.h"
#include "verdict/holders.h"

#include <stdlib.h>

#define LEVELS_MAX 6

/* ---- levels: objects of one type that are right below those of the level before ---- */

struct level {
	uint32_t *places;
	size_t count, capacity;
};

static void level_fini(struct level *level)
{
	free(level->places);
}

/* All that is right below the objects of @from which have this type. */
static int descend(const struct holders *h, const struct level *from, uint32_t type, struct level *to)
{
	const struct lh_children *children = &h->children;
	int r = 0;

	for (size_t i = 0; i < from->count; i++) {
		uint32_t p = from->places[i];

		if (h->from->graph.types[h->from->tree.node[p]] != type)
			continue;
		for (uint32_t k = children->first[p]; r == 0 && k < children->first[p + 1]; k++)
			r = lh_append(h->leaks->heap->ctx, to->places, to->count, to->capacity,
				      children->items[k]);
	}
	return r;
}

/* The type that has the most bytes of a level. */
static uint32_t choose(const struct holders *h, const struct level *level, struct holders_count *counts)
{
	uint32_t best = 0;

	for (size_t i = 0; i < h->types; i++)
		counts[i] = (struct holders_count){0};
	for (size_t i = 0; i < level->count; i++)
		holders_count(h, level->places[i], counts);
	for (size_t i = 1; i < h->types; i++)
		if (counts[i].bytes > counts[best].bytes)
			best = (uint32_t)i;
	return best;
}

/* "100 tuple -> 100 ValueError -> 300 traceback": as long as half of the bytes go that way. */
static int add_levels(const struct holders *h, const struct holder *item, struct lh_string *out)
{
	struct lh_heap *heap = h->leaks->heap;
	_cleanup_free_ struct holders_count *counts = lh_new0(struct holders_count, h->types + 1);
	_cleanup_(level_fini) struct level level = {0};
	const struct lh_children *children = &h->children;
	bool of_class = false;
	int r = counts ? 0 : lh_nomem(heap->ctx);

	for (uint32_t k = children->first[item->place]; r == 0 && k < children->first[item->place + 1]; k++)
		r = lh_append(heap->ctx, level.places, level.count, level.capacity, children->items[k]);
	for (unsigned n = 0; r == 0 && n < LEVELS_MAX; n++) {
		uint32_t best = choose(h, &level, counts);
		struct lh_type *type = heap->types.items[best];
		_cleanup_(level_fini) struct level next = {0};

		if (!counts[best].bytes || (n && 2 * counts[best].bytes < item->bytes))
			break;
		/* An instance and its __dict__ are one thing. */
		if (!of_class || type->kind->id != LH_KIND_DICT)
			lh_string_addf(out, "%s%s %s", n ? " -> " : "", LH_COUNTED(counts[best].objects),
				       lh_type_name(heap, type));
		of_class = type->python;
		r = descend(h, &level, best, &next);
		free(level.places);
		level = next;
		next = (struct level){0};
	}
	return r;
}

/* ---- sentences ---- */

static const char *type_name(const struct holders *h, uint32_t place)
{
	struct lh_type *type = holders_type(h, place);

	return type ? lh_type_name(h->leaks->heap, type) : "object";
}

static int describe(const struct holders *h, const struct holder *item, struct lh_leak *leak)
{
	struct lh_type *above = holders_type(h, h->from->tree.dominator[item->place]);
	_cleanup_string_ struct lh_string levels = {0};
	int r = item->chain ? 0 : add_levels(h, item, &levels);

	if (above && above->kind->id == LH_KIND_LRU_CACHE)
		lh_string_add(&leak->reason,
			      "An lru_cache keeps its results, and all arguments, self among them. ");
	if (item->chain)
		lh_string_addf(&leak->reason, "It is the first link of a chain: each %s holds the next.",
			       type_name(h, item->place));
	else if (item->alike > 1)
		lh_string_addf(&leak->reason,
			       "%s objects of type %s, of which this is one, are held in such a way.",
			       LH_COUNTED(item->alike), type_name(h, item->place));
	else if (item->objects == 1)
		lh_string_addf(&leak->reason, "It is a single object of type %s.", type_name(h, item->place));
	else
		lh_string_addf(&leak->reason, "One %s keeps it all alive.", type_name(h, item->place));
	if (levels.text)
		lh_string_addf(&leak->reason, " Most of it: %s.", levels.text);
	leak->reason.failed |= levels.failed;
	lh_string_addf(&leak->next, item->objects > 1 ? "retained --under 0x%" PRIx64 : "why 0x%" PRIx64,
		       lh_retained_addr(h->from, item->place));
	return r;
}

int holders_add(const struct holders *h, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_retained_paths_fini) struct lh_retained_paths paths = {0};
	uint32_t places[SUSPECTS_MAX];
	struct lh_leak *leak;
	int r;

	for (size_t i = 0; i < h->count; i++)
		places[i] = h->items[i].place;
	r = lh_retained_paths_find(h->from, places, h->count, &paths);
	for (size_t i = 0; r == 0 && i < h->count; i++) {
		const struct holder *item = &h->items[i];

		if (!item->alike)
			continue;
		r = lh_leaks_add(h->leaks, rule, item->bytes, item->objects, &leak);
		if (r < 0)
			return r;
		r = lh_retained_path_text(&paths, item->place, &leak->title);
		if (r == 0 && !leak->title.text)
			lh_string_addf(&leak->title, "%s at 0x%" PRIx64 ", which only native code holds",
				       type_name(h, item->place), lh_retained_addr(h->from, item->place));
		if (r == 0)
			r = describe(h, item, leak);
	}
	return r;
}

int holders_add_type(const struct holders *h, const struct lh_leak_rule *rule, struct lh_type *type,
		     const struct holders_count *count)
{
	const char *name = lh_type_name(h->leaks->heap, type);
	struct lh_leak *leak;
	int r = lh_leaks_add(h->leaks, rule, count->bytes, count->objects, &leak);

	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "%s %s that no single object holds", LH_COUNTED(count->objects), name);
	lh_string_add(
		&leak->reason,
		"Each of them is reachable in several ways, or held by a frame or by native code. The bytes include what "
		"only they hold.");
	lh_string_addf(&leak->next, "why --type %s", name);
	return 0;
}
