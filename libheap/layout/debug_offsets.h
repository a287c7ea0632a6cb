/* SPDX-License-Identifier: Apache-2.0 */
/* _Py_DebugOffsets as data: private to layout/. */
#ifndef LH_LAYOUT_DEBUG_OFFSETS_H
#define LH_LAYOUT_DEBUG_OFFSETS_H

#include "layout/layout.h"

enum lh_slot_kind {
	LH_SLOT_STRUCT, /* sizeof a struct; opens a group */
	LH_SLOT_MEMBER, /* offset in the group's struct, never 0 */
	LH_SLOT_FIRST,  /* offset that may be 0 */
	LH_SLOT_PART,   /* sizeof a struct at the start of the group's struct */
};

/** struct lh_debug_slot - one u64 of _Py_DebugOffsets that libheap takes */
struct lh_debug_slot {
	uint16_t at;         /* its place, in bytes from the cookie */
	uint8_t kind;        /* enum lh_slot_kind */
	uint32_t bound;      /* STRUCT: largest size to believe; else bytes of the member */
	enum lh_field field; /* LH_F_COUNT: only a bound for its group */
};

/** struct lh_slots - _Py_DebugOffsets of one minor version */
struct lh_slots {
	struct lh_versions versions;
	size_t size; /* bytes of the whole struct */
	const struct lh_debug_slot *slots;
	size_t count;
};

/** lh_slots_find() - NULL when the struct of that version is not known */
const struct lh_slots *lh_slots_find(uint32_t version);

#endif
