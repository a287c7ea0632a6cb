/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a type's row in the generated table of bodies; see bodies.h. */
#include "layout/bodies.h"
#include "util/bsearch.h"

#include <string.h>

/* The first row of @tp_name, or of what would come after it. */
static size_t first_row(const char *tp_name)
{
	return lh_bsearch_first(lh_body_count, i, strcmp(lh_bodies[i].tp_name, tp_name) < 0);
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
