/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas that a few objects keep from going back to the system. */
#include "analyze/pins.h"
#include "verdict/leaks.h"

/* Every process has arenas that fill up, and some that imports of large modules left behind. */
#define BYTES_LEAST (16u << 20)

/* The owner that alone holds most arenas. */
static void describe_owner(const struct lh_pins *pins, struct lh_leak *leak)
{
	uint64_t size = pins->heap->pymalloc.arena_size;
	uint32_t best = lh_pins_main_owner(pins);
	char text[LH_SIZE_MAX];

	if (best == LH_NO_OWNER)
		return;
	lh_pins_owner_text(pins, best, &leak->reason);
	lh_string_addf(
		&leak->reason,
		" alone holds %s of them: once what it has there is freed, or replaced by new objects, %s go back. ",
		LH_COUNTED(pins->owners[best].alone), lh_size_text(pins->owners[best].alone * size, text));
}

int lh_rule_pins(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_pins_fini) struct lh_pins pins = {0};
	struct lh_leak *leak;
	uint64_t bytes;
	bool whole;
	char text[LH_SIZE_MAX];
	int r = lh_pins_find(leaks->heap, LH_PINS_BELOW, &pins);

	if (r < 0)
		return r;
	whole = lh_leaks_saw_all(leaks, &pins.findings) && !pins.unread;
	leaks->arenas_unread = pins.unread;
	bytes = pins.arena_count * leaks->heap->pymalloc.arena_size;
	if (bytes < leaks->least || bytes < BYTES_LEAST) {
		if (pins.use.count)
			lh_leaks_looked(
				leaks, whole, "Arenas: %s of %s have less than %d%% of their bytes used",
				LH_COUNTED(pins.arena_count), LH_COUNTED(pins.use.count), LH_PINS_BELOW);
		return 0;
	}
	r = lh_leaks_add(leaks, rule, bytes - pins.bytes, pins.count, &leak);
	if (r < 0)
		return r;
	lh_string_addf(&leak->title,
		       "%s nearly empty arenas that few objects keep from going back to the system",
		       LH_COUNTED(pins.arena_count));
	lh_string_addf(&leak->reason, "%s blocks, %s, are used in them. ", LH_COUNTED(pins.count),
		       lh_size_text(pins.bytes, text));
	describe_owner(&pins, leak);
	lh_string_add(&leak->next, "pins");
	return 0;
}
