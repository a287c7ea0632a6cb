/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/pins_notes.h"
#include "command/doubts.h"
#include "cpython/type_name.h"
#include "inventory/whole.h"
#include "util/array.h"

#define SIZED(bytes) lh_size_text((bytes), (char[LH_SIZE_MAX]){0})

static uint64_t arena_size(const struct lh_pins *p)
{
	return p->heap->pymalloc.arena_size;
}

/* Of all pinned arenas */
static double percent(const struct lh_pins *p)
{
	return (double)p->bytes * 100 / (double)(p->arena_count * arena_size(p));
}

/* The objects that the headline speaks of: those in blocks, and those with storage there */
static int headline(const struct lh_pins *p, struct lh_result *result)
{
	uint64_t objects = p->kinds[LH_PIN_OBJECT], others = p->count - objects;
	_cleanup_string_ struct lh_string more = {0};

	if (others)
		lh_string_addf(&more, " and %s other block%s", LH_COUNTED(others), others == 1 ? "" : "s");
	if (more.failed)
		return lh_nomem(p->heap->ctx);
	return lh_result_headline(result, "%s object%s%s hold%s %s in %s arena%s, %.1f%% used.",
				  LH_COUNTED(objects), objects == 1 ? "" : "s", others ? more.text : "",
				  p->count == 1 ? "s" : "", SIZED(p->arena_count * arena_size(p)),
				  LH_COUNTED(p->arena_count), p->arena_count == 1 ? "" : "s", percent(p));
}

int lh_pins_summary(const struct lh_pins *p, unsigned below, struct lh_result *result)
{
	const struct lh_summary summary[] = {
		{"arenas", "pinned arenas", LH_COUNT(p->arena_count)},
		{"arenas_all", "of all arenas", LH_COUNT(p->use.count)},
		{"reclaimable", "reclaimable", LH_BYTES(p->arena_count * arena_size(p))},
		{"bytes_used", "bytes used", LH_BYTES(p->bytes)},
		{"arenas_kept", NULL, LH_COUNT(p->kept)},
		{"arenas_empty", NULL, LH_COUNT(p->empty)},
		{"below", NULL, LH_PERCENT(below)},
		{"blocks", "blocks used", LH_COUNT(p->count)},
		{"objects", NULL, LH_COUNT(p->kinds[LH_PIN_OBJECT])},
		{"storage", NULL, LH_COUNT(p->kinds[LH_PIN_STORAGE])},
		{"freed", NULL, LH_COUNT(p->kinds[LH_PIN_FREED])},
		{"unknown", NULL, LH_COUNT(p->kinds[LH_PIN_UNKNOWN])},
		{},
	};
	int r = lh_result_summarize(result, summary);

	return r == 0 && p->arena_count ? headline(p, result) : r;
}

#define TYPES_MAX 3

/* "2,139 int, 2,129 str, 2,027 Session": of most bytes */
static void add_types(const struct lh_pins *p, const struct lh_pin_owner *o, struct lh_string *out)
{
	for (uint32_t i = 0; i < o->use_count && i < TYPES_MAX; i++) {
		const struct lh_pin_use *use = &p->uses[o->first_use + i];

		lh_string_addf(out, "%s%s %s", i ? ", " : "", LH_COUNTED(use->blocks),
			       use->type ? lh_type_name(p->heap, use->type) : "blocks");
	}
	if (o->use_count > TYPES_MAX)
		lh_string_add(out, " and others");
}

static int note_owner(const struct lh_pins *p, struct lh_result *result)
{
	uint32_t best = lh_pins_main_owner(p);
	const struct lh_pin_owner *o = best == LH_NO_OWNER ? NULL : &p->owners[best];
	_cleanup_string_ struct lh_string owner = {0}, types = {0};

	if (!o)
		return p->owner_count
			       ? lh_result_note(result,
						"No owner holds an arena alone: each has blocks of several.")
			       : 0;
	lh_pins_owner_text(p, best, &owner);
	add_types(p, o, &types);
	if (owner.failed || types.failed)
		return lh_nomem(p->heap->ctx);
	return lh_result_note(
		result,
		"%s alone holds %s of the arenas, with %s. Once these are freed, or replaced by "
		"new ones, %s can go back.",
		owner.text, LH_COUNTED(o->alone), types.text, SIZED(o->alone * arena_size(p)));
}

static int note_kept(const struct lh_pins *p, struct lh_result *result)
{
	if (!p->kept)
		return 0;
	return lh_result_note(result, "%s of these would stay, empty: pymalloc keeps one for reuse.",
			      LH_COUNTED(p->kept));
}

/* Blocks that no freeing of objects gives back. */
static int note_others(const struct lh_pins *p, struct lh_result *result)
{
	int r = 0;

	if (p->kinds[LH_PIN_FREED])
		r = lh_result_note(result,
				   "%s of the blocks have freed objects that their types keep for reuse; a "
				   "full gc.collect() lets most of them go.",
				   LH_COUNTED(p->kinds[LH_PIN_FREED]));
	if (r == 0 && p->kinds[LH_PIN_UNKNOWN])
		r = lh_result_note(result,
				   "%s of the blocks are unknown: no object points to them; native code may.",
				   LH_COUNTED(p->kinds[LH_PIN_UNKNOWN]));
	return r;
}

static int add_next(const struct lh_pins *p, struct lh_result *result)
{
	uint32_t best = lh_pins_main_owner(p);
	int r = 0;

	if (best == LH_NO_OWNER && p->owner_count)
		best = 0;
	if (p->owner_count > 1)
		r = lh_result_next(result, "all owners", "pins --owners");
	if (r == 0 && best != LH_NO_OWNER)
		r = lh_result_next(result, "who keeps the first of them", "why 0x%" PRIx64,
				   p->owners[best].example);
	return r;
}

/* Of arenas that are not pinned: how many are less than half full. */
static int note_half(const struct lh_pins *p, unsigned below, struct lh_result *result)
{
	size_t count = 0;

	for (size_t i = 0; i < p->use.count && below < 50; i++) {
		uint64_t used = p->use.arenas[i].bytes_used * 100;

		count += used >= below * arena_size(p) && used < 50 * arena_size(p);
	}
	if (!count)
		return 0;
	return lh_result_note(result, "%s more arena%s %s less than half full: --below 50 shows them.",
			      LH_COUNTED(count), count == 1 ? "" : "s", count == 1 ? "is" : "are");
}

int lh_pins_notes(const struct lh_pins *p, unsigned below, struct lh_result *result)
{
	bool whole = lh_heap_is_whole(p->heap) && lh_findings_are_whole(&p->findings) && !p->unread;
	int r = lh_result_arenas_unread(result, p->unread);

	if (r == 0 && !p->arena_count)
		r = lh_result_note(result, "No arena has less than %u%% of its bytes used%s.", below,
				   whole ? "" : ", as far as memory could be read");
	if (r == 0 && p->arena_count)
		r = note_owner(p, result);
	if (r == 0)
		r = note_kept(p, result);
	if (r == 0)
		r = note_others(p, result);
	if (r == 0)
		r = note_half(p, below, result);
	return r == 0 ? add_next(p, result) : r;
}
