/* SPDX-License-Identifier: Apache-2.0 */
/* Types as a user names them: "app.Session", "Session", a shell pattern, "app.*", or the address of the type:
 * "0x7f...". */
#ifndef LH_ANALYZE_TYPE_FILTER_H
#define LH_ANALYZE_TYPE_FILTER_H

#include "cpython/type.h"

struct lh_type_filter {
	const char *wanted; /* names separated by '\n'; not copied; NULL: none */
	int8_t *known;      /* by index of type: 1: wanted, -1: not wanted, 0: not looked at yet */
	size_t capacity;
};

/** lh_type_filter_matches() - *ret: whether @type is wanted. Return: 0; -LH_ENOMEM, *ret is false. */
int lh_type_filter_matches(struct lh_heap *heap, struct lh_type_filter *filter, struct lh_type *type,
			   bool *ret);
/** lh_type_filter_rejects() - whether @type was looked at, and is not wanted: for loops over objects */
static inline bool lh_type_filter_rejects(const struct lh_type_filter *filter, const struct lh_type *type)
{
	return type->index < filter->capacity && filter->known[type->index] < 0;
}
/** lh_type_filter_has() - whether @type is wanted; for once: nothing is kept of it */
bool lh_type_filter_has(struct lh_heap *heap, const struct lh_type_filter *filter, struct lh_type *type);
/** lh_type_filter_names() - whether @name would match */
bool lh_type_filter_names(const struct lh_type_filter *filter, const char *name);
/** lh_type_filter_any() - whether some type that objects have matches. Return: 0; -LH_ENOMEM. */
int lh_type_filter_any(struct lh_heap *heap, struct lh_type_filter *filter, bool *ret);
void lh_type_filter_fini(struct lh_type_filter *filter);

#endif
