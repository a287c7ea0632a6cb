/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/no_pymalloc.h"
#include "cpython/extent.h"
#include "inventory/rings.h"
#include "malloc/glibc_chunk.h"

#define SAMPLE_MIN 8
#define SAMPLE_MAX 256

/* Whether pymalloc, were it in use, would have had to serve the object; *ret_block: where its block begins. */
static bool is_small(const struct lh_heap *heap, const struct lh_object *o, uint64_t *ret_block,
		     uint64_t *ret_size)
{
	uint32_t before = o->type->presize + heap->debug_padding.before;

	*ret_block = o->addr - before;
	*ret_size = before + lh_object_extent(heap, o->bytes, o->type);
	return *ret_size <= LH_POOL_BLOCK_MAX && !lh_is_in_module(heap, o->addr);
}

int lh_pymalloc_is_off(struct lh_heap *heap)
{
	const struct lh_rings *rings;
	struct lh_addrset_iter iter = {0};
	unsigned seen = 0, in_blocks = 0;
	uint64_t addr, block, size;
	int r = lh_rings_get(heap, &rings);

	if (r < 0)
		return r;
	iter.set = &rings->tracked;
	while (seen < SAMPLE_MAX && lh_addrset_next(&iter, &addr) == 0) {
		struct lh_object o;

		if (lh_object_at(heap, &heap->view, addr, &o) != 0 || !is_small(heap, &o, &block, &size))
			continue;
		seen++;
		in_blocks += lh_glibc_has(heap->target, &heap->view, block, size);
	}
	return seen >= SAMPLE_MIN && in_blocks * 16 >= seen * 15;
}
