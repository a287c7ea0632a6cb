/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/span.h"
#include "util/hash.h"

#include <string.h>

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

bool lh_span_leads(struct lh_heap *heap, struct lh_view *view, const struct lh_span *span, uint64_t to)
{
	struct lh_object o;

	return to && (span->label != LH_LABEL_BODY || lh_object_at(heap, view, to, &o) == 0);
}

uint64_t lh_span_key(const struct lh_span *span, uint64_t i)
{
	switch (span->label) {
	case LH_LABEL_FIELD:
		return lh_hash(LH_HASH_START, span->name, strlen(span->name));
	case LH_LABEL_INDEX:
	case LH_LABEL_BODY:
		return span->first + i;
	case LH_LABEL_VALUE:
	case LH_LABEL_ATTRIBUTE:
		return span->keys ? lh_u64(span->keys + i * span->key_stride) : i;
	case LH_LABEL_SLOT:
		return span->slot_name;
	case LH_LABEL_LOCAL:
		return span->code ^ i << 48;
	default:
		return 0;
	}
}
