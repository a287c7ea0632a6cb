/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dict of interned strings: each string as its own value. Its references to a mortal string are not
 * counted in the string (Objects/unicodeobject.c PyUnicode_InternInPlace(), stringobject.c in 2.7).
 *
 * 3.12+ interpreters name it. Before that it is a static: the largest dict that has only entries of the same
 * string twice, and that no object refers to.
 */
#ifndef LH_COUNTS_INTERNED_H
#define LH_COUNTS_INTERNED_H

#include "cpython/object.h"

struct lh_refcounts;

struct lh_interned {
	struct lh_heap *heap;
	struct lh_view view;
	bool named;      /* interpreters name theirs */
	uint64_t *dicts; /* candidates */
	size_t count, capacity, next;
	uint64_t chosen; /* 0: none */
	int64_t used;    /* of the chosen one */
};

void lh_interned_init(struct lh_interned *interned, struct lh_heap *heap);
void lh_interned_fini(struct lh_interned *interned);
/** lh_interned_is() - whether an object is such a dict, as far as its contents show */
bool lh_interned_is(struct lh_interned *interned, const struct lh_object *object);
enum lh_interned_offered {
	LH_INTERNED_NOT = 0,       /* an ordinary object */
	LH_INTERNED_CANDIDATE = 1, /* not to be visited yet */
};

/** lh_interned_offer() - Return: enum lh_interned_offered; -LH_ENOMEM. */
int lh_interned_offer(struct lh_interned *interned, const struct lh_object *object);
/** lh_interned_join() - the candidates of another thread. Return: 0, -LH_ENOMEM. */
int lh_interned_join(struct lh_interned *interned, const struct lh_interned *other);
/** lh_interned_sort() - candidates by address, whoever found them */
void lh_interned_sort(struct lh_interned *interned);
/** lh_interned_choose() - the largest of the candidates, if interpreters do not name theirs */
void lh_interned_choose(struct lh_interned *interned);
/** lh_interned_chose() - whether candidate @i is one */
static inline bool lh_interned_chose(const struct lh_interned *interned, size_t i)
{
	return interned->named || interned->dicts[i] == interned->chosen;
}
/** lh_interned_decide() - choose, after all other references were counted */
void lh_interned_decide(struct lh_interned *interned, struct lh_refcounts *counts);
/** lh_interned_next() - candidates that were not chosen. Return: 0; LH_DONE. */
int lh_interned_next(struct lh_interned *interned, uint64_t *ret);

#endif
