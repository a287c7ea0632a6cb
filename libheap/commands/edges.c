/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/edges.h"
#include "command/invocation.h"
#include "counts/strays.h"
#include "cpython/edge.h"
#include "cpython/preview.h"
#include "cpython/type_name.h"

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

const struct lh_column lh_edge_depth_columns[] = {
	{"depth", NULL, LH_K_COUNT},
	{"edge", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"via", NULL, LH_K_ADDR},
	{"preview", NULL, LH_K_TEXT},
	{"of", NULL, LH_K_ADDR, .hidden = true},
	{"visited", NULL, LH_K_BOOL, .hidden = true},
	{"conservative", NULL, LH_K_BOOL, .hidden = true},
	{},
};

/* The values of a row: the edge, and the object shown at one end of it. */
struct words {
	struct lh_string name, preview, freed;
	struct lh_value edge, type, value, visited, conservative;
};

static int describe(struct lh_heap *heap, const struct lh_edge *edge, uint64_t shown, struct words *w)
{
	struct lh_object o;
	bool known = lh_object_at(heap, &heap->view, shown, &o) == 0;
	bool freed = !known && edge->span->label != LH_LABEL_BODY &&
		     lh_stray_describe(heap, shown, &w->freed) == 0 && w->freed.text;

	lh_span_edge(heap, edge->span, edge->i, &w->name);
	lh_preview(heap, shown, PREVIEW_CHARS, &w->preview);
	w->edge = LH_TEXT(w->name.text ? w->name.text : "");
	w->type = known ? LH_TEXT(lh_type_name(heap, o.type)) : freed ? LH_TEXT(w->freed.text) : LH_NULL;
	w->value = known ? LH_TEXT(w->preview.text ? w->preview.text : "") : LH_NULL;
	w->visited = LH_BOOL(!edge->span->hidden);
	w->conservative = LH_BOOL(edge->span->label == LH_LABEL_BODY);
	return w->name.failed || w->preview.failed ? lh_nomem(heap->ctx) : 0;
}

static void words_fini(struct words *w)
{
	lh_string_fini(&w->name);
	lh_string_fini(&w->preview);
	lh_string_fini(&w->freed);
}

int lh_edge_row(struct lh_heap *heap, struct lh_result *result, const struct lh_edge *edge, uint64_t shown,
		uint64_t of)
{
	_cleanup_(words_fini) struct words w = {0};
	int r = describe(heap, edge, shown, &w);

	return r < 0 ? r
		     : lh_result_row(result, (struct lh_value[]){w.edge, LH_ADDR(shown), w.type, w.value,
								 LH_ADDR(of), w.visited, w.conservative});
}

int lh_edge_depth_row(struct lh_heap *heap, struct lh_result *result, const struct lh_met *met,
		      uint64_t shown, uint64_t via)
{
	_cleanup_(words_fini) struct words w = {0};
	const struct lh_edge edge = {met->span, met->i, met->from, met->to};
	int r = describe(heap, &edge, shown, &w);

	return r < 0 ? r
		     : lh_result_row(result, (struct lh_value[]){LH_COUNT(met->level), w.edge, LH_ADDR(shown),
								 w.type, LH_ADDR(via), w.value, LH_ADDR(via),
								 w.visited, w.conservative});
}

int lh_edge_summary(struct lh_heap *heap, struct lh_result *result, const struct lh_object *object)
{
	return lh_result_summarize(result,
				   (struct lh_summary[]){
					   {"address", "object", LH_ADDR(object->addr)},
					   {"type", "type", LH_TEXT(lh_type_name(heap, object->type))},
					   {},
				   });
}

int lh_edge_depth_summary(struct lh_result *result, uint64_t met)
{
	int r = lh_result_summary(result, "count", "objects", LH_COUNT(met));

	return r == 0 && met > LH_DEPTH_ROWS_MAX
		       ? lh_result_note(result, "Only the first %d objects are listed.", LH_DEPTH_ROWS_MAX)
		       : r;
}

int lh_edge_depth(struct lh_ctx *ctx, const struct lh_invocation *invocation, uint64_t *ret)
{
	*ret = 1;
	if (lh_invocation_number(invocation, "depth", ret) == 0 && *ret == 0)
		return lh_fail(ctx, LH_EUSAGE, "%s: --depth counts from 1, the object's own neighbours",
			       invocation->command->name);
	return 0;
}

int lh_edge_check_depth(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	uint64_t depth;

	return lh_edge_depth(ctx, invocation, &depth);
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

		if (lh_span_leads(l->heap, &l->view, edge.span, edge.to))
			l->error = lh_edge_row(l->heap, l->result, &edge, edge.to, l->from);
	}
}

int lh_edge_rows(struct lh_heap *heap, struct lh_result *result, const struct lh_object *object)
{
	struct lister lister = {
		.heap = heap, .view = lh_view_of(heap->target), .result = result, .from = object->addr};
	struct lh_visitor visitor = {.heap = heap, .view = lister.view, .fn = list_span, .arg = &lister};
	int r;

	lh_visit(&visitor, object);
	r = lister.error;
	if (r == 0 && visitor.incomplete) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "storage-missing", &object->addr,
				   "the storage of 0x%" PRIx64 " is not in the target, or is damaged",
				   object->addr);
	}
	return r;
}
