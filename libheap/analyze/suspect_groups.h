/* SPDX-License-Identifier: Apache-2.0 */
/* What the suspects of an audit have in common: type, how much is unexplained, holders. */
#ifndef LH_ANALYZE_SUSPECT_GROUPS_H
#define LH_ANALYZE_SUSPECT_GROUPS_H

#include "analyze/refaudit.h"
#include "util/string.h"

#define LH_HOLDERS_MAX 4 /* kinds of holders reported per group */

/** struct lh_holder - a kind of reference to a group's objects: "list [i]", "dict ['conn']" */
struct lh_holder {
	struct lh_string text;
	uint64_t count;
};

struct lh_suspect_group {
	struct lh_type *type; /* NULL: of freed objects */
	bool deficit;         /* fewer counted than found */
	uint64_t objects;
	int64_t unexplained; /* of all */
	int64_t each;        /* per object, for most of them; 0: they differ */
	uint64_t votes;      /* for @each (Boyer and Moore's majority vote) */
	uint64_t example;
	struct lh_holder holders[LH_HOLDERS_MAX]; /* the first ones found */
};

struct lh_suspect_groups {
	struct lh_suspect_group *items;
	size_t count, capacity;
};

/** lh_suspect_groups_make() - Return: 0, -LH_E*. Free with lh_suspect_groups_fini() in any case. */
int lh_suspect_groups_make(struct lh_heap *heap, const struct lh_refaudit *audit,
			   struct lh_suspect_groups *ret);
void lh_suspect_groups_fini(struct lh_suspect_groups *groups);

#endif
