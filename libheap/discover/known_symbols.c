/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/open.h"

static void take_lookups(struct lh_heap *heap)
{
	static const char *const names[LH_STR_LOOKUPS] = {"lookdict_unicode", "lookdict_unicode_nodummy",
							  "lookdict_split"};
	uint64_t addr;

	for (size_t i = 0; i < LH_STR_LOOKUPS; i++)
		if (lh_modfile_symbol(heap->python, names[i], &addr, NULL) == 0)
			heap->str_lookups[i] = addr;
}

/* Statics of Modules/gcmodule.c that became fields of _gc_runtime_state in 3.7. */
static void take_gc_variables(struct lh_heap *heap)
{
	static const struct {
		enum lh_field field;
		const char *name;
	} variables[LH_GC_VARIABLES] = {
		{LH_F_GC_ENABLED, "enabled"},
		{LH_F_GC_COLLECTING, "collecting"},
		{LH_F_GC_GARBAGE, "garbage"},
		{LH_F_GC_DEBUG, "debug"},
		{LH_F_GC_LONG_LIVED_TOTAL, "long_lived_total"},
		{LH_F_GC_LONG_LIVED_PENDING, "long_lived_pending"},
	};
	uint64_t addr;

	for (size_t i = 0; i < LH_GC_VARIABLES; i++) {
		heap->gc_variables[i].field = variables[i].field;
		if (!heap->runtime && lh_modfile_symbol(heap->python, variables[i].name, &addr, NULL) == 0)
			heap->gc_variables[i].addr = addr;
	}
}

void lh_known_symbols_take(struct lh_heap *heap)
{
	if (!heap->python)
		return;
	take_lookups(heap);
	take_gc_variables(heap);
}
