/* SPDX-License-Identifier: Apache-2.0 */
#include "describe/inner.h"
#include "cpython/attribute.h"
#include "cpython/text.h"
#include "cpython/type_name.h"

#include <string.h>

#define NAME_CHARS 60

bool lh_inner_is_of_context(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	struct lh_object o;

	if (lh_object_at(heap, view, addr, &o) != 0)
		return false;
	switch (o.type->kind->id) {
	case LH_KIND_HAMT_BITMAP:
	case LH_KIND_HAMT_ARRAY:
	case LH_KIND_HAMT_COLLISION:
		return true;
	default:
		return !o.type->python && strcmp(lh_type_name(heap, o.type), "hamt") == 0;
	}
}

static bool is_edge(const struct lh_string *edge, const char *name)
{
	return edge->text && strcmp(edge->text, name) == 0;
}

static void set(struct lh_string *edge, const char *name)
{
	lh_string_clear(edge);
	lh_string_add(edge, name);
}

/* functools.update_wrapper() gave it the function's name. */
static void add_cache(struct lh_heap *heap, const struct lh_object *cache, struct lh_string *out)
{
	uint64_t name;

	lh_string_add(out, ".<lru_cache of ");
	if (lh_attribute_get(heap, cache, "__qualname__", &name) != 0 ||
	    lh_str_append(heap, name, NAME_CHARS, out) == LH_ABSENT)
		lh_string_add(out, "?");
	lh_string_add(out, ">");
}

/* Bounded caches keep arguments and results in links, unbounded
 * ones in a dict (Modules/_functoolsmodule.c). */
void lh_inner_cache_edge(struct lh_heap *heap, const struct lh_object *from, bool is_last, bool *of_cache,
			 struct lh_string *edge)
{
	bool into = is_edge(edge, ".<cache>") || is_edge(edge, ".<link>");
	bool one = is_edge(edge, ".<arguments>") || is_edge(edge, ".<result>");
	bool is_cache = from->type->kind->id == LH_KIND_LRU_CACHE, was_of_cache = *of_cache;

	*of_cache = is_cache && into && !is_last;
	if (*of_cache || (is_cache && one)) {
		_cleanup_string_ struct lh_string text = {0};

		add_cache(heap, from, &text);
		if (one)
			lh_string_add(&text, edge->text);
		set(edge, text.text ? text.text : "");
		edge->failed |= text.failed;
	} else if (was_of_cache && is_edge(edge, "<key>")) {
		set(edge, ".<arguments>");
	} else if (was_of_cache && edge->text && edge->text[0] == '[') {
		set(edge, ".<result>");
	}
}
