/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/text.h"

struct search {
	struct lh_heap *heap;
	const char *name;
	int64_t dictoffset; /* of a C type, whose body is only scanned */
	uint64_t found;
};

static void look_in_values(struct search *s, const struct lh_span *span)
{
	for (uint64_t i = 0; span->keys && i < span->count && !s->found; i++)
		if (lh_span_word(span, i) &&
		    lh_str_equals(s->heap, lh_u64(span->keys + i * span->key_stride), s->name))
			s->found = lh_span_word(span, i);
}

static void look_in_dict(struct search *s, uint64_t dict)
{
	uint64_t value;

	if (dict && lh_dict_get(s->heap, dict, s->name, &value) == 0)
		s->found = value;
}

static void look_in_slot(struct search *s, const struct lh_span *span)
{
	char name[256];

	if (lh_heap_string(s->heap, span->slot_name, name, sizeof(name)) == 0 && strcmp(name, s->name) == 0)
		s->found = lh_span_word(span, 0);
}

static void look(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	if (s->found)
		return;
	if (span->label == LH_LABEL_SLOT)
		look_in_slot(s, span);
	else if (span->label == LH_LABEL_ATTRIBUTE)
		look_in_values(s, span);
	else if ((span->label == LH_LABEL_FIELD && strcmp(span->name, ".__dict__") == 0) ||
		 (span->label == LH_LABEL_BODY && (int64_t)span->first == s->dictoffset))
		look_in_dict(s, lh_span_word(span, 0));
}

int lh_attribute_get(struct lh_heap *heap, const struct lh_object *object, const char *name, uint64_t *ret)
{
	struct search s = {.heap = heap, .name = name, .dictoffset = object->type->dictoffset};
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = look, .arg = &s};

	lh_visit(&v, object->addr, object->bytes, object->type);
	if (!s.found)
		return LH_ABSENT;
	*ret = s.found;
	return 0;
}
