/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves with a row for each name: modules and files. */
#include "analyze/memory_parts.h"
#include "util/array.h"
#include "util/hash.h"
#include "util/string.h"

#include <string.h>

/* The leaf of that name, made if there is none yet: a core may name a million files. */
static int find_named(struct lh_memory_work *w, const char *root, const char *name, uint32_t *ret)
{
	uint64_t hash = lh_hash(lh_hash(LH_HASH_START, name, strlen(name)), root, 1);
	int r;

	for (size_t probe = 0; lh_index_next(&w->by_name, hash, &probe, ret);)
		if (w->named[*ret].root == root && strcmp(w->named[*ret].name, name) == 0)
			return 0;
	*ret = (uint32_t)w->named_count;
	r = lh_append(w->heap->ctx, w->named, w->named_count, w->named_capacity,
		      ((struct lh_memory_named){root, name, {0}}));
	return r == 0 ? lh_index_add(w->heap->ctx, &w->by_name, hash, *ret) : r;
}

int lh_memory_add_named(struct lh_memory_work *w, const char *root, const char *path, uint64_t start,
			uint64_t end)
{
	uint32_t i;
	int r = find_named(w, root, lh_base_name(path), &i);

	if (r == 0)
		lh_memory_add(w, &w->named[i].sum, start, end, 1);
	return r;
}
