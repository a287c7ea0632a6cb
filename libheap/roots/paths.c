/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/paths.h"

#include <stdlib.h>

void lh_paths_fini(struct lh_paths *p)
{
	lh_addrset_fini(&p->set);
	lh_roots_fini(&p->roots);
	free(p->queue);
	free(p->parent);
	free(p->label);
	free(p->key);
	free(p->place);
	free(p->holders);
}

uint32_t lh_paths_place(const struct lh_paths *p, uint64_t addr)
{
	size_t i = lh_addrset_index(&p->set, addr);

	if (i == LH_NO_INDEX)
		return LH_NO_PLACE;
	return p->request.through ? p->place[2 * i + 1] : p->place[i];
}

const struct lh_root *lh_paths_root(const struct lh_paths *p, uint32_t place)
{
	while (!(p->parent[place] & LH_ROOT_BIT))
		place = p->parent[place];
	return &p->roots.all[p->parent[place] & ~LH_ROOT_BIT];
}
