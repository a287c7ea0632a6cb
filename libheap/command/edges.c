/* SPDX-License-Identifier: Apache-2.0 */
#include "command/edges.h"
#include "cpython/preview.h"

#define PREVIEW_CHARS 60

const struct lh_column lh_edge_columns[] = {
	{"edge", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"preview", NULL, LH_K_TEXT},
	{"of", NULL, LH_K_ADDR, .hidden = true},
	{"visited", NULL, LH_K_BOOL, .hidden = true},
	{"conservative", NULL, LH_K_BOOL, .hidden = true},
	{},
};

bool lh_edge_is_real(struct lh_heap *heap, struct lh_view *view, const struct lh_edge *edge)
{
	struct lh_object o;

	if (!edge->to)
		return false;
	return edge->span->label != LH_LABEL_BODY || lh_object_at(heap, view, edge->to, &o) == 0;
}

int lh_edge_row(struct lh_heap *heap, struct lh_result *result, const struct lh_edge *edge, uint64_t shown,
		uint64_t of)
{
	_cleanup_string_ struct lh_string name = {0}, preview = {0};
	struct lh_object o;
	bool known = lh_object_at(heap, &heap->view, shown, &o) == 0;

	lh_span_edge(heap, edge->span, edge->i, &name);
	lh_preview(heap, shown, PREVIEW_CHARS, &preview);
	if (name.failed || preview.failed)
		return lh_nomem(heap->ctx);
	return lh_result_row(result,
			     (struct lh_value[]){LH_TEXT(name.text ? name.text : ""), LH_ADDR(shown),
						 known ? LH_TEXT(lh_type_name(heap, o.type)) : LH_NULL,
						 known ? LH_TEXT(preview.text ? preview.text : "") : LH_NULL,
						 LH_ADDR(of), LH_BOOL(!edge->span->hidden),
						 LH_BOOL(edge->span->label == LH_LABEL_BODY)});
}

struct lister {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_result *result;
	uint64_t from;
	int error;
};

static void list_span(void *arg, const struct lh_span *span)
{
	struct lister *l = arg;

	for (uint64_t i = 0; i < span->count && l->error == 0; i++) {
		struct lh_edge edge = {span, i, l->from, lh_span_word(span, i)};

		if (lh_edge_is_real(l->heap, &l->view, &edge))
			l->error = lh_edge_row(l->heap, l->result, &edge, edge.to, l->from);
	}
}

int lh_refs_rows(struct lh_heap *heap, struct lh_result *result, const struct lh_object *object)
{
	struct lister lister = {
		.heap = heap, .view = lh_view_of(heap->target), .result = result, .from = object->addr};
	struct lh_visitor visitor = {.heap = heap, .view = lister.view, .fn = list_span, .arg = &lister};
	int r;

	lh_visit(&visitor, object->addr, object->bytes, object->type);
	r = lister.error;
	if (r == 0 && visitor.incomplete) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "storage-missing", &object->addr,
				   "the storage of 0x%" PRIx64 " is not in the target, or makes no sense",
				   object->addr);
	}
	return r;
}
