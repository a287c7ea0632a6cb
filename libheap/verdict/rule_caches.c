/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches: dicts with many items of one shape, in the variables of a module or class, of an lru_cache, or of a weak dictionary.
 * They are the lowest objects that stand out, as those of 'holders' are; what is different is what to do about them.
 *
 * Memory: 1 byte per object.
 */
#include "cpython/items.h"
#include "cpython/type_name.h"
#include "util/array.h"
#include "verdict/levels.h"
#include "verdict/one_shape.h"
#include "verdict/program.h"
#include "verdict/words.h"

#define ITEMS_LEAST 100
#define ABOVE_MAX 10000 /* objects on the way up from a key: more is a chain, not a cache */

enum place_of { NO_CACHE, OF_VARIABLE, OF_LRU_CACHE, OF_WEAK_KEYS, OF_WEAK_VALUES };

struct cache {
	uint32_t place;
	enum place_of of;
	struct lh_object object;
	struct lh_one_shape shape;
};

/* ---- where a dict is ---- */

static bool is_dict(const struct lh_leaks *leaks, uint32_t place)
{
	return lh_leaks_is_kind(leaks, place, LH_KIND_DICT) || lh_leaks_is_kind(leaks, place, LH_KIND_ODICT);
}

/* The object that has the dict: its __dict__ may be between them. */
static uint32_t owner_of(const struct lh_leaks *leaks, uint32_t place)
{
	const uint32_t *above = leaks->retained->tree.dominator;
	uint32_t owner = above[place];

	return lh_leaks_is_kind(leaks, owner, LH_KIND_DICT) && !leaks->namespace[owner] ? above[owner]
											: owner;
}

static enum place_of where_is(const struct lh_leaks *leaks, uint32_t place)
{
	struct lh_heap *heap = leaks->heap;
	uint32_t owner = owner_of(leaks, place), above = leaks->retained->tree.dominator[place];
	struct lh_type *type = lh_leaks_type(leaks, owner);

	if (type && type->kind->id == LH_KIND_LRU_CACHE)
		return OF_LRU_CACHE;
	if (type && type->python && lh_type_is_of(heap, type, "weakref.WeakKeyDictionary"))
		return OF_WEAK_KEYS;
	if (type && type->python && lh_type_is_of(heap, type, "weakref.WeakValueDictionary"))
		return OF_WEAK_VALUES;
	return above && (leaks->namespace[above] || lh_leaks_is_program(leaks, above)) ? OF_VARIABLE
										       : NO_CACHE;
}

/* Return: 1: it is one; 0: it is not; -LH_ENOMEM. */
static int is_cache(struct lh_leaks *leaks, uint32_t place, struct cache *ret)
{
	struct lh_heap *heap = leaks->heap;
	int r;

	*ret = (struct cache){.place = place};
	if (leaks->namespace[place] || !is_dict(leaks, place))
		return 0;
	ret->of = where_is(leaks, place);
	if (ret->of == NO_CACHE ||
	    lh_object_at(heap, &heap->view, lh_retained_addr(leaks->retained, place), &ret->object) != 0)
		return 0;
	r = lh_one_shape_find(heap, &ret->object, &ret->shape);
	return r < 0 ? r : r == 0 && ret->shape.length >= ITEMS_LEAST && ret->shape.value;
}

/* ---- weak dictionaries that have become strong ---- */

static bool is_below(const struct lh_retained *t, uint32_t place, uint32_t top)
{
	for (unsigned n = 0; place > top && n < ABOVE_MAX; n++)
		place = t->tree.dominator[place];
	return place == top;
}

/* How many of the @ret_looked first items keep alive what they refer to weakly. Return: 0; -LH_ENOMEM. */
static int count_strong(struct lh_leaks *leaks, const struct cache *c, uint64_t *ret, uint64_t *ret_looked)
{
	struct lh_heap *heap = leaks->heap;
	struct lh_items items;
	uint64_t key, value;
	int r = lh_items_start(heap, &c->object, &items);

	for (*ret = *ret_looked = 0; r == 0 && *ret_looked < LH_SHAPE_SAMPLE; ++*ret_looked) {
		uint32_t place;

		r = lh_items_next(&items, &key, &value);
		if (r != 0)
			break;
		place = lh_retained_place(leaks->retained,
					  lh_heap_word(heap, &heap->view, c->of == OF_WEAK_KEYS ? key : value,
						       LH_F_WEAKREF_OBJECT));
		*ret += place && is_below(leaks->retained, place, c->place);
	}
	lh_items_fini(&items);
	return r == -LH_ENOMEM ? r : 0;
}

