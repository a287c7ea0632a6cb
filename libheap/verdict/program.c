/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/program.h"
#include "util/array.h"

bool lh_leaks_is_program(const struct lh_leaks *leaks, uint32_t place)
{
	const struct lh_type *type = lh_leaks_type(leaks, place);

	if (!type)
		return false;
	switch (type->kind->id) {
	case LH_KIND_MODULE:
	case LH_KIND_TYPE:
	case LH_KIND_FUNCTION:
	case LH_KIND_CODE:
		return true;
	default:
		return false;
	}
}

static void mark(struct lh_leaks *leaks, uint64_t dict)
{
	leaks->namespace[lh_retained_place(leaks->retained, dict)] = true;
}

/* Dicts of modules and classes, sys.modules. What grows is one thing in them. What no object dominates, several of them hold,
 * most likely. */
int lh_leaks_namespaces(struct lh_leaks *leaks)
{
	const struct lh_retained *t = leaks->retained;
	struct lh_heap *heap = leaks->heap;
	struct lh_view view = lh_view_of(heap->target);

	if (leaks->namespace)
		return 0;
	leaks->namespace = lh_new0(bool, t->tree.count);
	if (!leaks->namespace)
		return lh_nomem(heap->ctx);
	leaks->namespace[0] = true;
	for (size_t i = 0; i < t->roots.count; i++)
		if (lh_root_is_named_dict(t->roots.all[i].kind))
			mark(leaks, t->roots.all[i].to);
	for (uint32_t i = 0; i < t->graph.count; i++)
		if (lh_leaks_node_is_kind(leaks, i, LH_KIND_MODULE) && t->tree.place[i])
			mark(leaks,
			     lh_heap_word(heap, &view, lh_addrset_nth(&t->graph.set, i), LH_F_MODULE_DICT));
	for (size_t i = 0; i < heap->types.count; i++)
		mark(leaks, lh_heap_word(heap, &view, heap->types.items[i]->addr, LH_F_TYPE_DICT));
	return 0;
}
