/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References in the bodies of C types that no kind lists: what the table of bodies knows of their type, and
 * words of the part that nothing describes, each of which may be one.
 */
#include "cpython/text.h"
#include "cpython/visit.h"

#define ITEMS_MAX (1 << 28) /* of a var-sized object: more are not believed */

/* Instances may end before the word, or nobody wrote it yet. */
static bool is_there(const uint8_t *bytes, const struct lh_body_ref *ref)
{
	return !ref->when || (ref->when_word ? lh_u64(bytes + ref->when) != 0 : bytes[ref->when] != 0);
}

/* What the table of bodies knows of its type. */
static void visit_known_body(struct lh_visitor *v, const uint8_t *bytes, const struct lh_body *body)
{
	for (size_t i = 0; i < body->count; i++) {
		const struct lh_body_ref *ref = &body->refs[i];

		if (is_there(bytes, ref))
			lh_visit_word(v, bytes + ref->offset, ref->edge, !ref->visited);
	}
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
static uint64_t item_bytes(struct lh_visitor *v, const uint8_t *bytes, const struct lh_type *type)
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
static void scan_body(struct lh_visitor *v, uint64_t addr, const uint8_t *bytes, const struct lh_type *type)
{
	uint64_t start = type->scan_from, end = type->c_basicsize;

	if (type->itemsize && type->kind->id != LH_KIND_TYPE) {
		uint64_t items = item_bytes(v, bytes, type);

		start += type->kind->scan ? 0 : items;
		end = (end + items + 7) & ~7ull; /* _PyObject_VAR_SIZE() */
	}
	bytes = lh_view_at(&v->view, addr, end);
	v->incomplete |= !bytes;
	for (uint64_t o = (start + 7) & ~7ull; bytes && o + 8 <= end; o += 8)
		if ((int64_t)o != type->weaklistoffset && !is_anchor(&v->heap->layout, type, o))
			lh_visit_emit(v, &(struct lh_span){.words = bytes + o,
							   .count = 1,
							   .stride = 8,
							   .label = LH_LABEL_BODY,
							   .hidden = !type->c_traversed,
							   .type = type,
							   .first = o});
}

/* lh_object_at() asked of a type only for what a static one has; a metatype's fields lie behind that. */
static const uint8_t *body_of(struct lh_visitor *v, uint64_t addr, const uint8_t *bytes,
			      const struct lh_type *type)
{
	if (type->kind->id != LH_KIND_TYPE)
		return bytes;
	/* A static type has no more than any other, whatever its metatype. */
	return lh_is_static_type(&v->heap->layout, bytes, type)
		       ? NULL
		       : lh_view_at(&v->view, addr, type->c_basicsize);
}

void lh_visit_body(struct lh_visitor *v, uint64_t addr, const uint8_t *bytes, const struct lh_type *type)
{
	const uint8_t *body = type->conservative ? body_of(v, addr, bytes, type) : NULL;

	if (body)
		scan_body(v, addr, body, type);
	if (type->body)
		visit_known_body(v, bytes, type->body);
}
