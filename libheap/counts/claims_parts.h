/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of claims.c in files of their own. */
#ifndef LH_COUNTS_CLAIMS_PARTS_H
#define LH_COUNTS_CLAIMS_PARTS_H

#include "counts/claims.h"

/* End of the block of a pool, or of mimalloc's, that has @addr; 0: it is in none. */
uint64_t lh_claim_block_end(struct lh_claims *claims, uint64_t addr);
/* Mark from @from to the end of the pool's or mimalloc's block that has @addr; nothing in other memory. */
void lh_claim_rest(struct lh_claims *claims, uint64_t addr, uint64_t from);

#endif
