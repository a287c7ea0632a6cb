/* SPDX-License-Identifier: Apache-2.0 */
/* Reference cycles that nobody uses, and that no collection has freed; and those that none will ever see. */
#include "analyze/frozen.h"
#include "cpython/type_name.h"
#include "describe/gc_next.h"
#include "describe/gc_reason.h"
#include "inventory/whole.h"
#include "verdict/words.h"

#define TYPES_TOLD 3

/* "60,000 Handle, 60,000 cell": those with the most bytes, most first. */
static void add_types(struct lh_heap *heap, const struct lh_freed *freed, struct lh_string *out)
{
	uint64_t last_bytes = UINT64_MAX;
	size_t last = 0;

	for (unsigned n = 0; n < TYPES_TOLD; n++) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < heap->types.count; i++) {
			uint64_t bytes = lh_freed_type(freed, i).bytes;
			bool told = bytes > last_bytes || (bytes == last_bytes && i <= last);

			if (bytes && !told && (best == SIZE_MAX || bytes > lh_freed_type(freed, best).bytes))
				best = i;
		}
		if (best == SIZE_MAX)
			return;
		lh_string_add(out, n ? ", " : "");
		lh_words_many(lh_freed_type(freed, best).objects, lh_type_name(heap, heap->types.items[best]),
			      out);
		last = best;
		last_bytes = lh_freed_type(freed, best).bytes;
	}
}

/*
 * The collector counts objects, not their bytes: few objects that keep much are far from its thresholds, so that half as
 * much stands out.
 */
#define BYTES_PER_OBJECT 1024
#define BYTES_LEAST (1u << 20)

static bool is_heavy(const struct lh_freed *freed)
{
	return freed->all.bytes >= BYTES_LEAST && freed->all.bytes / BYTES_PER_OBJECT >= freed->all.objects;
}

static bool stands_out(const struct lh_leaks *leaks, const struct lh_freed *freed)
{
	return freed->all.bytes >= leaks->least || (is_heavy(freed) && freed->all.bytes >= leaks->least / 2);
}

static int add_garbage(struct lh_leaks *leaks, const struct lh_leak_rule *rule,
		       const struct lh_garbage *garbage, const struct lh_freed *freed)
{
	struct lh_gc_next next;
	char reason[256], size[LH_SIZE_MAX];
	struct lh_leak *leak;
	int r;

	if (!stands_out(leaks, freed)) {
		lh_leaks_looked(leaks, lh_heap_is_whole(leaks->heap) && lh_garbage_is_whole(garbage),
				"Garbage: a collection would free %s objects, %s",
				LH_COUNTED(freed->all.objects), lh_size_text(freed->all.bytes, size));
		return 0;
	}
	r = lh_leaks_add(leaks, rule, freed->all.bytes, freed->all.objects, &leak);
	if (r < 0)
		return r;
	lh_gc_reason(leaks->heap, reason, sizeof(reason));
	lh_string_add(&leak->title, "garbage in reference cycles that no collection has freed yet");
	lh_string_addf(&leak->reason, "Why not yet: %s. ", reason);
	next = lh_gc_next(leaks->heap);
	if (is_heavy(freed) && next.kind == LH_GC_NEXT_AFTER)
		lh_string_add(&leak->reason, "The collector counts objects, not their bytes. ");
	lh_string_add(&leak->reason, "Most of it: ");
	add_types(leaks->heap, freed, &leak->reason);
	lh_string_add(&leak->reason, ". ");
	lh_gc_next_text(&next, garbage->graph.rings->tracked.count - garbage->graph.rings->permanent.count,
			&leak->reason);
	lh_string_add(&leak->next, "garbage --components");
	return 0;
}

static int add_lost(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_frozen *lost,
		    const struct lh_freed *kept)
{
	struct lh_leak *leak;
	int r;

	if (kept->all.bytes < leaks->least)
		return 0;
	r = lh_leaks_add(leaks, rule, kept->all.bytes, kept->all.objects, &leak);
	if (r < 0)
		return r;
	lh_string_add(&leak->title, "garbage that is frozen (gc.freeze()): no collection will ever see it");
	lh_string_addf(
		&leak->reason,
		"%s unreachable objects are frozen, or held only by such objects. gc.unfreeze() gives them back to the "
		"collector. Most of it: ",
		LH_COUNTED(lost->count));
	add_types(leaks->heap, kept, &leak->reason);
	lh_string_add(&leak->reason, ".");
	lh_string_add(&leak->next, "garbage --frozen");
	return 0;
}

static int find_lost(struct lh_leaks *leaks, const struct lh_leak_rule *rule,
		     const struct lh_garbage *garbage, struct lh_freed *freed)
{
	_cleanup_(lh_frozen_fini) struct lh_frozen lost = {0};
	_cleanup_(lh_freed_fini) struct lh_freed kept = {0};
	int r = lh_frozen_lost(garbage, freed, &lost);

	if (r < 0 || !lost.count)
		return r;
	r = lh_freed_find(leaks->heap,
			  &(struct lh_giving_up){.set = &garbage->graph.rings->tracked,
						 .items = lost.items,
						 .count = lost.count,
						 .group_count = 1},
			  &kept);
	return r == 0 ? add_lost(leaks, rule, &lost, &kept) : r;
}

int lh_rule_garbage(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_freed_fini) struct lh_freed freed = {0};
	const struct lh_garbage *garbage;
	int r = lh_garbage_get(leaks->heap, &garbage);

	if (r == 0)
		r = lh_garbage_freed(garbage, &freed);
	if (r == 0)
		r = add_garbage(leaks, rule, garbage, &freed);
	return r == 0 ? find_lost(leaks, rule, garbage, &freed) : r;
}
