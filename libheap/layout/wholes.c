/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs that are known as a whole or not at all.
 *
 * Readers ask for one field of such a struct, and take the others for granted. DWARF of a build without a
 * table, or a cached layout that lost a line, may lack one of them; then none of them is known, which every
 * reader can do without.
 */
#include "layout/layout.h"
#include "util/array.h"

/* From the first to the last in the order of fields.def. */
static const struct {
	enum lh_field first, last;
} wholes[] = {
	{LH_F_DEQUE_SIZE, LH_F_DEQUE_BLOCK_RIGHTLINK}, {LH_F_ODICT_FIRST, LH_F_ODICT_NODE_SIZE},
	{LH_F_LRU_CACHE, LH_F_LRU_LINK_RESULT},        {LH_F_ELEMENT_EXTRA, LH_F_ELEMENT_EXTRA_INLINE},
	{LH_F_POOL_COUNT, LH_F_ARENA_FREEPOOLS},       {LH_F_OBMALLOC_ARENAS, LH_F_OBMALLOC_MAXARENAS},
};

static bool is_whole(const struct lh_layout *l, enum lh_field first, enum lh_field last)
{
	for (int f = (int)first; f <= (int)last; f++)
		if (!lh_layout_has(l, (enum lh_field)f) &&
		    lh_layout_field_exists(l->build.version, (enum lh_field)f))
			return false;
	return true;
}

void lh_layout_drop_parts(struct lh_layout *layout)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(wholes); i++)
		if (!is_whole(layout, wholes[i].first, wholes[i].last))
			for (int f = (int)wholes[i].first; f <= (int)wholes[i].last; f++) {
				layout->off1[f] = 0;
				layout->source[f] = 0;
			}
}
