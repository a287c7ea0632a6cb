/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shortest path to the wanted object from each root: breadth first from the object, against the
 * references.
 *
 * Memory: 4 bytes per reference among the objects that were met, and 16 per place.
 */
#ifndef LH_ROOTS_ROOT_PATHS_H
#define LH_ROOTS_ROOT_PATHS_H

#include "roots/paths.h"

/** struct lh_root_paths - where an iteration over roots is */
struct lh_root_paths {
	const struct lh_paths *paths; /* borrowed */
	uint32_t *next; /* by place: the object after it on the way; LH_NO_PLACE: it does not lead there */
	bool *told;     /* by root: a holder's path begins there */
	size_t at;      /* the next root */
};

/**
 * lh_root_paths_init() - turn the references round. Return: 0, -LH_E*. Free with lh_root_paths_fini() in any case.
 * 4 bytes per place are kept.
 */
int lh_root_paths_init(const struct lh_paths *paths, struct lh_root_paths *ret);
/**
 * lh_root_paths_next() - the path from the next root that leads to the object, except roots at the start of a
 * holder's path in lh_paths, and roots that refer to the object itself
 * @ret_way: addresses of the objects from the one that the root leads to, to the wanted one; the caller frees it.
 * Return: 0; LH_DONE: there are no more, or paths have to pass a type; -LH_ENOMEM.
 */
int lh_root_paths_next(struct lh_root_paths *iter, const struct lh_root **ret_root, uint64_t **ret_way,
		       size_t *ret_length);
void lh_root_paths_fini(struct lh_root_paths *iter);

#endif
