/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/same_object.h"
#include "cpython/payload.h"
#include "cpython/text.h"

#include <string.h>

#define WORDS_MAX 256 /* of a span: a damaged heap may lead to one large table from everywhere */

/* All objects of a type refer to it: that says nothing. */
static bool is_class_of(const struct lh_span *span)
{
	return span->label == LH_LABEL_FIELD && span->name && strcmp(span->name, ".__class__") == 0;
}

static void take_span(void *arg, const struct lh_span *span)
{
	struct lh_pair_refs *refs = arg;

	if (span->label >= LH_LABEL_BODY || is_class_of(span))
		return; /* a guess, or what all of a type have */
	for (uint64_t i = 0; i < span->count && i < WORDS_MAX && refs->count < LH_PAIR_REFS_MAX; i++) {
		uint64_t to = lh_span_word(span, i);

		if (to)
			refs->to[refs->count++] = to;
	}
}

static void init_side(struct lh_pair_side *side, struct lh_heap *heap)
{
	*side = (struct lh_pair_side){.heap = heap, .view = lh_view_of(heap->target)};
	side->visitor = (struct lh_visitor){
		.heap = heap, .view = lh_view_of(heap->target), .fn = take_span, .arg = &side->refs};
}

void lh_pair_init(struct lh_pair *pair, struct lh_heap *before, struct lh_heap *after)
{
	init_side(&pair->sides[0], before);
	init_side(&pair->sides[1], after);
}

/* ---- contents that cannot change ---- */

/* Whether characters or digits were blanked, in a snapshot: those of a tuple are references. */
static bool is_blanked(const struct lh_pair *pair, const struct lh_payload *payload,
		       const struct lh_object *o)
{
	return payload->len && lh_type_has_contents(o->type) &&
	       (pair->sides[0].heap->target->blanked || pair->sides[1].heap->target->blanked);
}

/* Return: LH_SAMENESS_SAME or _OTHER; _DOUBTFUL: they are not here. */
static enum lh_sameness compare_payloads(struct lh_pair *pair, const struct lh_object *before,
					 const struct lh_object *after)
{
	const struct lh_object *objects[2] = {before, after};
	struct lh_payload payloads[2];
	const void *bytes[2];

	for (int i = 0; i < 2; i++)
		if (lh_payload_of(pair->sides[i].heap, &pair->sides[i].view, objects[i]->type,
				  objects[i]->addr, &payloads[i]) != 0)
			return LH_SAMENESS_DOUBTFUL;
	if (payloads[0].len != payloads[1].len || payloads[0].kind != payloads[1].kind)
		return LH_SAMENESS_OTHER;
	if (is_blanked(pair, &payloads[0], after))
		return LH_SAMENESS_DOUBTFUL;
	for (int i = 0; i < 2 && payloads[0].len; i++)
		if (!(bytes[i] = lh_view_at(&pair->sides[i].view, payloads[i].addr, payloads[i].len)))
			return LH_SAMENESS_DOUBTFUL;
	return !payloads[0].len || memcmp(bytes[0], bytes[1], payloads[0].len) == 0 ? LH_SAMENESS_SAME
										    : LH_SAMENESS_OTHER;
}

/* ---- what an object refers to ---- */

/* Whether an object is there for its holder alone: equal ones then show that the holder is the same. A constant of a function is held
 * by its code, too. */
static bool is_own(const struct lh_pair_side *side, const struct lh_object *o)
{
	return !o->immortal && o->refcnt == 1 && !lh_is_in_module(side->heap, o->addr);
}

/* Containers that are few spans, however large they are. */
static bool is_plain_container(const struct lh_type *type)
{
	enum lh_kind_id id = type->kind->id;

	return id == LH_KIND_DICT || id == LH_KIND_LIST || id == LH_KIND_TUPLE || id == LH_KIND_SET;
}

/* What it refers to, then what its own containers do: the dict of an instance is one. */
static void collect(struct lh_pair_side *side, const struct lh_object *object)
{
	size_t direct;

	side->refs.count = 0;
	lh_visit(&side->visitor, object);
	direct = side->refs.count;
	for (size_t i = 0; i < direct && side->refs.count < LH_PAIR_REFS_MAX; i++) {
		struct lh_object o;

		if (side->refs.to[i] != object->addr &&
		    lh_object_at(side->heap, &side->view, side->refs.to[i], &o) == 0 && is_own(side, &o) &&
		    is_plain_container(o.type))
			lh_visit(&side->visitor, &o);
	}
}

static bool refers_to(const struct lh_pair_side *side, uint64_t to)
{
	for (size_t i = 0; i < side->refs.count; i++)
		if (side->refs.to[i] == to)
			return true;
	return false;
}

/* An own text or number at @addr. A tuple only has addresses, which others may have by now. */
static bool own_content(struct lh_pair_side *side, uint64_t addr, struct lh_object *ret)
{
	return lh_object_at(side->heap, &side->view, addr, ret) == 0 && lh_type_has_contents(ret->type) &&
	       is_own(side, ret) && !lh_object_is_interned(side->heap, ret);
}

/* Whether both refer to the content at @addr, and it is the same. */
static bool is_common(struct lh_pair *pair, const struct lh_object *after)
{
	struct lh_object before;

	return refers_to(&pair->sides[0], after->addr) &&
	       lh_object_at(pair->sides[0].heap, &pair->sides[0].view, after->addr, &before) == 0 &&
	       before.type->addr == after->type->addr &&
	       compare_payloads(pair, &before, after) == LH_SAMENESS_SAME;
}

/* Without contents of their own, what they share with others is compared: a list may have become longer or shorter. */
static enum lh_sameness compare_shared(const struct lh_pair *pair)
{
	const struct lh_pair_refs *before = &pair->sides[0].refs, *after = &pair->sides[1].refs;
	size_t count = before->count < after->count ? before->count : after->count;

	if (!count)
		return before->count == after->count ? LH_SAMENESS_SAME : LH_SAMENESS_DOUBTFUL;
	return memcmp(before->to, after->to, count * sizeof(*before->to)) == 0 ? LH_SAMENESS_SAME
									       : LH_SAMENESS_DOUBTFUL;
}

static enum lh_sameness compare_refs(struct lh_pair *pair)
{
	struct lh_object o;
	bool any = false;

	for (size_t i = 0; i < pair->sides[1].refs.count; i++) {
		if (!own_content(&pair->sides[1], pair->sides[1].refs.to[i], &o))
			continue;
		if (is_common(pair, &o))
			return LH_SAMENESS_SAME;
		any = true;
	}
	for (size_t i = 0; !any && i < pair->sides[0].refs.count; i++)
		any = own_content(&pair->sides[0], pair->sides[0].refs.to[i], &o);
	return any ? LH_SAMENESS_DOUBTFUL : compare_shared(pair);
}

enum lh_sameness lh_pair_compare(struct lh_pair *pair, const struct lh_object *before,
				 const struct lh_object *after)
{
	enum lh_sameness content = LH_SAMENESS_SAME;

	if (lh_type_has_payload(after->type))
		content = compare_payloads(pair, before, after);
	if (content != LH_SAMENESS_SAME || lh_type_is_leaf(after->type) ||
	    lh_is_in_module(pair->sides[1].heap, after->addr))
		return content;
	collect(&pair->sides[0], before);
	collect(&pair->sides[1], after);
	return compare_refs(pair);
}
