/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/query.h"
#include "cpython/dict.h"
#include "cpython/size.h"
#include "cpython/text.h"
#include "util/array.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- attribute ---- */

static bool is_slot_name(struct lh_query *q, uint64_t addr)
{
	char name[256];

	return lh_heap_string(q->heap, addr, name, sizeof(name)) == 0 && strcmp(name, q->attr) == 0;
}

/* A word that is not NULL with the attribute's name, or a __dict__ that has it. */
static void look_for_attr(void *arg, const struct lh_span *span)
{
	struct lh_query *q = arg;
	uint64_t found;

	if (q->has_attr)
		return;
	switch (span->label) {
	case LH_LABEL_SLOT:
		q->has_attr = lh_span_word(span, 0) && is_slot_name(q, span->slot_name);
		break;
	case LH_LABEL_ATTRIBUTE:
		for (uint64_t i = 0; span->keys && i < span->count && !q->has_attr; i++)
			q->has_attr =
				lh_span_word(span, i) &&
				lh_str_equals(q->heap, lh_u64(span->keys + i * span->key_stride), q->attr);
		break;
	case LH_LABEL_FIELD:
		q->has_attr = strcmp(span->name, ".__dict__") == 0 && lh_span_word(span, 0) &&
			      lh_dict_get(q->heap, lh_span_word(span, 0), q->attr, &found) == 0;
		break;
	default:
		break;
	}
}

static bool attr_matches(struct lh_query *q, const struct lh_item *item)
{
	q->has_attr = false;
	lh_visit(&q->visitor, &item->object);
	return q->has_attr;
}

/* ---- contents ---- */

static bool key_matches(struct lh_query *q, const struct lh_item *item)
{
	uint64_t value;

	return (item->object.type->kind->id == LH_KIND_DICT ||
		item->object.type->kind->id == LH_KIND_ODICT) &&
	       lh_dict_get(q->heap, item->object.addr, q->key, &value) == 0;
}

static bool int_matches(struct lh_query *q, const struct lh_item *item)
{
	int64_t value;
	char text[24];

	if (lh_int_read(q->heap, &q->visitor.view, item->object.addr, &value) != 0)
		return false;
	snprintf(text, sizeof(text), "%" PRId64, value);
	return strcmp(text, q->value) == 0;
}

static bool value_matches(struct lh_query *q, const struct lh_item *item)
{
	switch (item->object.type->kind->id) {
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
		return lh_str_contains(q->heap, &q->visitor.view, item->object.addr, q->needle,
				       q->needle_len);
	case LH_KIND_BYTES: {
		uint64_t n = lh_u64(item->object.bytes + lh_layout_at(&q->heap->layout, LH_F_VAR_SIZE));
		const uint8_t *data =
			lh_view_at(&q->visitor.view,
				   item->object.addr + lh_layout_at(&q->heap->layout, LH_F_BYTES_DATA), n);

		return data && memmem(data, n, q->value, strlen(q->value));
	}
	case LH_KIND_INT:
	case LH_KIND_INT27:
		return int_matches(q, item);
	default:
		return false;
	}
}

/* ---- all ---- */

int lh_query_matches(struct lh_query *q, const struct lh_item *item, bool *ret)
{
	int r = 0;

	*ret = true;
	if (q->type)
		r = lh_type_filter_matches(q->heap, &q->types, item->object.type, ret);
	if (r < 0 || !*ret)
		return r;
	*ret = false;
	if ((q->key && !key_matches(q, item)) || (q->value && !value_matches(q, item)) ||
	    (q->attr && !attr_matches(q, item)))
		return 0;
	q->bytes = lh_object_bytes(q->heap, &q->visitor.view, &item->object);
	*ret = q->bytes >= q->min_bytes;
	return 0;
}

static int decode(struct lh_ctx *ctx, const char *value, uint32_t **ret, size_t *ret_len)
{
	*ret = lh_new0(uint32_t, strlen(value) + 1);
	if (!*ret)
		return lh_nomem(ctx);
	if (lh_utf8_decode(value, *ret, ret_len) != 0)
		return lh_fail(ctx, LH_EUSAGE, "%s: the text is not UTF-8", lh_hint(ctx, LH_HINT_VALUE));
	return 0;
}

int lh_query_init(struct lh_heap *heap, struct lh_query *q)
{
	if (q->value && heap->target->blanked)
		return lh_fail(
			heap->ctx, LH_EFORMAT,
			"%s: contents are blanked in this snapshot: ask the core that it was made of, or write "
			"one with contents",
			lh_hint(heap->ctx, LH_HINT_VALUE));
	q->heap = heap;
	q->types.wanted = q->type;
	q->visitor = (struct lh_visitor){
		.heap = heap, .view = lh_view_of(heap->target), .fn = look_for_attr, .arg = q};
	return q->value ? decode(heap->ctx, q->value, &q->needle, &q->needle_len) : 0;
}

int lh_query_check(struct lh_ctx *ctx, const char *value)
{
	_cleanup_free_ uint32_t *needle = NULL;
	size_t len;

	return decode(ctx, value, &needle, &len);
}

void lh_query_fini(struct lh_query *q)
{
	free(q->needle);
	lh_type_filter_fini(&q->types);
}
