/* SPDX-License-Identifier: Apache-2.0 */
/* A query for objects: by type, attribute, key, text, size. All conditions must hold. */
#ifndef LH_ANALYZE_QUERY_H
#define LH_ANALYZE_QUERY_H

#include "analyze/type_filter.h"
#include "cpython/visit.h"
#include "inventory/objects.h"

struct lh_query {
	/* The conditions; NULL and 0: none. */
	const char *type;  /* "app.Session", "Session", or a pattern of the shell: "app.*" */
	const char *attr;  /* name of an attribute of the instance itself */
	const char *key;   /* a str that is a key of the dict */
	const char *value; /* part of a str or bytes, or all of an int in decimal */
	uint64_t min_bytes;
	/* Set by lh_query_init(). */
	struct lh_heap *heap;
	struct lh_visitor visitor;
	uint32_t *needle; /* value as code points */
	size_t needle_len;
	struct lh_type_filter types;
	uint64_t bytes; /* of the last object that matched */
	bool has_attr;  /* while one object is visited */
};

/** lh_query_check() - whether @value is valid, before there is a heap. Return: 0, -LH_EUSAGE, -LH_ENOMEM. */
int lh_query_check(struct lh_ctx *ctx, const char *value);
/** lh_query_init() - the words are not copied. Return: 0, -LH_ENOMEM; -LH_EUSAGE if @value is not UTF-8. */
int lh_query_init(struct lh_heap *heap, struct lh_query *query);
void lh_query_fini(struct lh_query *query);
/** lh_query_matches() - *ret: whether all conditions hold; if so, query->bytes is set. Return: 0;
 * -LH_ENOMEM. */
int lh_query_matches(struct lh_query *query, const struct lh_item *item, bool *ret);

#endif
