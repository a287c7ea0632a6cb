/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of malloc that objects of a type own, beyond what sys.getsizeof() counts of them: the data of arrays of numpy, of images,
 * of tables. No path through objects leads to it, and no retained size has it.
 */
#include "analyze/memory.h"
#include "analyze/owned.h"
#include "cpython/type_name.h"
#include "util/array.h"
#include "verdict/words.h"

/* Extensions have some tens of MB of tables when they are imported. */
#define BYTES_LEAST (32u << 20)
#define SHARE 4 /* one part in this many of all writable memory */

/** struct owned - of the objects of a type */
struct owned {
	uint64_t native, objects;
	uint32_t first; /* one that a root leads to: its place */
};

static void add_objects(const struct lh_leaks *leaks, struct owned *types, size_t count)
{
	const struct lh_retained *t = leaks->retained;
	const struct lh_graph *g = &t->graph;

	for (uint32_t i = 0; i < g->count; i++) {
		if (g->types[i] >= count || !types[g->types[i]].native ||
		    leaks->claimed[i] == LH_CLAIMED_NATIVE)
			continue;
		types[g->types[i]].objects++;
		if (!types[g->types[i]].first)
			types[g->types[i]].first = t->tree.place[i];
	}
}

/* What suspects have with their native memory. */
static void leave_out(const struct lh_leaks *leaks, const struct lh_owned *owned, struct owned *types)
{
	for (size_t i = 0; i < owned->objects; i++) {
		uint32_t node = lh_addrset_index(&leaks->retained->graph.set, owned->owners[i].addr);

		if (node != LH_NO_INDEX && leaks->claimed[node] == LH_CLAIMED_NATIVE)
			types[owned->owners[i].type].native -= owned->owners[i].bytes;
	}
}

static int look_at(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_memory *memory,
		   struct lh_type *type, const struct owned *owned)
{
	struct lh_leak *leak;
	int r;

	if (owned->native < BYTES_LEAST || owned->native < memory->writable / SHARE)
		return 0;
	r = lh_leaks_add(leaks, rule, owned->native, owned->objects, &leak);
	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "memory that %s %s own", LH_COUNTED(owned->objects),
		       lh_type_name(leaks->heap, type));
	lh_string_add(&leak->type, lh_type_name(leaks->heap, type));
	lh_string_addf(&leak->reason,
		       "%" PRIu64
		       "%% of all writable memory. It is malloc's, and comes on top of the bytes of the "
		       "objects; it goes with them.",
		       owned->native * 100 / memory->writable);
	lh_string_addf(&leak->next, "why --type %s", lh_type_name(leaks->heap, type));
	return owned->first ? lh_words_example(leaks, owned->first, &leak->reason) : 0;
}

int lh_rule_owned(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	size_t count = leaks->heap->types.count;
	_cleanup_free_ struct owned *types = lh_new0(struct owned, count + 1);
	const struct lh_memory *memory;
	const struct lh_owned *owned;
	int r = types ? lh_memory_get(leaks->heap, &memory) : lh_nomem(leaks->heap->ctx);

	if (r == 0)
		r = lh_owned_get(leaks->heap, &owned);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		types[i].native = lh_owned_of_type(owned, leaks->heap->types.items[i]);
	leave_out(leaks, owned, types);
	add_objects(leaks, types, count);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = look_at(leaks, rule, memory, leaks->heap->types.items[i], &types[i]);
	return r;
}
