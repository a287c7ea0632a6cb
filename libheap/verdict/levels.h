/* SPDX-License-Identifier: Apache-2.0 */
/* What a suspect keeps, level by level: "100 tuple -> 100 ValueError -> 300 traceback". */
#ifndef LH_VERDICT_LEVELS_H
#define LH_VERDICT_LEVELS_H

#include "verdict/leaks.h"

/** struct lh_level_count - objects of a type, and what they retain */
struct lh_level_count {
	uint64_t objects, bytes;
};

/* Add the object at a place, unless it belongs to a suspect, to the counts by type, of which there are @types. */
static inline void lh_level_add(const struct lh_leaks *leaks, uint32_t place, size_t types,
				struct lh_level_count *counts)
{
	uint32_t node = leaks->retained->tree.node[place], type = leaks->retained->graph.types[node];

	if (leaks->claimed[node] || type >= types)
		return;
	counts[type].objects++;
	counts[type].bytes += leaks->left[place];
}

/** lh_levels_text() - append the levels below @place as long as half of @bytes go that way, by leaks->left; nothing if there
 * are none. @name: NULL, or gets the name of the first one's type. Return: 0, -LH_ENOMEM. */
int lh_levels_text(struct lh_leaks *leaks, uint32_t place, uint64_t bytes, struct lh_string *out,
		   struct lh_string *name);

#endif
