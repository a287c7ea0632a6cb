/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of a logger that are added again and again: logging.getLogger() gives the same logger each time. */
#include "cpython/items.h"
#include "cpython/type_name.h"
#include "verdict/one_shape.h"
#include "verdict/program.h"
#include "verdict/words.h"

#define HANDLERS_LEAST 100

/* Return: 1: it is a list of that many handlers, and *ret is their type; 0: it is not; -LH_ENOMEM. */
static int is_handlers(struct lh_leaks *leaks, uint32_t number, struct lh_one_shape *ret)
{
	const struct lh_graph *g = &leaks->retained->graph;
	struct lh_heap *heap = leaks->heap;
	struct lh_object o;
	uint64_t length;
	int r;

	if (!lh_leaks_node_is_kind(leaks, number, LH_KIND_LIST) ||
	    lh_graph_bytes(g, number) < HANDLERS_LEAST * 8 || /* before it is read */
	    lh_object_at(heap, &heap->view, lh_addrset_nth(&g->set, number), &o) != 0 ||
	    lh_items_length(heap, &o, &length) != 0 || length < HANDLERS_LEAST)
		return 0;
	r = lh_one_shape_find(heap, &o, ret);
	return r < 0 ? r : r == 0 && ret->value && lh_type_is_of(heap, ret->value, "logging.Handler");
}

static int add(struct lh_leaks *leaks, const struct lh_leak_rule *rule, uint32_t place,
	       const struct lh_one_shape *shape)
{
	const struct lh_retained *t = leaks->retained;
	struct lh_leak *leak;
	int r = lh_leaks_add(leaks, rule, leaks->left[place], leaks->left_objects[place], &leak);

	if (r < 0)
		return r;
	leaks->claimed[t->tree.node[place]] = LH_CLAIMED;
	r = lh_words_path(leaks, place, &leak->title);
	lh_string_addf(&leak->title, "%s with ", leak->title.text ? "" : "a list of handlers");
	lh_words_many(shape->length, lh_type_name(leaks->heap, shape->value), &leak->title);
	lh_string_add(&leak->type, lh_type_name(leaks->heap, shape->value));
	lh_string_add(
		&leak->reason,
		"addHandler() adds one more each time: every message goes to all of them, and none is ever dropped.");
	lh_string_addf(&leak->next, "why 0x%" PRIx64, lh_retained_addr(t, place));
	return r;
}

int lh_rule_handlers(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	const struct lh_retained *t = leaks->retained;
	int r = lh_leaks_left(leaks);

	for (uint32_t i = 0; r >= 0 && i < t->graph.count; i++) {
		struct lh_one_shape shape;

		if (leaks->claimed[i] || !t->tree.place[i])
			continue;
		r = is_handlers(leaks, i, &shape);
		if (r == 1)
			r = add(leaks, rule, t->tree.place[i], &shape);
	}
	return r < 0 ? r : 0;
}
