/* SPDX-License-Identifier: Apache-2.0 */
/* What makes the figures of analyses doubtful, as warnings of a result. */
#include "command/doubts.h"

/* Freed blocks that are not known to be free look like objects, or seem to hold objects. */
static int warn_of_malloc(const struct lh_glibc_findings *g, struct lh_result *result)
{
	if (g->heaps && !g->arenas)
		return lh_result_warn(result, "malloc-uncertain", NULL,
				      "malloc's own data was not found: free blocks that it keeps for reuse "
				      "may be mistaken for used ones");
	return g->torn ? lh_result_warn(
				 result, "malloc-uncertain", NULL,
				 "%" PRIu32
				 " of malloc's free lists do not end: freed memory was written to; later "
				 "blocks may be mistaken for used ones",
				 g->torn)
		       : 0;
}

/* What containers refer to, and that no walk takes for an object: its count was not compared. */
static int warn_of_damage(const struct lh_refaudit *a, struct lh_result *result)
{
	int r = 0;

	if (a->damaged) {
		lh_result_incomplete(result);
		r = lh_result_warn(
			result, "objects-damaged", NULL,
			"%s objects that containers refer to cannot be read, and were not audited: "
			"their size or type is wrong (their memory was overwritten or freed)",
			LH_COUNTED(a->damaged));
	}
	if (r == 0 && a->counts.missed_more) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "references-unexamined", NULL,
				   "%s references of containers lead to no object and were not examined",
				   LH_COUNTED(a->counts.missed_more));
	}
	return r;
}

/* Memory that is not in the target may hold what seems unheld. */
int lh_result_refaudit_warnings(struct lh_result *result, const struct lh_refaudit *a)
{
	uint64_t missing = lh_refaudit_missing(a);
	char text[LH_SIZE_MAX];
	int r = 0;

	if (lh_refaudit_lacks_holders(a)) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "holders-missing", NULL,
				   "missing memory may hold references to the suspects: %s are lost, and "
				   "with them the storage of %s objects; the excess is overstated",
				   lh_size_text(missing, text), LH_COUNTED(a->counts.incomplete));
	}
	if (r == 0)
		r = warn_of_damage(a, result);
	return r == 0 ? warn_of_malloc(&a->counts.glibc, result) : r;
}

int lh_result_memory_warnings(struct lh_result *result, const struct lh_memory *m)
{
	int r = 0;

	if (!lh_memory_is_whole(m))
		lh_result_incomplete(result);
	if (m->damaged)
		r = lh_result_warn(
			result, "malloc-damaged", &m->first_damaged,
			"%s of malloc's heaps have a chunk with a size that leads nowhere; this is the "
			"first: what follows it is shown as malloc/damaged",
			LH_COUNTED(m->damaged));
	if (r == 0 && m->torn)
		r = lh_result_warn(
			result, "malloc-lists-torn", NULL,
			"%s of malloc's lists of free chunks do not end where they should: free chunks "
			"after that are shown as used, or as malloc/free/unlisted",
			LH_COUNTED(m->torn));
	if (r == 0 && m->conflicts)
		r = lh_result_warn(result, "regions-overlap", &m->first_conflict,
				   "%s regions overlap others; this is the first: each byte is counted once",
				   LH_COUNTED(m->conflicts));
	return r;
}

int lh_result_arenas_unread(struct lh_result *result, uint32_t arenas)
{
	if (!arenas)
		return 0;
	lh_result_incomplete(result);
	return lh_result_warn(result, "arenas-unread", NULL,
			      "%s nearly empty arenas have pools that could not be read, or contradict "
			      "themselves: what holds them is not known",
			      LH_COUNTED(arenas));
}
