/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/edges.h"
#include "command/invocation.h"

#include <stdlib.h>

#define PREVIEW_CHARS 60
#define DEPTH_ROWS_MAX 1000000 /* more objects are counted, not shown */

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

/** struct words - the values of a row: the edge, and the object shown at one end of it */
struct words {
	uint64_t shown, other;
	const char *edge; /* the iterator's */
	char *preview;
	struct lh_string freed;
	struct lh_value type, value, visited, conservative;
};

static void words_fini(struct words *w)
{
	free(w->preview);
	lh_string_fini(&w->freed);
}

/* "freed block", "freed block, in a bytes now": what is where no object is. That is known only in pools. */
static struct lh_value freed_text(struct lh_heap *heap, uint64_t addr, struct lh_string *out)
{
	struct lh_type *type;
	uint64_t object;

	if (lh_freed_block(heap, addr, &object) != 0)
		return LH_NULL;
	lh_string_add(out, "freed block");
	if (object && lh_object_type(heap, object, &type) == 0)
		lh_string_addf(out, ", in a %s now", lh_type_name(heap, type));
	return out->text ? LH_TEXT(out->text) : LH_NULL;
}

static int describe(struct lh_heap *heap, struct lh_reference_iter *iter, const struct lh_reference_info *ref,
		    enum lh_edge_end end, struct words *w)
{
	struct lh_type *type;
	int r = lh_reference_iter_name(iter, &w->edge);

	w->shown = end == LH_EDGE_TO ? ref->to : ref->from;
	w->other = end == LH_EDGE_TO ? ref->from : ref->to;
	w->visited = LH_BOOL(ref->flags & LH_REFERENCE_VISITED);
	w->conservative = LH_BOOL(ref->flags & LH_REFERENCE_CONSERVATIVE);
	w->type = w->value = LH_NULL;
	if (r == 0 && lh_object_type(heap, w->shown, &type) == 0) {
		w->type = LH_TEXT(lh_type_name(heap, type));
		r = lh_object_preview(heap, w->shown, PREVIEW_CHARS, &w->preview);
		if (r == 0)
			w->value = LH_TEXT(w->preview);
	} else if (r == 0 && !(ref->flags & LH_REFERENCE_CONSERVATIVE)) {
		w->type = freed_text(heap, w->shown, &w->freed);
	}
	return r;
}

static int add_row(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		   const struct lh_reference_info *ref, enum lh_edge_end end)
{
	_cleanup_(words_fini) struct words w = {0};
	int r = describe(heap, iter, ref, end, &w);

	return r < 0 ? r
		     : lh_result_row(result,
				     (struct lh_value[]){LH_TEXT(w.edge), LH_ADDR(w.shown), w.type, w.value,
							 LH_ADDR(w.other), w.visited, w.conservative});
}

static int add_depth_row(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
			 const struct lh_reference_info *ref, enum lh_edge_end end)
{
	_cleanup_(words_fini) struct words w = {0};
	int r = describe(heap, iter, ref, end, &w);

	return r < 0 ? r
		     : lh_result_row(result,
				     (struct lh_value[]){LH_COUNT(ref->depth), LH_TEXT(w.edge),
							 LH_ADDR(w.shown), w.type, LH_ADDR(w.other), w.value,
							 LH_ADDR(w.other), w.visited, w.conservative});
}

int lh_edge_rows(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		 enum lh_edge_end end)
{
	struct lh_reference_info ref = {.size = sizeof(ref)};
	int r;

	while ((r = lh_reference_iter_next(iter, &ref)) == 0) {
		r = add_row(heap, result, iter, &ref, end);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

int lh_edge_depth_rows(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		       enum lh_edge_end end)
{
	struct lh_reference_info ref = {.size = sizeof(ref)};
	uint64_t met = 0;
	int r;

	for (; (r = lh_reference_iter_next(iter, &ref)) == 0; met++) {
		if (met < DEPTH_ROWS_MAX)
			r = add_depth_row(heap, result, iter, &ref, end);
		if (r < 0)
			return r;
	}
	if (r == LH_DONE)
		r = lh_result_summary(result, "count", "objects", LH_COUNT(met));
	return r == 0 && met > DEPTH_ROWS_MAX
		       ? lh_result_note(result, "Only the first %d objects are listed.", DEPTH_ROWS_MAX)
		       : r;
}

int lh_edge_summary(struct lh_heap *heap, struct lh_result *result, uint64_t addr, struct lh_type *type)
{
	return lh_result_summarize(result, (struct lh_summary[]){
						   {"address", "object", LH_ADDR(addr)},
						   {"type", "type", LH_TEXT(lh_type_name(heap, type))},
						   {},
					   });
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

int lh_object_named(const struct lh_invocation *invocation, size_t index, struct lh_heap *heap,
		    struct lh_object_info *ret)
{
	struct lh_ctx *ctx = lh_invocation_ctx(invocation);
	struct lh_place_info place = {.size = sizeof(place)};
	uint64_t addr;
	int r = lh_invocation_address(ctx, invocation, index, &addr);

	if (r == 0)
		r = lh_place_at(heap, addr, &place);
	if (r == 0 && place.kind != LH_PLACE_OBJECT)
		r = lh_fail_at(ctx, LH_EFAULT, addr,
			       "no object is at 0x%" PRIx64 ": it is %s%s%s; %s tells more", addr,
			       place.kind == LH_PLACE_UNMAPPED ? "not in the target" : "part of: ",
			       place.kind == LH_PLACE_UNMAPPED ? "" : lh_place_name(place.kind),
			       place.kind == LH_PLACE_MEMORY ? " that no object owns" : "",
			       lh_hint(ctx, LH_HINT_OBJECT));
	return r == 0 ? lh_object_info(heap, place.object, ret) : r;
}
