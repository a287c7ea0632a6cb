/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From each root on its own the shortest way to the object that is asked for: breadth first from the object,
 * against the references.
 *
 * Memory: 4 bytes a reference among the objects that were met, and 16 a place.
 */
#ifndef LH_ROOTS_ROOT_PATHS_H
#define LH_ROOTS_ROOT_PATHS_H

#include "roots/paths.h"

/* @way: addresses of the objects from the root's to the wanted one. Return: 0; -LH_E* ends it. */
typedef int (*lh_root_path_fn)(void *arg, const struct lh_root *root, const uint64_t *way, size_t length);

/**
 * lh_root_paths_each() - the way from each root that leads to the object, but for those that lh_paths has as the
 * beginning of a holder's path, or that refer to the object itself
 * Nothing is told where paths have to pass a type. Return: 0, -LH_E*, what @fn returned.
 */
int lh_root_paths_each(const struct lh_paths *paths, lh_root_path_fn fn, void *arg);

#endif
