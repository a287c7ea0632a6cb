/* SPDX-License-Identifier: Apache-2.0 */
/* Data for the rows of 'garbage'. */
#ifndef LH_COMMANDS_CMD_GARBAGE_H
#define LH_COMMANDS_CMD_GARBAGE_H

#include "analyze/freed.h"
#include "analyze/frozen.h"
#include "result/result.h"

struct lh_garbage_tally {
	uint64_t count, bytes, garbage, finalizers;
};

struct lh_garbage_rows {
	struct lh_heap *heap;
	struct lh_view view;
	const struct lh_garbage *garbage;
	struct lh_frozen frozen;
	struct lh_frozen lost; /* garbage that no collection finds */
	struct lh_freed freed; /* what is freed with the garbage that a collection finds */
	struct lh_freed kept;  /* what would be freed with lost garbage */
	const uint32_t
		*items; /* numbers of the objects that rows are about: garbage, or what frozen ones hold */
	uint32_t count;
	struct lh_garbage_tally *types; /* by lh_type.index, type_count of them */
	size_t type_count;
	uint64_t bytes;
	uint64_t finalizers;   /* items whose __del__ would run */
	uint64_t resurrected;  /* objects that are alive though their __del__ ran */
	uint64_t conservative; /* items with a type that is scanned, not known */
};

/* Type and bytes of the object at @place of the items; NULL if it cannot be read. */
struct lh_type *lh_garbage_rows_measure(struct lh_garbage_rows *l, uint32_t place, uint64_t *ret_addr,
					uint64_t *ret_bytes);
/* Whether a collection would run its __del__, which it does once. */
bool lh_garbage_rows_finalizes(const struct lh_garbage_rows *l, uint32_t place, const struct lh_type *type);
/* One row per component. */
int lh_garbage_rows_components(struct lh_garbage_rows *l,
			       struct lh_result *result); /* garbage_components.c */
/* The notes below the rows. */
int lh_garbage_rows_notes(struct lh_garbage_rows *l, struct lh_result *result, bool components,
			  bool frozen); /* garbage_notes.c */

#endif
