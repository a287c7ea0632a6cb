/* SPDX-License-Identifier: Apache-2.0 */
/* References that extension types of the standard library keep in C structs beside their body. */
#include "cpython/visit_parts.h"

#define CHAIN_MAX (1u << 28) /* nodes of one chain: more is a loop */

static bool has(const struct lh_visitor *v, enum lh_field f)
{
	return lh_layout_has(&v->heap->layout, f);
}

static uint32_t off(const struct lh_visitor *v, enum lh_field f)
{
	return lh_layout_at(&v->heap->layout, f);
}

/* odict_traverse(): the nodes that keep the order hold the keys once more. */
static void visit_odict_nodes(struct lh_visitor *v, const struct lh_object *o)
{
	uint64_t node;

	if (!has(v, LH_F_ODICT_FIRST) || !has(v, LH_F_ODICT_NODE_KEY))
		return;
	node = lh_u64(o->bytes + off(v, LH_F_ODICT_FIRST));
	for (uint32_t n = 0; node && n < CHAIN_MAX; n++) {
		const uint8_t *p = lh_view_at(&v->view, node, off(v, LH_F_ODICT_NODE_SIZE));

		if (!p) {
			v->incomplete = true;
			return;
		}
		lh_visit_emit(v, &(struct lh_span){.words = p + off(v, LH_F_ODICT_NODE_KEY),
						   .count = 1,
						   .stride = 8,
						   .label = LH_LABEL_KEY});
		node = lh_u64(p + off(v, LH_F_ODICT_NODE_NEXT));
	}
}

void lh_visit_odict(struct lh_visitor *v, const struct lh_object *o)
{
	lh_visit_dict(v, o);
	visit_odict_nodes(v, o);
}

/* A module's C state is traversed by a function of its own: its words are scanned. */
#define STATE_MAX (1u << 16)

void lh_visit_module_state(struct lh_visitor *v, const struct lh_object *o)
{
	uint64_t state, size = 0;
	const uint8_t *p;

	if (!has(v, LH_F_MODULE_STATE))
		return;
	state = lh_u64(o->bytes + off(v, LH_F_MODULE_STATE));
	if (has(v, LH_F_MODULE_STATE_SIZE)) { /* 3.15 */
		size = lh_u64(o->bytes + off(v, LH_F_MODULE_STATE_SIZE));
	} else if (has(v, LH_F_MODULE_DEF) && has(v, LH_F_MODULEDEF_STATE_SIZE)) {
		p = lh_view_at(&v->view,
			       lh_u64(o->bytes + off(v, LH_F_MODULE_DEF)) + off(v, LH_F_MODULEDEF_STATE_SIZE),
			       8);
		size = p ? lh_u64(p) : 0;
	}
	if (!state || size > STATE_MAX)
		return;
	p = lh_view_at(&v->view, state, size);
	for (uint64_t at = 0; p && at + 8 <= size; at += 8)
		lh_visit_emit(v, &(struct lh_span){.words = p + at,
						   .count = 1,
						   .stride = 8,
						   .label = LH_LABEL_BODY,
						   .first = at});
}

/* The reference to a link is the one before's; it holds a key and a result. */
static void visit_link(struct lh_visitor *v, const uint8_t *to_link, const uint8_t *link)
{
	const struct lh_layout *l = &v->heap->layout;

	if (lh_layout_constant(l, LH_C_LRU_VISITS_LINKS)) {
		lh_visit_word(v, to_link, ".<link>", false);
		return;
	}
	lh_visit_word(v, to_link, ".<link>", true); /* the ring holds its links, whatever is visited */
	lh_visit_word(v, link + off(v, LH_F_LRU_LINK_KEY), ".<arguments>", false);
	lh_visit_word(v, link + off(v, LH_F_LRU_LINK_RESULT), ".<result>", false);
	/* Before 3.10 their type is static: not counted. */
	if (lh_layout_constant(l, LH_C_LRU_VISITS_LINK_TYPE))
		lh_visit_word(v, link + off(v, LH_F_OBJECT_TYPE), ".<link type>", false);
}

