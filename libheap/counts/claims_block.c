/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/claims_parts.h"

uint64_t lh_claim_block_end(struct lh_claims *c, uint64_t addr)
{
	const struct lh_pymalloc *pm = &c->heap->pymalloc;
	uint64_t pool = addr & ~(pm->pool_size - 1), size;
	uint32_t szidx = lh_layout_at(&c->heap->layout, LH_F_POOL_SZIDX);
	const uint8_t *p;

	if (!lh_pymalloc_has(pm, addr))
		return lh_mimalloc_block_end(&c->mimalloc, addr);
	if (addr - pool < pm->header)
		return 0;
	p = lh_view_at(&c->view, pool, pm->header);
	if (!p || lh_u32(p + szidx) >= lh_pymalloc_size_classes(pm))
		return 0;
	size = (lh_u32(p + szidx) + 1) * (uint64_t)pm->alignment;
	return pool + pm->header + ((addr - pool - pm->header) / size + 1) * size;
}

void lh_claim_rest(struct lh_claims *c, uint64_t addr, uint64_t from)
{
	uint64_t end = lh_claim_block_end(c, addr);

	if (end > from && from > addr)
		lh_marker_claim(c->marks, from, end - from);
}
