/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a type's row in the generated table of bodies; see bodies.h. */
#include "layout/bodies.h"

#include <string.h>

/* The first row of @tp_name, or of what would come after it. */
static size_t first_row(const char *tp_name)
{
	size_t low = 0, high = lh_body_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(lh_bodies[middle].tp_name, tp_name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct lh_body *lh_body_find(const struct lh_build *build, const char *tp_name, uint64_t basicsize)
{
	const struct lh_body *found = NULL;

	if (build->free_threaded)
		return NULL; /* heads of another size: the table has none of their builds */
	for (size_t i = first_row(tp_name); i < lh_body_count && strcmp(lh_bodies[i].tp_name, tp_name) == 0;
	     i++)
		if (lh_bodies[i].size == basicsize && (!found || lh_bodies[i].since <= build->version))
			found = &lh_bodies[i];
	return found;
}
