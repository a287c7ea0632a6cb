/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/cmd_garbage.h"
#include "cpython/size.h"

struct lh_type *lh_garbage_rows_measure(struct lh_garbage_rows *l, uint32_t place, uint64_t *ret_addr,
					uint64_t *ret_bytes)
{
	struct lh_object o;

	*ret_addr = lh_addrset_nth(&l->garbage->graph.rings->tracked, l->items[place]);
	if (lh_object_at(l->heap, &l->view, *ret_addr, &o) != 0)
		return NULL;
	*ret_bytes = lh_object_bytes(l->heap, &l->view, &o);
	return o.type;
}

bool lh_garbage_rows_finalizes(const struct lh_garbage_rows *l, uint32_t place, const struct lh_type *type)
{
	return type->python && type->has_finalizer &&
	       !(l->garbage->graph.flags[l->items[place]] & LH_TRACKED_FINALIZED);
}
