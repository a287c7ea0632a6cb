/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_objects_walk() share. */
#ifndef LH_INVENTORY_OBJECTS_PARTS_H
#define LH_INVENTORY_OBJECTS_PARTS_H

#include "inventory/objects.h"
#include "inventory/outside.h"
#include "inventory/rings.h"
#include "util/array.h"

#define LH_NOTE_TRACKED (1u << 31)
#define LH_NOTE_SEEN (1u << 30)
#define LH_NOTE_WANTED (1u << 29)
#define LH_NOTE_TYPE (LH_NOTE_WANTED - 1)
#define LH_NOTE_AGAIN UINT32_MAX

/** struct lh_note - an object in an arena that was scanned ahead, or a block that has to be looked at again */
struct lh_note {
	uint32_t at;   /* of the object, or of the block: from the arena's address */
	uint32_t type; /* its type's index, and what lh_item says of it; LH_NOTE_AGAIN */
};

/** struct lh_arena_notes - of one arena, in order */
struct LH_APART lh_arena_notes {
	struct lh_ctx *ctx; /* of the thread that scans it */
	struct lh_note *items;
	size_t count, capacity;
	struct lh_findings findings;
};

/** struct lh_objects_state - the state of a walk over all objects */
struct LH_APART lh_objects_state {
	struct lh_heap *heap;
	struct lh_view view, counts; /* counts: for words that may be pointers */
	const struct lh_walk_filter *filter;
	bool all; /* objects that the filter's see() does not want go to @fn, too */
	lh_items_fn fn;
	void *arg;
	struct lh_findings *findings;
	struct lh_outside *outside;
	const struct lh_rings *rings;
	bool rings_whole;
	bool storage_doubted; /* a word in a block that is not an object was rejected */
	bool vouching;        /* the second pass over the pools, because of that */
	enum lh_refcnt_kind refcnt_kind;
	uint32_t refcnt_at, type_at, header, gc_head, before;
	struct lh_gc_mark mark;
	struct lh_arena_notes
		*notes;  /* of the arena that is scanned ahead (objects_ahead.c); NULL: objects go to @fn */
	unsigned worker; /* then: the thread's number */
	bool unsure;     /* then: the block depends on what is not known yet */
	struct lh_item items[LH_ITEMS_MAX]; /* for @fn; ahead, for the filter's see() */
	size_t count;
	size_t unseen; /* ahead: the first note of an object in @items */
};

/** lh_objects_flush() - hand over the objects that were collected. Return: as lh_items_fn, as lh_walk_filter.see(). */
int lh_objects_flush(struct lh_objects_state *walk);
/** lh_objects_walk_arena() - the objects in an arena's pools, or notes about them. Return: 0, -LH_E*, as lh_items_fn. */
int lh_objects_walk_arena(struct lh_objects_state *walk, const struct lh_arena *arena);
/** lh_objects_take_block() - the object in block @index of a pool. @type: of the one before, NULL: not known. Return: likewise. */
int lh_objects_take_block(struct lh_objects_state *walk, const struct lh_pool *pool, uint32_t index,
			  struct lh_type **type);
/** lh_objects_walk_arenas() - the objects in all pools, on several threads (objects_ahead.c). Return: likewise, -LH_EINTR. */
int lh_objects_walk_arenas(struct lh_objects_state *walk);

/* A block whose header was identified. */
static inline struct lh_object lh_objects_identified(const struct lh_objects_state *w, uint64_t addr,
						     const uint8_t *bytes, struct lh_type *type)
{
	struct lh_object o = {.addr = addr, .bytes = bytes, .type = type};

	o.refcnt = lh_object_refcnt(bytes + w->refcnt_at, w->refcnt_kind, &o.immortal);
	return o;
}

#endif