static int add_weak(struct lh_leaks *leaks, const struct cache *c, struct lh_string *out)
{
	uint64_t strong, looked;
	int r = count_strong(leaks, c, &strong, &looked);

	if (r < 0 || strong * 2 < looked)
		return r;
	lh_string_addf(
		out,
		c->of == OF_WEAK_KEYS
			? "A WeakKeyDictionary with values that refer to their own keys (%s of %s items): such an "
			  "item never goes. "
			: "A WeakValueDictionary with keys that refer to their own values (%s of %s items): such an "
			  "item never goes. ",
		LH_COUNTED(strong), LH_COUNTED(looked));
	return 0;
}

/* ---- words ---- */

static int describe(struct lh_leaks *leaks, const struct cache *c, uint64_t bytes, struct lh_leak *leak)
{
	struct lh_heap *heap = leaks->heap;
	char size[LH_SIZE_MAX];
	_cleanup_string_ struct lh_string levels = {0};
	int r = lh_words_path(leaks, c->place, &leak->title);

	if (r == 0 && !leak->title.text)
		lh_string_addf(&leak->title, "%s at 0x%" PRIx64, lh_type_name(heap, c->object.type),
			       c->object.addr);
	lh_string_add(&leak->type, lh_type_name(heap, c->shape.value));
	if (c->of == OF_LRU_CACHE)
		lh_string_add(&leak->reason,
			      "An lru_cache keeps its results, and all arguments, self among them. ");
	if (r == 0 && (c->of == OF_WEAK_KEYS || c->of == OF_WEAK_VALUES))
		r = add_weak(leaks, c, &leak->reason);
	lh_string_addf(&leak->reason, "%s items of one shape: %s -> %s, %s each.",
		       LH_COUNTED(c->shape.length),
		       c->shape.key ? lh_type_name(heap, c->shape.key) : "various keys",
		       lh_type_name(heap, c->shape.value), lh_size_text(bytes / c->shape.length, size));
	if (r == 0)
		r = lh_levels_text(leaks, c->place, bytes, &levels, NULL);
	if (r == 0 && levels.text)
		lh_string_addf(&leak->reason, " Most of it: %s.", levels.text);
	leak->reason.failed |= levels.failed;
	if (c->of == OF_LRU_CACHE || c->of == OF_VARIABLE)
		lh_string_add(&leak->reason, " A cache needs a limit, or something that takes items out.");
	lh_string_addf(&leak->next, "retained --under 0x%" PRIx64, c->object.addr);
	return r;
}

static int add(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct cache *c)
{
	uint64_t bytes = leaks->left[c->place];
	struct lh_leak *leak;
	int r = lh_leaks_add(leaks, rule, bytes, leaks->left_objects[c->place], &leak);

	if (r == 0)
		r = describe(leaks, c, bytes, leak);
	leaks->claimed[leaks->retained->tree.node[c->place]] = LH_CLAIMED;
	return r;
}

/* By place: whether something right below stands out by itself, so that this is not the lowest. NULL: no memory. */
static bool *find_higher(const struct lh_leaks *leaks)
{
	const struct lh_dominators *tree = &leaks->retained->tree;
	bool *higher = lh_new0(bool, tree->count);

	for (uint32_t p = 1; higher && p < tree->count; p++)
		if (leaks->left[p] >= leaks->least)
			higher[tree->dominator[p]] = true;
	return higher;
}

int lh_rule_caches(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_free_ bool *higher = NULL;
	int r = lh_leaks_left(leaks);

	if (r == 0)
		r = lh_leaks_namespaces(leaks);
	if (r < 0)
		return r;
	higher = find_higher(leaks);
	if (!higher)
		return lh_nomem(leaks->heap->ctx);
	for (uint32_t p = 1; r >= 0 && p < leaks->retained->tree.count; p++) {
		struct cache cache;

		if (leaks->left[p] < leaks->least || higher[p])
			continue;
		r = is_cache(leaks, p, &cache);
		if (r == 1)
			r = add(leaks, rule, &cache);
	}
	return r < 0 ? r : 0;
}
