/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on native memory, and whose it is. */
#include "analyze/owned.h"
#include "util/info.h"

int lh_native_summary(struct lh_heap *heap, struct lh_native_summary *ret)
{
	const struct lh_owned *o;
	int r = lh_owned_get(heap, &o);

	if (r < 0)
		return r;
	lh_info_give(ret,
		     &(struct lh_native_summary){.objects = o->bytes,
						 .modules = o->of_modules,
						 .shared = o->shared,
						 .unowned = o->unowned,
						 .blocks = o->set.count,
						 .damaged = (uint64_t)o->torn + o->damaged},
		     sizeof(*ret));
	return 0;
}

int lh_native_block_at(struct lh_heap *heap, uint64_t addr, struct lh_native_block *ret)
{
	const struct lh_block_owner *owner;
	const struct lh_owned *owned;
	struct lh_range block;
	int r = lh_owned_get(heap, &owned);

	if (r == 0)
		r = lh_owned_block_at(owned, addr, &block, &owner);
	if (r != 0)
		return r;
	lh_info_give(ret,
		     &(struct lh_native_block){.addr = block.start,
					       .bytes = block.end - block.start,
					       .owner = owner ? owner->addr : 0},
		     sizeof(*ret));
	return 0;
}

int lh_native_of_object(struct lh_heap *heap, uint64_t addr, uint64_t *ret)
{
	return lh_owned_ask(heap, addr, ret);
}
