/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_owned_get() share. */
#ifndef LH_ANALYZE_OWNED_PARTS_H
#define LH_ANALYZE_OWNED_PARTS_H

#include "analyze/owned.h"
#include "analyze/regions.h"
#include "cpython/storage.h"
#include "util/index.h"

/** struct lh_block_link - a word of an owner that leads to a block */
struct lh_block_link {
	uint32_t owner, block; /* owner: with bits of how the word leads there */
};

#define LH_LINK_INSIDE (1u << 31) /* not to the block's start */
#define LH_LINK_FAR (1u << 30)    /* nor to what is behind LH_LINK_NEAR bytes */
#define LH_LINK_NEAR \
	16u /* what allocators have before what they hand out: sqlite's mem1.c 8, new[] of C++ 8 or 16 */

static inline uint32_t lh_link_owner(const struct lh_block_link *link)
{
	return link->owner & ~(LH_LINK_INSIDE | LH_LINK_FAR);
}

/** struct lh_owned_claims - the object that is visited */
struct lh_owned_claims {
	struct lh_owner owner;
	const struct lh_object *object;
	bool counted;    /* its size counts its buffers */
	uint32_t number; /* as an owner; LH_NO_INDEX: it is none yet */
	int error;
};

struct lh_owned_work {
	struct lh_heap *heap;
	struct lh_view view;
	const struct lh_regions *regions;
	struct lh_owned *owned;
	uint32_t *units;    /* by block: its bytes by LH_BLOCK_UNIT */
	uint64_t low, high; /* addresses of blocks */
	uint32_t *fates; /* by block, until native ones are numbered by themselves: bit 0: it is Python's */
	struct lh_owned_claims claims;
	struct lh_index by_addr;
	struct lh_block_link *links; /* of objects and modules */
	size_t link_count, link_capacity;
	struct lh_block_link
		*holds; /* of an object (owner) to one that holds it (block): both are owners' numbers */
	size_t hold_count, hold_capacity;
	uint64_t *started; /* by block, a bit: a word of a block or of a module points to its start */
	uint32_t *offsets; /* the graph: blocks, then owners */
	uint32_t *edges;
};

struct lh_owned_walk {
	struct lh_owned_work w;
	struct lh_owned owned;
};

#define LH_BLOCK_UNIT 8u

/** lh_owned_block() - the block that has @addr, or LH_NO_INDEX */
uint32_t lh_owned_block(const struct lh_owned_work *work, uint64_t addr);
static inline bool lh_owned_may_be(const struct lh_owned_work *w, uint64_t word)
{
	return word - w->low < w->high - w->low;
}

/* Whether a node of the graph is an object: nodes are blocks, then objects, then modules. */
static inline bool lh_owned_is_object(const struct lh_owned_work *w, uint32_t node)
{
	return node >= w->owned->set.count && node - w->owned->set.count < w->owned->objects;
}

/** lh_owned_blocks_find() - all used blocks of malloc's. Return: 0, -LH_E*. */
int lh_owned_blocks_find(struct lh_owned_work *work);
/** lh_owned_claims_begin() - before the first object */
void lh_owned_claims_begin(struct lh_owned_work *work);
/** lh_owned_claims_take() - which blocks are Python's, and which words of objects lead to others. Return: 0, -LH_ENOMEM. */
int lh_owned_claims_take(struct lh_owned_work *work, const struct lh_item *items, size_t count);
/** lh_owned_claims_end() - after the last object: native blocks are numbered by themselves. Return: 0, -LH_E*. */
int lh_owned_claims_end(struct lh_owned_work *work);
/** lh_owned_graph_make() - the graph of blocks and owners. Return: 0, -LH_E*. */
int lh_owned_graph_make(struct lh_owned_work *work);
/** lh_owned_filter() - leave out edges that do not tell who owns a block. Return: 0, -LH_E*. */
int lh_owned_filter(struct lh_owned_work *work);
/** lh_owned_settle() - whose each block is. Return: 0, -LH_E*. */
int lh_owned_settle(struct lh_owned_work *work);
/** lh_owned_link() - a word of owner @owner leads to @block */
int lh_owned_link(struct lh_owned_work *work, uint32_t owner, uint32_t block);

#endif
