/* SPDX-License-Identifier: Apache-2.0 */
/* The collector: its state, and its generations as rings of tracked objects. */
#ifndef LH_CPYTHON_GC_H
#define LH_CPYTHON_GC_H

#include "cpython/object.h"

#define LH_GENERATIONS_MAX 5
#define LH_GENERATION_PERMANENT (-1)

/** struct lh_generation - one ring */
struct lh_generation {
	uint64_t head;
	int number;               /* 0, 1, 2; LH_GENERATION_PERMANENT */
	int64_t threshold, count; /* as the collector's state says; the permanent generation has none: -1 */
};

/** struct lh_gc - one interpreter's collector */
struct lh_gc {
	bool flags_known; /* false: a stripped CPython up to 3.6; enabled is then the default, a guess */
	bool enabled, collecting;
	uint32_t debug;   /* flags of gc.set_debug(); 0: not known */
	uint64_t garbage; /* gc.garbage, a list; 0: not known */
	uint64_t long_lived_total, long_lived_pending;
	bool has_long_lived;
	struct lh_generation generations[LH_GENERATIONS_MAX];
	unsigned generation_count;
};

/** lh_gc_field() - address of a field of the collector's state; 0: not known */
uint64_t lh_gc_field(struct lh_heap *heap, const struct lh_interp *interp, enum lh_field field);
int lh_gc_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_gc *ret);

/** struct lh_ring - a place in a ring; use as: lh_ring_begin(); while ((r = lh_ring_next()) == 0) ... */
struct lh_ring {
	struct lh_heap *heap;
	struct lh_view view;
	uint64_t head, node, previous, seen, limit;
	uint32_t next_offset, prev_offset, head_size;
	uint64_t broken; /* where the ring is torn; 0: it is not */
};

void lh_ring_begin(struct lh_heap *heap, const struct lh_generation *generation, struct lh_ring *ret);
/**
 * lh_ring_next() - the next tracked object's address
 * Return: 0; LH_DONE at the end, torn or closed: ring->broken tells them apart.
 */
static inline int lh_ring_next(struct lh_ring *ring, uint64_t *ret_object);

/** struct lh_gc_iter - a place among the tracked objects of an interpreter, generation after generation */
struct lh_gc_iter {
	struct lh_gc gc;
	struct lh_heap *heap;
	struct lh_ring ring;
	const struct lh_generation *generation; /* of the object that came last */
	unsigned begun;                         /* generations, the oldest first if oldest_first is set */
	uint64_t most, left; /* objects to take from each generation, and what is left of them */
	bool oldest_first;   /* may be set after lh_gc_iter_begin() */
};

/** lh_gc_iter_begin() - for at most @most objects of each generation. Return: as lh_gc_read(). */
int lh_gc_iter_begin(struct lh_heap *heap, const struct lh_interp *interp, uint64_t most,
		     struct lh_gc_iter *ret);
/** lh_gc_iter_next() - the next object's address; a torn ring ends its generation. Return: 0; LH_DONE. */
int lh_gc_iter_next(struct lh_gc_iter *iter, uint64_t *ret_object);

/* Flags live in the low two bits of both links (3.8+ Include/internal/pycore_gc.h). */
#define LH_GC_LINK(word) ((word) & ~3ull)

/** struct lh_gc_mark - how an object's gc head says that the collector tracks it */
struct lh_gc_mark {
	uint32_t head_size, at; /* at: offset in the head of the word that tells */
	int shift;        /* the word is gc_refs, with so many flags; -1: it is a link, 0 when untracked */
	int finalized_at; /* offset in the head of the word whose bit 0 says that the finalizer ran; -1: none
			   */
};

struct lh_gc_mark lh_gc_mark_of(const struct lh_layout *layout);

/* Whether the object at @object, whose gc head is in front of it, says that it is tracked. */
static inline bool lh_gc_is_marked(const struct lh_gc_mark *mark, const uint8_t *object)
{
	uint64_t word = lh_u64(object - mark->head_size + mark->at);

	return mark->shift < 0 ? word != 0 : (int64_t)word >> mark->shift != -2;
}

/* Whether the finalizer of the object at @object ran already: it will not run again. */
static inline bool lh_gc_is_finalized(const struct lh_gc_mark *mark, const uint8_t *object)
{
	return mark->finalized_at >= 0 && lh_u64(object - mark->head_size + mark->finalized_at) & 1;
}

static inline int lh_ring_next(struct lh_ring *ring, uint64_t *ret_object)
{
	const uint8_t *p;
	uint64_t node = ring->node;

	if (node == ring->head)
		return LH_DONE;
	p = lh_view_at(&ring->view, node, ring->head_size);
	if (!p || LH_GC_LINK(lh_u64(p + ring->prev_offset)) != ring->previous ||
	    ring->seen++ >= ring->limit) {
		ring->broken = node;
		return LH_DONE;
	}
	ring->previous = node;
	ring->node = LH_GC_LINK(lh_u64(p + ring->next_offset));
	*ret_object = node + ring->head_size;
	return 0;
}

#endif
