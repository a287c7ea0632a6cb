/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_unshared_find() share. */
#ifndef LH_ANALYZE_UNSHARED_PARTS_H
#define LH_ANALYZE_UNSHARED_PARTS_H

#include "analyze/unshared.h"

#define LH_OWN_PAGE 4096u
#define LH_OWN_WORDS (LH_OWN_PAGE / 8)

/** struct lh_own_page - a page that is the worker's own */
struct lh_own_page {
	uint64_t addr;
	uint64_t differs[LH_OWN_WORDS / 64]; /* a bit for each word that is not the parent's */
	struct lh_own_vote {
		uint32_t type, votes; /* the type of most, as far as counted */
	} written, tracked; /* of objects that were written to; of those with gc heads that may have been */
	bool is_new, is_equal;
	bool counts, heads; /* such words differ */
	bool has_counts;    /* it has a count of an object */
	bool has_heads;     /* it has the gc head of a tracked object */
};

struct lh_own_pages {
	struct lh_own_page *items; /* by address */
	size_t count, capacity;
	uint64_t shared; /* bytes of others */
	bool known;      /* the system says which pages are the worker's own */
};

/** lh_own_pages_find() - the pages of @worker that are its own, compared with @parent's. Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_own_pages_find(struct lh_target *worker, struct lh_target *parent, struct lh_own_pages *ret);
/** lh_own_pages_index() - of the page that has @addr; count: none has */
size_t lh_own_pages_index(const struct lh_own_pages *pages, uint64_t addr);

#endif
