/* SPDX-License-Identifier: Apache-2.0 */
/* Words for suspects: what they are, and what they keep. */
#include "cpython/type_name.h"
#include "verdict/holders.h"
#include "verdict/words.h"

static const char *type_name(const struct holders *h, uint32_t place)
{
	struct lh_type *type = lh_leaks_type(h->leaks, place);

	return type ? lh_type_name(h->leaks->heap, type) : "object";
}

static int describe(const struct holders *h, const struct holder *item, struct lh_leak *leak)
{
	struct lh_type *above = lh_leaks_type(h->leaks, h->from->tree.dominator[item->place]);
	_cleanup_string_ struct lh_string levels = {0};
	int r = item->chain ? 0 : lh_levels_text(h->leaks, item->place, item->bytes, &levels, &leak->type);

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
	if (!leak->type.text)
		lh_string_add(&leak->type, type_name(h, item->place));
	if (levels.text)
		lh_string_addf(&leak->reason, " Most of it: %s.", levels.text);
	leak->reason.failed |= levels.failed;
	lh_string_addf(&leak->next, item->objects > 1 ? "retained --under 0x%" PRIx64 : "why 0x%" PRIx64,
		       lh_retained_addr(h->from, item->place));
	return r;
}

int holders_add(const struct holders *h, const struct lh_leak_rule *rule)
{
	struct lh_leak *leak;
	int r = 0;

	for (size_t i = 0; r == 0 && i < h->count; i++) {
		const struct holder *item = &h->items[i];

		if (!item->alike)
			continue;
		r = lh_leaks_add(h->leaks, rule, item->bytes, item->objects, &leak);
		if (r < 0)
			return r;
		r = lh_words_path(h->leaks, item->place, &leak->title);
		if (r == 0 && !leak->title.text)
			lh_string_addf(&leak->title, "%s at 0x%" PRIx64 ", which only native code holds",
				       type_name(h, item->place), lh_retained_addr(h->from, item->place));
		if (r == 0)
			r = describe(h, item, leak);
	}
	return r;
}

int holders_add_type(const struct holders *h, const struct lh_leak_rule *rule, struct lh_type *type,
		     const struct lh_level_count *count)
{
	const char *name = lh_type_name(h->leaks->heap, type);
	struct lh_leak *leak;
	int r = lh_leaks_add(h->leaks, rule, count->bytes, count->objects, &leak);

	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "%s %s that no single object holds", LH_COUNTED(count->objects), name);
	lh_string_add(&leak->type, name);
	lh_string_add(
		&leak->reason,
		"Each of them is reachable in several ways, or held by a frame or by native code. The bytes include what "
		"only they hold.");
	lh_string_addf(&leak->next, "why --type %s", name);
	return 0;
}
