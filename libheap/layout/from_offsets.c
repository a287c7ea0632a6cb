/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct layouts from _Py_DebugOffsets, which CPython 3.13+ keeps at the start of _PyRuntime.
 *
 * It is target memory, so nothing in it is believed: sizes have a ceiling, an offset must lie within the size
 * of its own struct and fit its member's alignment, and two members cannot share a place. All values are
 * checked before the first one is taken.
 */
#include "layout/debug_offsets.h"

#include "util/bytes.h"

#include <stdio.h>
#include <string.h>

/* Include/internal/pycore_runtime.h, pycore_debug_offsets.h: _Py_Debug_Cookie (3.13+) */
static const char cookie[8] = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};

enum { AT_VERSION = 8, AT_FREE_THREADED = 16, HEADER_SIZE = 24 };

int lh_debug_offsets_peek(const uint8_t *bytes, size_t len, struct lh_build *ret)
{
	const struct lh_slots *slots;
	uint64_t version, free_threaded;

	if (len < HEADER_SIZE || memcmp(bytes, cookie, sizeof(cookie)) != 0)
		return LH_ABSENT;
	version = lh_u64(bytes + AT_VERSION);
	free_threaded = lh_u64(bytes + AT_FREE_THREADED);
	if (version > UINT32_MAX || free_threaded > 1)
		return LH_ABSENT;
	slots = lh_slots_find((uint32_t)version);
	if (!slots || len < slots->size)
		return LH_ABSENT;
	ret->version = (uint32_t)version;
	ret->free_threaded = free_threaded == 1;
	ret->debug = false;
	return 0;
}

static bool value_is_sane(const struct lh_debug_slot *slot, uint64_t value, uint64_t struct_size)
{
	switch (slot->kind) {
	case LH_SLOT_STRUCT:
		return value >= 16 && value <= slot->bound;
	case LH_SLOT_PART:
		return value >= 16 && value < struct_size && value % 8 == 0;
	case LH_SLOT_MEMBER:
		if (value == 0)
			return false;
		break;
	}
	return value % slot->bound == 0 && value <= struct_size && slot->bound <= struct_size - value;
}

/* Another member of the same group, before @at, that has the same place. */
static bool place_is_taken(const struct lh_slots *slots, size_t at, const uint8_t *bytes)
{
	uint64_t value = lh_u64(bytes + slots->slots[at].at);

	if (slots->slots[at].kind == LH_SLOT_STRUCT || slots->slots[at].kind == LH_SLOT_PART)
		return false;
	for (size_t i = at; i-- > 0 && slots->slots[i].kind != LH_SLOT_STRUCT;)
		if (slots->slots[i].kind != LH_SLOT_PART && lh_u64(bytes + slots->slots[i].at) == value)
			return true;
	return false;
}

static const char *slot_name(const struct lh_debug_slot *slot)
{
	return slot->field < LH_F_COUNT ? lh_field_infos[slot->field].name : "a size";
}

static int check_values(struct lh_ctx *ctx, const struct lh_slots *slots, const uint8_t *bytes)
{
	uint64_t struct_size = 0;

	for (size_t i = 0; i < slots->count; i++) {
		const struct lh_debug_slot *slot = &slots->slots[i];
		uint64_t value = lh_u64(bytes + slot->at);

		if (!value_is_sane(slot, value, struct_size) || place_is_taken(slots, i, bytes))
			return lh_fail(ctx, LH_ECORRUPT,
				       "_Py_DebugOffsets: %s at +%u is %" PRIu64 " in a struct of %" PRIu64,
				       slot_name(slot), slot->at, value, struct_size);
		if (slot->kind == LH_SLOT_STRUCT)
			struct_size = value;
	}
	return 0;
}

static void take_values(struct lh_layout *layout, const struct lh_slots *slots, const uint8_t *bytes)
{
	for (size_t i = 0; i < slots->count; i++) {
		const struct lh_debug_slot *slot = &slots->slots[i];

		if (slot->field >= LH_F_COUNT)
			continue;
		lh_layout_set(layout, slot->field, (uint32_t)lh_u64(bytes + slot->at), LH_LAYOUT_OFFSETS);
		layout->proof[slot->field] = NULL;
	}
}

static void set_origin(struct lh_layout *layout)
{
	char before[sizeof(layout->origin)];

	memcpy(before, layout->origin, sizeof(before));
	snprintf(layout->origin, sizeof(layout->origin), "_Py_DebugOffsets of the target%s%.100s",
		 before[0] ? ", completed by " : "", before);
	layout->main = LH_LAYOUT_OFFSETS;
}

int lh_layout_add_debug_offsets(struct lh_ctx *ctx, struct lh_layout *layout, const uint8_t *bytes,
				size_t len)
{
	const struct lh_slots *slots;
	struct lh_build build = {0};
	int r;

	r = lh_debug_offsets_peek(bytes, len, &build);
	if (r != 0)
		return r;
	slots = lh_slots_find(build.version);
	r = check_values(ctx, slots, bytes);
	if (r < 0)
		return r;
	take_values(layout, slots, bytes);
	layout->build.version = build.version;
	layout->build.free_threaded = build.free_threaded;
	lh_layout_set_constants(layout);
	set_origin(layout);
	return 0;
}

size_t lh_debug_offsets_differ(const struct lh_layout *layout, const uint8_t *bytes, size_t len)
{
	const struct lh_slots *slots;
	struct lh_build build = {0};
	size_t count = 0;

	if (lh_debug_offsets_peek(bytes, len, &build) != 0)
		return SIZE_MAX;
	slots = lh_slots_find(build.version);
	for (size_t i = 0; i < slots->count; i++) {
		const struct lh_debug_slot *slot = &slots->slots[i];

		if (slot->field < LH_F_COUNT && lh_layout_has(layout, slot->field))
			count += lh_u64(bytes + slot->at) != lh_layout_at(layout, slot->field);
	}
	return count;
}
