/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a container has is of one shape, as a cache has it, or a registry. */
#ifndef LH_VERDICT_ONE_SHAPE_H
#define LH_VERDICT_ONE_SHAPE_H

#include "verdict/leaks.h"

#define LH_SHAPE_SAMPLE 10000 /* items that are looked at, from the first one on */

/** struct lh_one_shape - types that most of its items have; NULL: there is no such type */
struct lh_one_shape {
	uint64_t length;             /* as len() says */
	struct lh_type *key, *value; /* key: of dicts */
};

/** lh_one_shape_find() - look at the items of a container. Return: 0; LH_ABSENT: it is none, or cannot be read; -LH_ENOMEM. */
int lh_one_shape_find(struct lh_heap *heap, const struct lh_object *container, struct lh_one_shape *ret);
/** lh_type_is_of() - whether a type is the one of that name, or derived from it */
bool lh_type_is_of(struct lh_heap *heap, struct lh_type *type, const char *name);

#endif
