/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of deriving a layout share: setting fields, searching, and samples of objects. */
#ifndef LH_DISCOVER_DERIVE_TOOLS_H
#define LH_DISCOVER_DERIVE_TOOLS_H

#include "cpython/object.h"

/** struct lh_derive - a layout that is being derived, in heap->layout */
struct lh_derive {
	struct lh_heap *heap;
	struct lh_layout guess; /* as it was before */
	struct lh_view view;
	uint64_t interp; /* the interpreter that the searches look at */
};

/** lh_heap_neighbour() - lh_layout_neighbour() of the target's interpreter */
int lh_heap_neighbour(const struct lh_heap *heap, size_t index, struct lh_layout *ret);

/** lh_derive_is_told() - whether the field's offset is from the target's _Py_DebugOffsets: nothing moves it
 * then */
bool lh_derive_is_told(const struct lh_derive *d, enum lh_field field);
/** lh_derive_set() - put a field at @offset, because of @proof (static text); NULL: because of its
 * neighbours */
void lh_derive_set(struct lh_derive *d, enum lh_field field, uint32_t offset, const char *proof);
/** lh_derive_drop() - forget a field's offset: nothing determines it */
void lh_derive_drop(struct lh_derive *d, enum lh_field field);

/** lh_derive_is_sound() - whether dicts with names can be read by the layout as it is now: it has what readers rely on, within bounds. If
 * not, the error says why. */
bool lh_derive_is_sound(struct lh_derive *d);

/* The word at @addr; 0 when it is not there. */
static inline uint64_t lh_derive_word(struct lh_derive *d, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&d->view, addr, 8);

	return p ? lh_u64(p) : 0;
}

typedef bool (*lh_derive_test_fn)(struct lh_derive *d, uint64_t addr);

/**
 * lh_derive_search() - the first offset from @base, out of 0, @step, 2 * @step ... below @limit, that passes
 * @test
 * @guess: the offset that is tried first; UINT32_MAX: none. Return: 0; LH_ABSENT.
 */
int lh_derive_search(struct lh_derive *d, uint64_t base, uint32_t guess, uint32_t limit, uint32_t step,
		     lh_derive_test_fn test, uint32_t *ret);

#define LH_SAMPLE 256

/** struct lh_sample - objects of one kind */
struct lh_sample {
	uint64_t objects[LH_SAMPLE];
	unsigned count;
};

/** lh_derive_sample() - the first tracked objects of @kind, and
 * code objects of functions. Return: 0; -LH_E*. */
int lh_derive_sample(struct lh_derive *d, const char *kind, struct lh_sample *sample);
/** lh_derive_basicsize() - tp_basicsize of the static type with the name @name; 0: none was seen */
uint64_t lh_derive_basicsize(struct lh_derive *d, const char *name);

/* Each is a file. Return: 0; -LH_ELAYOUT if what it looks for is nowhere. */
int lh_derive_runtime(struct lh_derive *d); /* interpreters, threads, sys, builtins */
int lh_derive_gc(struct lh_derive *d);      /* the collector's state */
int lh_derive_objects(struct lh_derive *d); /* fields of objects by what they refer to */

/** lh_derive_frames() - interpreter frames, by those in @generators; nothing moves if they do not determine
 * it */
void lh_derive_frames(struct lh_derive *d, const struct lh_sample *generators);

/** lh_derive_sizes() - sizes of structs, by the types that were seen so far */
void lh_derive_sizes(struct lh_derive *d);
/** lh_derive_rest() - what follows from sizes: members by their distance from the end, and fields that do not
 * exist */
void lh_derive_rest(struct lh_derive *d);

/** lh_derive_threads() - calls and ids of threads; fields that could not be verified have no proof. Return:
 * 0, -LH_ENOMEM. */
int lh_derive_threads(struct lh_derive *d);

#endif
