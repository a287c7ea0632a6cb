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

/* @way: addresses of the objects from the one that the root leads to, to the wanted one. Return: 0; -LH_E*
 * ends it. */
typedef int (*lh_root_path_fn)(void *arg, const struct lh_root *root, const uint64_t *way, size_t length);

/**
 * lh_root_paths_each() - the path from each root that leads to the object, except roots at the start of a
 * holder's path in lh_paths, and roots that refer to the object itself
 * Reports nothing if paths have to pass a type. Return: 0, -LH_E*, what @fn returned.
 */
int lh_root_paths_each(const struct lh_paths *paths, lh_root_path_fn fn, void *arg);

#endif
