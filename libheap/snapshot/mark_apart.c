/* SPDX-License-Identifier: Apache-2.0 */
/* Counts and sizes that an object has in a struct of its own, or of its module's. */
#include "snapshot/mark_parts.h"
#include "util/array.h"

#include <string.h>

static const struct {
	const char *tp_name;
	enum lh_field pointer, number;
} rows[] = {
	{"module", LH_F_MODULE_DEF, LH_F_MODULEDEF_STATE_SIZE},
	{"_pickle.Pickler", LH_F_PICKLER_MEMO, LH_F_MEMO_TABLE_ALLOCATED},
	{"xml.etree.ElementTree.Element", LH_F_ELEMENT_EXTRA, LH_F_ELEMENT_EXTRA_LENGTH},
	{"xml.etree.ElementTree.Element", LH_F_ELEMENT_EXTRA, LH_F_ELEMENT_EXTRA_ALLOCATED},
	{"array.array", LH_F_ARRAY_DESCR, LH_F_COUNT}, /* {char typecode; int itemsize; ...} */
};

void lh_mark_apart(struct lh_mark_objects *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		uint64_t at = rows[i].number == LH_F_COUNT ? 0 : (uint64_t)lh_layout_or(l, rows[i].number, 0);
		uint64_t to;

		if (strcmp(o->type->kind->tp_name, rows[i].tp_name) != 0 ||
		    !lh_layout_has(l, rows[i].pointer))
			continue;
		to = word(w, o, rows[i].pointer);
		if (to)
			lh_kept_numbers(w->marks, to + at, sizeof(uint64_t));
	}
}
