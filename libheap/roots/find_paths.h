/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ROOTS_FIND_PATHS_H
#define LH_ROOTS_FIND_PATHS_H

#include "roots/paths.h"

/** lh_paths_find() - the paths to all objects. Return: 0, -LH_E*. Free with lh_paths_fini(). */
int lh_paths_find(struct lh_heap *heap, const struct lh_paths_request *request, struct lh_paths *ret);

#endif