/* lru_cache_tp_traverse(): a ring of links through the wrapper's own root. */
void lh_visit_lru_cache(struct lh_visitor *v, const struct lh_object *o)
{
	const uint8_t *to_link;
	uint64_t root, link;

	if (!has(v, LH_F_LRU_ROOT) || !has(v, LH_F_LRU_LINK_RESULT))
		return;
	root = o->addr + off(v, LH_F_LRU_ROOT);
	to_link = o->bytes + off(v, LH_F_LRU_ROOT) + off(v, LH_F_LRU_LINK_NEXT);
	link = lh_u64(to_link);
	for (uint32_t n = 0; link && link != root && n < CHAIN_MAX; n++) {
		const uint8_t *p = lh_view_at(&v->view, link, off(v, LH_F_LRU_LINK_RESULT) + 8);

		if (!p) {
			v->incomplete = true;
			return;
		}
		visit_link(v, to_link, p);
		to_link = p + off(v, LH_F_LRU_LINK_NEXT);
		link = lh_u64(to_link);
	}
}

/*
 * Nodes of the immutable dict of contextvars (Python/hamt.c): an array of nodes, or pairs of a key and its
 * value; without a key the value is a node.
 */
#define NODE ".<node>"
#define NODE_CHILDREN 32 /* HAMT_ARRAY_NODE_SIZE */

void lh_visit_hamt_array(struct lh_visitor *v, const struct lh_object *o)
{
	if (has(v, LH_F_HAMT_ARRAY_ARRAY))
		lh_visit_emit(v, &(struct lh_span){.words = lh_view_at(
							   &v->view, o->addr + off(v, LH_F_HAMT_ARRAY_ARRAY),
							   8ull * NODE_CHILDREN),
						   .count = NODE_CHILDREN,
						   .stride = 8,
						   .label = LH_LABEL_FIELD,
						   .name = NODE});
}

static void visit_pair(struct lh_visitor *v, const uint8_t *pair)
{
	if (!lh_u64(pair)) {
		lh_visit_word(v, pair + 8, NODE, false);
		return;
	}
	lh_visit_emit(v, &(struct lh_span){.words = pair, .count = 1, .stride = 8, .label = LH_LABEL_KEY});
	lh_visit_emit(v, &(struct lh_span){.words = pair + 8,
					   .count = 1,
					   .stride = 8,
					   .label = LH_LABEL_VALUE,
					   .keys = pair,
					   .key_stride = 16});
}

static void visit_pairs(struct lh_visitor *v, const struct lh_object *o, enum lh_field array)
{
	uint64_t count = lh_u64(o->bytes + off(v, LH_F_VAR_SIZE));
	const uint8_t *pairs = has(v, array) && count <= 64 * 1024
				       ? lh_view_at(&v->view, o->addr + off(v, array), count * 8)
				       : NULL;

	for (uint64_t i = 0; pairs && i + 1 < count; i += 2)
		visit_pair(v, pairs + i * 8);
}

void lh_visit_hamt_bitmap(struct lh_visitor *v, const struct lh_object *o)
{
	visit_pairs(v, o, LH_F_HAMT_BITMAP_ARRAY);
}

void lh_visit_hamt_collision(struct lh_visitor *v, const struct lh_object *o)
{
	visit_pairs(v, o, LH_F_HAMT_COLLISION_ARRAY);
}

void lh_visit_element(struct lh_visitor *v, const struct lh_object *o)
{
	const uint8_t *p;
	uint64_t extra, count;

	if (!has(v, LH_F_ELEMENT_EXTRA) || !has(v, LH_F_ELEMENT_EXTRA_SIZE))
		return;
	extra = lh_u64(o->bytes + off(v, LH_F_ELEMENT_EXTRA));
	p = extra ? lh_view_at(&v->view, extra, off(v, LH_F_ELEMENT_EXTRA_SIZE)) : NULL;
	if (!p)
		return;
	lh_visit_word(v, p + off(v, LH_F_ELEMENT_EXTRA_ATTRIB), ".attrib", false);
	count = lh_u64(p + off(v, LH_F_ELEMENT_EXTRA_LENGTH));
	if (count > CHAIN_MAX)
		return;
	lh_visit_emit(v, &(struct lh_span){.words = lh_view_at(
						   &v->view, lh_u64(p + off(v, LH_F_ELEMENT_EXTRA_CHILDREN)),
						   count * 8),
					   .count = count,
					   .stride = 8,
					   .label = LH_LABEL_INDEX});
}
