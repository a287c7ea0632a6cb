/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/span.h"

void lh_visit_emit(struct lh_visitor *v, const struct lh_span *span)
{
	if (span->words && span->count && !(v->gc_only && span->hidden))
		v->fn(v->arg, span);
}

void lh_visit_word(struct lh_visitor *v, const uint8_t *word, const char *name, bool hidden)
{
	lh_visit_emit(v, &(struct lh_span){.words = word,
					   .count = 1,
					   .stride = 8,
					   .label = LH_LABEL_FIELD,
					   .name = name,
					   .hidden = hidden});
}
