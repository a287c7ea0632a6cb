/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps nearly empty arenas from going back to the system?
 *
 * pymalloc gives an arena back when the last of its blocks is freed (Objects/obmalloc.c). An arena is pinned
 * if blocks are used in it, but few: less than a percentage of its bytes. Each used block of a pinned arena is
 * a pin, and has an object, or storage that the body of an object points to; or it is neither.
 *
 * The owners of all pins come from one search for paths. An owner is what paths have in common before the first
 * index or key in which they differ: sys.modules['app'].CACHE is the owner of all that its items lead to.
 *
 * Memory: 64 bytes per pin, beside those of the search (roots/paths.h) and 4 per object for shapes.
 */
#ifndef LH_ANALYZE_PINS_H
#define LH_ANALYZE_PINS_H

#include "analyze/arenas.h"
#include "describe/path_text.h"

#define LH_PINS_BELOW 10 /* percent, unless the user says otherwise */

#define LH_NO_OWNER UINT32_MAX

/** struct lh_pin - a used block of a pinned arena */
struct lh_pin {
	uint64_t block;
	uint64_t object;      /* in it, or the one that it is storage of; 0: none */
	struct lh_type *type; /* of the object; NULL */
	const char *kept;     /* FREED: what the freelist is of; a literal */
	uint32_t size;        /* of the block, bytes */
	uint32_t arena;       /* of lh_pins.arenas */
	uint32_t owner;       /* of lh_pins.owners; LH_NO_OWNER: no path leads to it */
	enum lh_pin_kind kind;
};

/** struct lh_pinned_arena - an arena that few blocks hold */
struct lh_pinned_arena {
	const struct lh_arena_use *use;
	size_t first, count;  /* of lh_pins.pins */
	struct lh_type *type; /* the one with most bytes in it; NULL: not known */
	uint32_t owner;       /* likewise; LH_NO_OWNER */
};

/** struct lh_pin_owner - what pins are reached by */
struct lh_pin_owner {
	uint32_t shape; /* of lh_pins.shapes */
	uint64_t blocks, bytes;
	uint32_t arenas;               /* that have pins of it */
	uint32_t alone;                /* those that have pins of no other owner */
	uint64_t example;              /* the first object */
	uint32_t first_use, use_count; /* of lh_pins.uses */
};

/** struct lh_pin_use - pins of one type that an owner has */
struct lh_pin_use {
	uint32_t owner;
	struct lh_type *type; /* of the object; NULL: not known */
	uint64_t blocks, bytes;
};

struct lh_pins {
	struct lh_heap *heap;
	struct lh_arenas_use use;
	struct lh_pinned_arena *arenas; /* by address */
	size_t arena_count;
	struct lh_pin *pins; /* by address */
	size_t count, capacity;
	struct lh_pin_owner *owners; /* most arenas first */
	size_t owner_count, owner_capacity;
	struct lh_pin_use *uses; /* by owner, most bytes first */
	size_t use_count, use_capacity;
	struct lh_paths paths;
	struct lh_path_shapes shapes;
	uint64_t kinds[LH_PIN_KINDS]; /* pins of each kind */
	uint64_t bytes;               /* of all pins */
	uint32_t empty;               /* arenas without a used block: there to be reused */
	uint32_t kept;                /* pinned arenas that would become such ones */
	uint32_t unread;              /* arenas with pools that could not be read: never pinned */
	uint64_t *map;                /* one bit per page of the pinned arenas, as struct lh_pymalloc.map */
	struct lh_findings findings;
};

/**
 * lh_pins_find() - find the arenas with less than @below percent of their bytes used, and who holds them
 * @below: 1 to 100.
 * Costs a pass over all pools and a search for paths. Return: 0, -LH_EINTR, -LH_ENOMEM.
 * Free with lh_pins_fini() in any case.
 */
int lh_pins_find(struct lh_heap *heap, unsigned below, struct lh_pins *ret);
void lh_pins_fini(struct lh_pins *pins);
/** lh_pin_kind_name() - "object", "storage", "freed", "unknown" */
const char *lh_pin_kind_name(enum lh_pin_kind kind);
/** lh_pins_owner_text() - an owner in words; of LH_NO_OWNER, nothing */
void lh_pins_owner_text(const struct lh_pins *pins, uint32_t owner, struct lh_string *out);
/** lh_pins_main_owner() - the owner that alone holds most arenas; LH_NO_OWNER: none holds one alone */
uint32_t lh_pins_main_owner(const struct lh_pins *pins);

#endif
