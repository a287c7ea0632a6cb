/* SPDX-License-Identifier: Apache-2.0 */
/* Generators and coroutines that were never finished: what they have not come to yet stays with them. */
#include "cpython/lines.h"
#include "cpython/type_name.h"
#include "verdict/alike.h"
#include "verdict/words.h"

#define GENERATORS_LEAST 10 /* one or two that hold much are no crowd: 'holders' finds what holds them */

static bool is_generator(const struct lh_graph *g, uint32_t i)
{
	return g->types[i] != LH_GRAPH_NO_TYPE &&
	       g->heap->types.items[g->types[i]]->kind->id == LH_KIND_GENERATOR;
}

static int add_generator(struct lh_crowds *a, uint64_t addr, size_t item)
{
	struct lh_heap *heap = a->leaks->heap;
	enum lh_generator_state state;
	struct lh_frame frame;

	if (lh_generator_frame(heap, &heap->view, addr, &frame, &state) != 0 ||
	    (state != LH_GENERATOR_NEW && state != LH_GENERATOR_WAITS))
		return 0;
	return lh_crowds_add(a, addr,
			     &(struct lh_alike){.code = frame.code,
						.line = lh_frame_line(heap, &heap->view, &frame),
						.state = (uint32_t)state,
						.item = item});
}

static bool stands_out(const struct lh_leaks *leaks, const struct lh_alike_group *group)
{
	return group->items >= GENERATORS_LEAST && group->bytes >= leaks->least;
}

static int describe(void *arg, const struct lh_alike_group *group, struct lh_leak *leak)
{
	struct lh_leaks *leaks = arg;
	struct lh_heap *heap = leaks->heap;
	const struct lh_alike *first = &group->members[0];
	uint64_t addr = lh_retained_addr(leaks->retained, first->place);
	enum lh_generator_state state;
	struct lh_frame frame;
	struct lh_object o;

	if (lh_object_at(heap, &heap->view, addr, &o) != 0 ||
	    lh_generator_frame(heap, &heap->view, addr, &frame, &state) != 0)
		return 0;
	lh_string_addf(&leak->title, "%s %s objects that %s: ", LH_COUNTED(group->items),
		       lh_type_name(heap, o.type),
		       state == LH_GENERATOR_NEW ? "never started" : "have not finished");
	lh_words_call(heap, &frame, &leak->title);
	lh_string_add(&leak->type, lh_type_name(heap, o.type));
	lh_string_add(
		&leak->reason,
		state == LH_GENERATOR_NEW
			? "Nobody has asked for their first value, or awaited them: what they were given "
			  "stays with them."
			: "All of them wait at the same line, with all that their variables hold, until "
			  "they are asked for more, closed or dropped.");
	lh_string_addf(&leak->next, "why 0x%" PRIx64, addr);
	return lh_words_example(leaks, first->place, &leak->reason);
}

int lh_rule_generators(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_crowds_fini) struct lh_crowds crowds = {.leaks = leaks};
	const struct lh_graph *g = &leaks->retained->graph;
	size_t suspects = leaks->count, count = 0;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < g->count; i++)
		if (is_generator(g, i)) {
			count++;
			r = add_generator(&crowds, lh_addrset_nth(&g->set, i), i);
		}
	if (r == 0)
		r = lh_crowds_find(&crowds, &(struct lh_alike_rule){rule, stands_out, describe, leaks});
	if (r == 0 && leaks->count == suspects)
		lh_leaks_counted(leaks, lh_leaks_saw_all(leaks, &g->findings), "generators and coroutines",
				 count);
	return r;
}
