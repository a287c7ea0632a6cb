/* SPDX-License-Identifier: Apache-2.0 */
/* Files and streams that were not closed, with the buffers that closing them would free. */
#include "cpython/type_name.h"
#include "util/array.h"
#include "verdict/alike.h"
#include "verdict/words.h"

#include <string.h>

#define BUFFERS_LEAST 10  /* one or two that hold much are no crowd: 'holders' finds them */
#define BUFFER_BYTES 1024 /* a closed one has no buffer, and is smaller (Modules/_io) */

/* Types with a close() that frees memory. */
static bool is_closable(const char *name)
{
	static const char *const names[] = {"_io.BufferedRandom", "_io.BufferedReader", "_io.BufferedWriter",
					    "_io.BytesIO",        "_io.StringIO",       "mmap.mmap"};

	for (size_t i = 0; i < LH_ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Of each type, once: names are made when they are asked for. 1 byte per type. */
static uint8_t *find_types(struct lh_heap *heap)
{
	uint8_t *wanted = lh_new0(uint8_t, heap->types.count + 1);

	for (size_t i = 0; wanted && i < heap->types.count; i++) {
		struct lh_type *type = heap->types.items[i];

		wanted[i] = is_closable(type->kind->tp_name ? type->kind->tp_name : "") ||
			    is_closable(lh_type_name(heap, type));
	}
	return wanted;
}

static bool stands_out(const struct lh_leaks *leaks, const struct lh_alike_group *group)
{
	return group->items >= BUFFERS_LEAST && group->bytes >= leaks->least;
}

static int describe(void *arg, const struct lh_alike_group *group, struct lh_leak *leak)
{
	struct lh_leaks *leaks = arg;
	struct lh_type *type = leaks->heap->types.items[group->members[0].code];

	lh_string_addf(&leak->title, "%s %s objects that are open", LH_COUNTED(group->items),
		       lh_type_name(leaks->heap, type));
	lh_string_add(&leak->type, lh_type_name(leaks->heap, type));
	lh_string_add(&leak->reason, "close(), or a with statement, would free their buffers.");
	lh_string_addf(&leak->next, "why --type %s", lh_type_name(leaks->heap, type));
	return lh_words_example(leaks, group->members[0].place, &leak->reason);
}

int lh_rule_buffers(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_crowds_fini) struct lh_crowds crowds = {.leaks = leaks};
	const struct lh_graph *g = &leaks->retained->graph;
	size_t types = leaks->heap->types.count, suspects = leaks->count;
	_cleanup_free_ uint8_t *wanted = find_types(leaks->heap);
	int r = wanted ? 0 : lh_nomem(leaks->heap->ctx);

	for (uint32_t i = 0; r == 0 && i < g->count; i++)
		if (g->types[i] < types && wanted[g->types[i]] && lh_graph_bytes(g, i) >= BUFFER_BYTES)
			r = lh_crowds_add(&crowds, lh_addrset_nth(&g->set, i),
					  &(struct lh_alike){.code = g->types[i], .item = i});
	if (r == 0)
		r = lh_crowds_find(&crowds, &(struct lh_alike_rule){rule, stands_out, describe, leaks});
	if (r == 0 && leaks->count == suspects)
		lh_leaks_counted(leaks, lh_leaks_saw_all(leaks, &g->findings), "open files and streams",
				 crowds.count);
	return r;
}
