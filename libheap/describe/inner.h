/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of a path through objects that C types hide. */
#ifndef LH_DESCRIBE_INNER_H
#define LH_DESCRIBE_INNER_H

#include "cpython/object.h"
#include "util/string.h"

/** lh_inner_is_of_context() - whether a Context keeps its variables in the object at @addr */
bool lh_inner_is_of_context(struct lh_heap *heap, struct lh_view *view, uint64_t addr);

/**
 * lh_inner_cache_edge() - name a step from an lru_cache @from, and the one after it: ".<lru_cache of
 * Service.load>", ".<arguments>", ".<result>"
 * @of_cache: whether the step before led into the cache; set to whether this one does.
 * @edge: the name of the reference itself.
 */
void lh_inner_cache_edge(struct lh_heap *heap, const struct lh_object *from, bool is_last, bool *of_cache,
			 struct lh_string *edge);

#endif
