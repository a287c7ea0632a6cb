/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References in the bodies of C types that no kind lists, and beside them: what the table of bodies knows of
 * their type, and words of the part that nothing describes, each of which may be one.
 */
#include "cpython/text.h"
#include "cpython/visit_parts.h"

#define ITEMS_MAX (1 << 28)  /* of an object: more are not believed */
#define CHAIN_MAX (1u << 20) /* objects of a chain: more is a loop */

/* A tp_traverse of what is not the collector's is for classes that are derived from it. */
static bool is_visited(const struct lh_type *type, const struct lh_body_ref *ref)
{
	return ref->visited && type->presize;
}

/* References that are alike, in an array. */
static void emit_items(struct lh_visitor *v, const uint8_t *words, uint64_t count, const struct lh_type *type,
		       const struct lh_body_ref *ref)
{
	v->incomplete |= count && !words;
	lh_visit_emit(v, &(struct lh_span){.words = words,
					   .count = count,
					   .stride = 8,
					   .label = LH_LABEL_FIELD,
					   .name = ref->edge,
					   .hidden = !is_visited(type, ref)});
}

/* Those from the first to the array's end, then those at its beginning. */
static void visit_ring(struct lh_visitor *v, const struct lh_object *o, const struct lh_body_ref *ref)
{
	uint64_t items = lh_u64(o->bytes + ref->offset), first = lh_u64(o->bytes + ref->a),
		 room = lh_u64(o->bytes + ref->b), count = lh_u64(o->bytes + ref->c), end;

	if (!items || room > ITEMS_MAX || count > room || first > room) {
		v->incomplete |= count != 0;
		return;
	}
	end = count < room - first ? count : room - first;
	emit_items(v, lh_view_at(&v->view, items + first * 8, end * 8), end, o->type, ref);
	emit_items(v, lh_view_at(&v->view, items, (count - end) * 8), count - end, o->type, ref);
}

static void visit_chain(struct lh_visitor *v, const struct lh_object *o, const struct lh_body_ref *ref)
{
	const uint8_t *word = o->bytes + ref->offset;

	for (uint32_t n = 0; word && lh_u64(word) && n < CHAIN_MAX; n++) {
		lh_visit_word(v, word, ref->edge, !is_visited(o->type, ref));
		word = lh_view_at(&v->view, lh_u64(word) + ref->a, 8);
	}
	v->incomplete |= !word;
}

static void visit_behind(struct lh_visitor *v, const struct lh_object *o, const struct lh_body_ref *ref)
{
	uint64_t addr = lh_u64(o->bytes + ref->offset);

	if (addr)
		emit_items(v, lh_view_at(&v->view, addr + ref->a, 8), 1, o->type, ref);
}

static void visit_shape(struct lh_visitor *v, const struct lh_object *o, const struct lh_body_ref *ref)
{
	uint32_t count;

	switch (ref->shape) {
	case LH_BODY_WORD:
		lh_visit_word(v, o->bytes + ref->offset, ref->edge, !is_visited(o->type, ref));
		break;
	case LH_BODY_ITEMS:
		count = lh_u32(o->bytes + ref->a);
		emit_items(v, o->bytes + ref->offset, count < ref->b ? count : ref->b, o->type, ref);
		break;
	case LH_BODY_RING:
		visit_ring(v, o, ref);
		break;
	case LH_BODY_CHAIN:
		visit_chain(v, o, ref);
		break;
	case LH_BODY_BEHIND:
		visit_behind(v, o, ref);
		break;
	}
}

/* Instances may end before the word, or nobody wrote it yet. */
static bool is_there(const uint8_t *bytes, const struct lh_body_ref *ref)
{
	return !ref->when || (ref->when_word ? lh_u64(bytes + ref->when) != 0 : bytes[ref->when] != 0);
}

/* What the table of bodies knows of its type. */
static void visit_known_body(struct lh_visitor *v, const struct lh_object *o)
{
	const struct lh_body *body = o->type->body;

	for (size_t i = 0; i < body->count; i++)
		if (is_there(o->bytes, &body->refs[i]))
			visit_shape(v, o, &body->refs[i]);
}

/* The anchor of an lru_cache's ring of links: its two words are not counted, lh_visit_lru_cache() follows
 * them.
 */
static bool is_anchor(const struct lh_layout *l, const struct lh_type *type, uint64_t offset)
{
	uint64_t root;

	if (type->kind->id != LH_KIND_LRU_CACHE || !lh_layout_has(l, LH_F_LRU_ROOT) ||
	    !lh_layout_has(l, LH_F_LRU_LINK_KEY))
		return false;
	root = lh_layout_at(l, LH_F_LRU_ROOT);
	return offset >= root && offset < root + lh_layout_at(l, LH_F_LRU_LINK_KEY);
}

/* Bytes of the items that follow the fixed part of a var-sized object. */
static uint64_t item_bytes(struct lh_visitor *v, const struct lh_type *type, const uint8_t *bytes)
{
	int64_t n = lh_i64(bytes + lh_layout_at(&v->heap->layout, LH_F_VAR_SIZE));
	uint64_t count = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	bool negative;

	if (type->kind->id == LH_KIND_INT)
		count = lh_int_digits(&v->heap->layout, bytes, &negative);
	return count > ITEMS_MAX ? 0 : count * (uint64_t)type->itemsize;
}

/*
 * The part of a body that no row describes: every word of it may be a reference, but for the weak ones. Items
 * of a known base come before it (tp_alloc() makes room for them and for tp_basicsize), those of an unknown
 * type are of it. Items of types are members of their instances.
 */
static void scan_body(struct lh_visitor *v, const struct lh_object *o, const uint8_t *body)
{
	const struct lh_type *type = o->type;
	uint64_t start = type->scan_from, end = type->c_basicsize;
	const uint8_t *bytes;

	if (type->itemsize && type->kind->id != LH_KIND_TYPE) {
		uint64_t items = item_bytes(v, type, body);

		start += type->kind->scan ? 0 : items;
		end = (end + items + 7) & ~7ull; /* _PyObject_VAR_SIZE() */
	}
	bytes = lh_view_at(&v->view, o->addr, end);
	v->incomplete |= !bytes;
	for (uint64_t at = (start + 7) & ~7ull; bytes && at + 8 <= end; at += 8)
		if ((int64_t)at != type->weaklistoffset && !is_anchor(&v->heap->layout, type, at))
			lh_visit_emit(v, &(struct lh_span){.words = bytes + at,
							   .count = 1,
							   .stride = 8,
							   .label = LH_LABEL_BODY,
							   .hidden = !type->c_traversed,
							   .type = type,
							   .first = at});
}

/* lh_object_at() asked of a type only for what a static one has; a metatype's fields lie behind that. */
static const uint8_t *body_of(struct lh_visitor *v, const struct lh_object *o)
{
	if (o->type->kind->id != LH_KIND_TYPE)
		return o->bytes;
	/* A static type has no more than any other, whatever its metatype. */
	return lh_is_static_type(&v->heap->layout, o->bytes, o->type)
		       ? NULL
		       : lh_view_at(&v->view, o->addr, o->type->c_basicsize);
}

void lh_visit_body(struct lh_visitor *v, const struct lh_object *o)
{
	const uint8_t *body = o->type->conservative ? body_of(v, o) : NULL;

	if (body)
		scan_body(v, o, body);
	if (o->type->body)
		visit_known_body(v, o);
}
