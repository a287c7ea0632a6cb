/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reference cycles through native memory: a callback that an extension stores in C++, a parent that a node of its own points to.
 * Nothing outside holds them, and no collection will ever find them.
 */
#include "analyze/native_cycles.h"
#include "analyze/refaudit.h"
#include "cpython/type_name.h"
#include "verdict/leaks.h"

static const char *type_at(struct lh_heap *heap, uint64_t addr)
{
	struct lh_object o;

	return lh_object_at(heap, &heap->view, addr, &o) == 0 ? lh_type_name(heap, o.type) : "?";
}

/* "Button -> native memory -> method -> Dialog -> Button" */
static void add_cycle(struct lh_heap *heap, const struct lh_native_cycles *c, struct lh_string *out)
{
	lh_string_addf(out, "%s -> native memory", type_at(heap, c->cycle[0]));
	for (size_t i = 1; i < c->length; i++)
		lh_string_addf(out, " -> %s", type_at(heap, c->cycle[i]));
	lh_string_addf(out, " -> %s", type_at(heap, c->cycle[0]));
}

static int add(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_native_cycles *c)
{
	struct lh_heap *heap = leaks->heap;
	const char *owner = lh_type_name(heap, heap->types.items[c->owner]);
	struct lh_leak *leak;
	char size[LH_SIZE_MAX];
	int r = lh_leaks_add(leaks, rule, c->bytes + c->native, c->count, &leak);

	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "%s %s in cycles through native memory, which gc cannot see",
		       LH_COUNTED(c->owners), owner);
	lh_string_add(&leak->type, owner);
	lh_string_add(&leak->reason, "One of them: ");
	add_cycle(heap, c, &leak->reason);
	lh_string_addf(
		&leak->reason,
		". Nothing else holds these %s objects. The type %s has to tell gc what it holds (tp_traverse, "
		"tp_clear), or hold a weak reference.",
		LH_COUNTED(c->count), owner);
	if (c->native)
		lh_string_addf(&leak->reason, " %s are native memory that they own.",
			       lh_size_text(c->native, size));
	lh_string_addf(&leak->next, "why 0x%" PRIx64, c->cycle[0]);
	for (uint32_t i = 0; i < c->count; i++)
		leaks->claimed[c->items[i]] = LH_CLAIMED_NATIVE;
	return 0;
}

int lh_rule_native_cycles(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_native_cycles_fini) struct lh_native_cycles cycles = {0};
	const struct lh_refaudit *audit;
	int r = lh_refaudit_get(leaks->heap, &audit);

	if (r < 0)
		return r;
	/* What is missing may hold what seems to be held by nothing else. */
	if (!lh_refaudit_lacks_holders(audit))
		r = lh_native_cycles_find(leaks->heap, leaks->least, &cycles);
	if (r == 0 && cycles.length && cycles.bytes + cycles.native >= leaks->least)
		r = add(leaks, rule, &cycles);
	else if (r == 0)
		lh_leaks_counted(leaks, lh_refaudit_is_whole(audit),
				 "objects in cycles through native memory", cycles.count);
	return r;
}
