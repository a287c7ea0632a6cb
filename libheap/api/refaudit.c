/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on reference counts that do not agree with the references that there are. */
#include "analyze/refaudit.h"
#include "util/info.h"

static struct lh_refaudit_summary sum_up(const struct lh_refaudit *a)
{
	const struct lh_findings *f = &a->counts.findings;
	const struct lh_glibc_findings *malloc = &a->counts.glibc;

	return (struct lh_refaudit_summary){
		.audited = a->audited,
		.immortal = a->immortal,
		.suspects = a->suspect_count,
		.excess = a->excess,
		.deficit = a->deficit,
		.freed = a->strays,
		.taken = a->taken,
		.taken_references = a->taken_references,
		.hidden = a->hidden,
		.missing_bytes = lh_refaudit_missing(a),
		.incomplete = a->counts.incomplete,
		.damaged = a->damaged,
		.unexamined = a->counts.missed_more,
		.pools_missing = f->pools_missing,
		.pools_damaged = f->pools_damaged,
		.malloc_torn = malloc->torn,
		.broken = f->ring_broken,
		.malloc_unknown = malloc->heaps && !malloc->arenas,
		.collecting = f->collecting,
	};
}

int lh_refaudit_summary(struct lh_heap *heap, struct lh_refaudit_summary *ret)
{
	const struct lh_refaudit *audit;
	struct lh_refaudit_summary summary;
	int r = lh_refaudit_get(heap, &audit);

	if (r < 0)
		return r;
	summary = sum_up(audit);
	lh_info_give(ret, &summary, sizeof(summary));
	return 0;
}

int lh_suspect_at(struct lh_heap *heap, size_t index, struct lh_suspect_info *ret)
{
	const struct lh_refaudit *audit;
	const struct lh_suspect *s;
	int r = lh_refaudit_get(heap, &audit);

	if (r < 0)
		return r;
	if (index >= audit->suspect_count)
		return LH_DONE;
	s = &audit->suspects[index];
	lh_info_give(ret,
		     &(struct lh_suspect_info){.addr = s->addr,
					       .type = s->type,
					       .refcount = s->refcount,
					       .found = s->found,
					       .unexplained = s->unexplained,
					       .holder = s->holder,
					       .taken = s->taken},
		     sizeof(*ret));
	return 0;
}
