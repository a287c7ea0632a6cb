/* SPDX-License-Identifier: Apache-2.0 */
/* Names of references, as people write them in Python. */
#ifndef LH_CPYTHON_EDGE_H
#define LH_CPYTHON_EDGE_H

#include "cpython/span.h"
#include "util/string.h"

/** lh_span_edge() - the edge's name of word @i, as people write it: "['key']", ".name", "[3]", "<cell>" */
void lh_span_edge(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out);

/** lh_span_name() - the same where keys are names of code: of a module, a class, an instance */
void lh_span_name(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out);

/** struct lh_reference - one reference: word @i of a span */
struct lh_reference {
	struct lh_span span;
	uint64_t i;
};

/**
 * lh_reference_find() - how the object @from refers to @to: by the reference that tells most, see
 * lh_label_rank()
 * @gc_only: as the collector sees it.
 * Return: 0; LH_ABSENT when it does not.
 */
int lh_reference_find(struct lh_heap *heap, const struct lh_object *from, uint64_t to, bool gc_only,
		      struct lh_reference *ret);

#endif
