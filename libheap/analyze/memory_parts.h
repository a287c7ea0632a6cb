/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_memory_get() share. */
#ifndef LH_ANALYZE_MEMORY_PARTS_H
#define LH_ANALYZE_MEMORY_PARTS_H

#include "analyze/memory.h"
#include "analyze/owned.h"
#include "analyze/regions.h"
#include "util/index.h"

/* Leaves with one row each: memory_leaves.def */
enum lh_memory_leaf {
#define LEAF(name, path, note) LH_LEAF_##name,
#include "analyze/memory_leaves.def"
#undef LEAF
	LH_LEAVES,
};

/* Leaves with a row for each type. */
enum lh_memory_typed {
	LH_TYPED_OBJECTS, /* in pools */
	LH_TYPED_BUFFERS,
	LH_TYPED_MALLOC, /* in chunks: objects and buffers */
	LH_TYPED_MAPPED, /* in chunks with a mapping to themselves */
	LH_TYPED_NATIVE, /* in chunks: native memory that objects own */
	LH_TYPED_MAPPED_NATIVE,
	LH_TYPED_MIMALLOC,
	LH_TYPED,
};

/** struct lh_memory_named - leaves with a row for each name: modules and files */
struct lh_memory_named {
	const char *root, *name; /* "modules", "libc.so.6" */
	struct lh_memory_sum sum;
};

/*
 * A tag says what a block is, by an address in it: an object, a buffer of an object, a guess at one. A word:
 * the address, how sure it is, and the type's number, so that the lowest of a block is the surest.
 */
#define LH_TAG_SHIFT 17
#define LH_TAG_SURE_SHIFT 15
#define LH_TAG_TYPES (1u << LH_TAG_SURE_SHIFT)
enum lh_tag_sure {
	LH_TAG_OBJECT,
	LH_TAG_BUFFER,
	LH_TAG_COUNTED, /* a guess, and the object's size counts its buffers */
	LH_TAG_GUESS,
};

static inline uint64_t lh_tag_addr(uint64_t tag)
{
	return tag >> LH_TAG_SHIFT;
}

static inline enum lh_tag_sure lh_tag_sure(uint64_t tag)
{
	return (enum lh_tag_sure)(tag >> LH_TAG_SURE_SHIFT & 3);
}

static inline uint32_t lh_tag_type(uint64_t tag)
{
	return tag & (LH_TAG_TYPES - 1);
}

struct lh_memory_work {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_resident resident;
	struct lh_memory *memory;
	const struct lh_regions *regions;
	const struct lh_owned *owned;
	uint64_t **
		used; /* by arena: a bit for each alignment of its pools: a block with an object begins there */

	uint64_t *tags; /* sorted once all are there */
	size_t tag_count, tag_capacity, tag_at;

	struct lh_memory_sum leaves[LH_LEAVES];
	struct lh_memory_sum *typed[LH_TYPED]; /* by type */
	struct lh_memory_named *named;
	size_t named_count, named_capacity;
	struct lh_index by_name;
	struct lh_range *mi_free; /* of mimalloc, by address */
	size_t mi_free_count, mi_free_capacity, mi_free_at;
};

/** lh_memory_add() - give [@start, @end) to a leaf, as @count more */
static inline void lh_memory_add(struct lh_memory_work *w, struct lh_memory_sum *sum, uint64_t start,
				 uint64_t end, uint64_t count)
{
	if (start >= end)
		return;
	sum->bytes += end - start;
	lh_resident_add(&w->resident, start, end, &sum->pages);
	sum->count += count;
}

/* Add what one node has to another. */
static inline void lh_memory_sum_add(struct lh_memory_sum *to, const struct lh_memory_sum *from)
{
	to->bytes += from->bytes;
	to->count += from->count;
	to->pages.resident += from->pages.resident;
	to->pages.shared += from->pages.shared;
	to->pages.dirty += from->pages.dirty;
	to->pages.swapped += from->pages.swapped;
}

/** lh_memory_add_named() - give [@start, @end) to the leaf below @root, a static text, that is named by the end of @path. Return: 0, -LH_ENOMEM. */
int lh_memory_add_named(struct lh_memory_work *work, const char *root, const char *path, uint64_t start,
			uint64_t end);
/**
 * lh_memory_objects() - count objects in pools, and make tags of all else that objects have
 * @owned: gets all objects on the way; or NULL. Return: 0, -LH_E*.
 */
int lh_memory_objects(struct lh_memory_work *work, struct lh_owned_walk *owned);
/** lh_memory_tag() - the surest tag of [@start, @end); 0: there is none. Questions in the order of addresses.
 * @begin: where a guess has to point. */
uint64_t lh_memory_tag(struct lh_memory_work *work, uint64_t start, uint64_t end, uint64_t begin);
/** lh_memory_sure_tags() - how many objects and known buffers begin in [@start, @end); otherwise as lh_memory_tag() */
uint64_t lh_memory_sure_tags(struct lh_memory_work *work, uint64_t start, uint64_t end);
/* Divide a region among its leaves. */
void lh_memory_arena(struct lh_memory_work *work, const struct lh_run *region);
void lh_memory_heap(struct lh_memory_work *work, const struct lh_run *region);
void lh_memory_anonymous(struct lh_memory_work *work, const struct lh_run *region);
void lh_memory_segment(struct lh_memory_work *work, const struct lh_run *region);
/** lh_memory_rows() - leaves to rows. Return: 0, -LH_ENOMEM. */
int lh_memory_rows(struct lh_memory_work *work);

#endif
