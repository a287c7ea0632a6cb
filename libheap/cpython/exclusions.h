/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exclusions: memory of an object in which a pointer to another is not a reference. Numbers and text, what is
 * left after the live part of a list, deque or frame, what is borrowed.
 */
#ifndef LH_CPYTHON_EXCLUSIONS_H
#define LH_CPYTHON_EXCLUSIONS_H

#include "cpython/object.h"

enum lh_exclusion {
	LH_EXCLUDE_WORDS, /* [@addr, @addr + @len) */
	LH_EXCLUDE_STORAGE, /* the whole allocator block that begins at @addr; outside any known block, @len bytes */
	LH_EXCLUDE_REST, /* from @addr + @len to the end of the block that has @addr; outside any known block, nothing */
};

typedef void (*lh_exclusion_fn)(void *arg, enum lh_exclusion what, uint64_t addr, uint64_t len);

/** struct lh_excluder - what gets the exclusions */
struct lh_excluder {
	struct lh_heap *heap;
	struct lh_view *view;
	lh_exclusion_fn fn;
	void *arg;
};

/** lh_exclude() - give one, unless it is empty or nowhere */
static inline void lh_exclude(struct lh_excluder *x, enum lh_exclusion what, uint64_t addr, uint64_t len)
{
	if (addr && len)
		x->fn(x->arg, what, addr, len);
}

/* What rows of kinds.c name. */
void lh_exclude_dict(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_list(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_set(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_deque(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_code(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_frame(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_generator(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_weakref(struct lh_excluder *x, const struct lh_object *o);
void lh_exclude_unicode27(struct lh_excluder *x, const struct lh_object *o);

#endif
