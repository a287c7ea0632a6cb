/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that a struct lh_object_query asks for. */
#ifndef LH_API_SELECTION_H
#define LH_API_SELECTION_H

#include "analyze/query.h"
#include "inventory/rings.h"

struct lh_selection {
	struct lh_heap *heap;
	struct lh_object_query asked;
	struct lh_query query;
	bool by_contents;      /* the query has conditions that need a look at the object */
	struct lh_rings rings; /* of the query's interpreter */
};

/** lh_selection_init() - @asked may be NULL; its texts are not copied. Return: as lh_object_iter_new(). Free with
 * lh_selection_fini() in any case, @ret must be zeroed before. */
int lh_selection_init(struct lh_heap *heap, const struct lh_object_query *asked, struct lh_selection *ret);
/** lh_selection_has() - *ret: whether the query asks for the object. Return: 0; -LH_ENOMEM. */
static inline int lh_selection_has(struct lh_selection *s, const struct lh_item *item, bool *ret)
{
	const struct lh_object_query *q = &s->asked;

	*ret = !lh_type_filter_rejects(&s->query.types, item->object.type) &&
	       (!q->type || item->object.type == q->type) && (!q->tracked_only || item->tracked) &&
	       (!q->interpreter || lh_addrset_has(&s->rings.tracked, item->object.addr));
	return *ret && s->by_contents ? lh_query_matches(&s->query, item, ret) : 0;
}
/** lh_selection_bytes() - lh_object_bytes() of the object that lh_selection_has() had last */
uint64_t lh_selection_bytes(struct lh_selection *selection, struct lh_view *view,
			    const struct lh_object *object);
void lh_selection_fini(struct lh_selection *selection);

/** lh_findings_summary() - what a walk found besides objects, in public words */
struct lh_objects_summary lh_findings_summary(const struct lh_findings *findings);

#endif
