/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of lh_heap_prove() in files of their own. */
#ifndef LH_DISCOVER_PROVE_H
#define LH_DISCOVER_PROVE_H

#include "cpython/object.h"

/** lh_prove_needed() - whether the layout has the fields without which nothing can be read. Return: 0;
 * -LH_ELAYOUT naming the first that is missing. */
int lh_prove_needed(struct lh_heap *heap);

/** struct lh_field_row - a field of objects, and what it refers to wherever it is not NULL or None */
struct lh_field_row {
	const char *holder; /* kind of the object */
	enum lh_field field;
	const char *referent; /* kinds that it may refer to, separated by '|' */
	const char *proof;
	bool always; /* it is never NULL */
};

extern const struct lh_field_row lh_field_rows[]; /* by holder; ends with holder NULL */

enum lh_field_verdict {
	LH_FIELD_HOLDS,  /* it refers to what its row says */
	LH_FIELD_SILENT, /* it is NULL or None, or what it refers to is not in the core */
	LH_FIELD_LOST,   /* it leads to no object */
	LH_FIELD_WRONG,  /* it refers to something else */
};

/** lh_field_judge() - whether the word @word is what the field's row says */
enum lh_field_verdict lh_field_judge(struct lh_heap *heap, const struct lh_field_row *row, uint64_t word);

/** lh_prove_fields() - fields, on the first thousands of tracked objects. Return: 0; -LH_ELAYOUT naming the
 * field. */
int lh_prove_fields(struct lh_heap *heap, const struct lh_interp *interp);

#endif
