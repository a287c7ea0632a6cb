/* SPDX-License-Identifier: Apache-2.0 */
/* Notes below the rows of 'garbage': finalizers that would run, what no collection sees, what is not
 * proved. */
#include "command/findings.h"
#include "commands/cmd_garbage.h"
#include "cpython/type_name.h"
#include "describe/gc_next.h"
#include "result/show.h"

#define FINALIZERS_WIDTH 100 /* characters of the list of types with finalizers that would run */

/* "Session (12), Connection (3)": types with a __del__ that would run */
static void describe_finalizers(struct lh_garbage_rows *l, struct lh_string *out)
{
	for (size_t i = 0; i < l->heap->types.count && out->len < FINALIZERS_WIDTH; i++)
		if (l->types[i].finalizers)
			lh_string_addf(out, "%s%s (%s)", out->len ? ", " : "",
				       lh_type_name(l->heap, l->heap->types.items[i]),
				       LH_COUNTED(l->types[i].finalizers));
	if (out->len >= FINALIZERS_WIDTH)
		lh_string_add(out, ", ...");
}

static int note_finalizers(struct lh_garbage_rows *l, struct lh_result *result)
{
	_cleanup_string_ struct lh_string types = {0};
	int r = 0;

	describe_finalizers(l, &types);
	if (types.failed)
		return lh_nomem(l->heap->ctx);
	if (l->finalizers)
		r = lh_result_note(result, "%s of them have a __del__ that a collection would run: %s.",
				   LH_COUNTED(l->finalizers), types.text);
	if (r == 0 && l->resurrected)
		r = lh_result_note(result,
				   "%s objects are alive although their finalizer ran: it made them "
				   "reachable again (resurrected), and will not run again.",
				   LH_COUNTED(l->resurrected));
	return r;
}

/* What no collection will ever see, and what that costs. */
static int note_lost(struct lh_garbage_rows *l, struct lh_result *result)
{
	_cleanup_string_ struct lh_string objects = {0}, bytes = {0};

	lh_show_value(&objects, &LH_COUNT(l->lost.count));
	lh_show_value(&bytes, &LH_BYTES(l->kept.all.bytes));
	if (objects.failed || bytes.failed)
		return lh_nomem(l->heap->ctx);
	return lh_result_note(result,
			      "%s unreachable objects are frozen (gc.freeze()), or held only by such "
			      "objects: no collection will see them, nor free the %s that go with "
			      "them, before gc.unfreeze().",
			      objects.text, bytes.text);
}

static int note_doubts(const struct lh_garbage_rows *l, struct lh_result *result, bool frozen)
{
	const struct lh_doubts doubts = lh_doubts_of(&l->garbage->graph, LH_GARBAGE_ALIVE);
	uint64_t likely = l->freed.likely + l->kept.likely;
	int r = 0;

	if (l->conservative)
		r = lh_result_note(result,
				   "%s of them have extension types that were scanned for pointers "
				   "(docs/types.md): likely garbage, not proved.",
				   LH_COUNTED(l->conservative));
	if (r == 0 && l->conservative && !frozen)
		r = lh_result_doubts(result, &doubts);
	if (r == 0 && likely)
		r = lh_result_note(result,
				   "%s of the objects freed with them are held by such scanned objects: "
				   "likely, not proved.",
				   LH_COUNTED(likely));
	return r;
}

static int note_next(const struct lh_garbage_rows *l, struct lh_result *result)
{
	const struct lh_rings *rings = l->garbage->graph.rings;
	const struct lh_gc_next next = lh_gc_next(l->heap);
	_cleanup_string_ struct lh_string text = {0};

	lh_gc_next_text(&next, rings->tracked.count - rings->permanent.count, &text);
	return text.failed ? lh_nomem(l->heap->ctx) : lh_result_note(result, "%s", text.text);
}

int lh_garbage_rows_notes(struct lh_garbage_rows *l, struct lh_result *result, bool components, bool frozen)
{
	uint32_t permanent = l->garbage->graph.rings->permanent.count;
	int r = frozen ? 0 : note_finalizers(l, result);

	if (r == 0)
		r = note_doubts(l, result, frozen);
	if (r == 0 && l->lost.count)
		r = note_lost(l, result);
	if (r == 0 && !frozen)
		r = note_next(l, result);
	if (r == 0 && permanent && !frozen)
		r = lh_result_note(
			result,
			"%s objects are frozen (gc.freeze()) or immortal: what they hold is never collected.",
			LH_COUNTED(permanent));
	if (r == 0 && l->garbage->count && !components && !frozen)
		r = lh_result_next(result, "which objects keep each other alive", "garbage --components");
	if (r == 0 && permanent && !frozen)
		r = lh_result_next(result, "what frozen or immortal objects keep", "garbage --frozen");
	return r;
}
