/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/kind.h"

#include <stdlib.h>
#include <string.h>

const struct lh_kind lh_kind_body = {"", LH_KIND_ROW, NULL};
static const struct lh_kind other = {"", LH_KIND_OTHER, NULL, .scan = true};

static int compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct lh_kind *)row)->tp_name);
}

static const struct lh_kind *search(const struct lh_kind *rows, size_t count, const char *tp_name)
{
	return bsearch(tp_name, rows, count, sizeof(rows[0]), compare);
}

const struct lh_kind *lh_kind_find(const struct lh_kind_table *kinds, const struct lh_layout *layout,
				   const char *tp_name)
{
	const struct lh_kind *found = NULL;

	for (; !found && kinds->with != LH_F_COUNT; kinds++)
		if (lh_layout_has(layout, kinds->with))
			found = search(kinds->rows, kinds->count, tp_name);
	if (!found)
		found = search(kinds->rows, kinds->count, tp_name);
	return found ? found : &other;
}
