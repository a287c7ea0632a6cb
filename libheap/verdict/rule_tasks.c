/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of asyncio that wait at one line, or have ended and are held: many of them are stuck, or kept. */
#include "analyze/coroutine.h"
#include "analyze/tasks.h"
#include "cpython/code.h"
#include "cpython/lines.h"
#include "util/array.h"
#include "verdict/leaks.h"

#include <stdlib.h>

/** struct stop - where a task is */
struct stop {
	enum lh_task_state state;
	uint64_t code; /* of the innermost call; 0: it is in none */
	uint32_t line;
	uint64_t first; /* code of the outermost call: the coroutine's */
	uint32_t first_line;
	size_t task;
};

struct stops {
	struct lh_leaks *leaks;
	struct lh_tasks tasks;
	struct stop *items;
	size_t count, capacity;
	uint32_t *
		seen; /* by place: the last group that came by on its way up, twice, and whether a task of it is above */
};

static void stops_fini(struct stops *s)
{
	lh_tasks_fini(&s->tasks);
	free(s->items);
	free(s->seen);
}

static int compare(const void *a, const void *b)
{
	const struct stop *x = a, *y = b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->task > y->task) - (x->task < y->task);
}

static bool is_same(const struct stop *a, const struct stop *b)
{
	return a->state == b->state && a->code == b->code && a->line == b->line;
}

static int find_stops(struct stops *s, bool *ret_whole)
{
	struct lh_heap *heap = s->leaks->heap;
	struct lh_findings findings = {0};
	int r = lh_tasks_find(heap, &s->tasks, &findings);

	*ret_whole = lh_leaks_saw_all(s->leaks, &findings);
	for (size_t i = 0; r == 0 && i < s->tasks.count; i++) {
		_cleanup_(lh_calls_fini) struct lh_calls calls = {0};
		struct stop stop = {.state = s->tasks.items[i].state, .task = i};

		if (s->tasks.items[i].coroutine)
			r = lh_coroutine_calls(heap, s->tasks.items[i].coroutine, &calls);
		if (r == 0 && calls.count) {
			stop.code = calls.items[0].code;
			stop.line = lh_frame_line(heap, &heap->view, &calls.items[0]);
			stop.first = calls.items[calls.count - 1].code;
			stop.first_line = lh_frame_line(heap, &heap->view, &calls.items[calls.count - 1]);
		}
		if (r == 0)
			r = lh_append(heap->ctx, s->items, s->count, s->capacity, stop);
	}
	if (r == 0 && s->count)
		qsort(s->items, s->count, sizeof(*s->items), compare);
	return r;
}

/*
 * Whether another task of those that are claimed by now retains the one at @place. No place is passed twice for a group: a
 * million tasks may lie below one long chain.
 */
static bool is_within(const struct stops *s, uint32_t group, uint32_t place)
{
	const struct lh_dominators *tree = &s->leaks->retained->tree;
	uint32_t from = tree->dominator[place], at = from;
	bool within = false;

	for (; at && !within && s->seen[at] >> 1 != group; at = tree->dominator[at])
		within = s->leaks->claimed[tree->node[at]];
	within |= at && s->seen[at] == (group << 1 | 1);
	for (; from != at; from = tree->dominator[from])
		s->seen[from] = group << 1 | within;
	return within;
}

/* What goes with the tasks of a group; they are claimed if that stands out. */
static void measure(const struct stops *s, uint32_t group, size_t from, size_t to, struct lh_leak *leak)
{
	struct lh_leaks *leaks = s->leaks;
	const struct lh_retained *t = leaks->retained;

	for (size_t i = from; i < to; i++)
		lh_leaks_claim(leaks, s->tasks.items[s->items[i].task].addr);
	for (size_t i = from; i < to; i++) {
		uint32_t place = lh_retained_place(t, s->tasks.items[s->items[i].task].addr);

		if (!place || is_within(s, group, place))
			continue;
		leak->bytes += t->bytes[place];
		leak->objects += t->objects[place];
	}
	for (size_t i = from; leak->bytes < leaks->least && i < to; i++) {
		uint32_t node = lh_addrset_index(&t->graph.set, s->tasks.items[s->items[i].task].addr);

		if (node != LH_NO_INDEX)
			leaks->claimed[node] = 0;
	}
}

static void add_place(struct lh_heap *heap, uint64_t code, uint32_t line, struct lh_string *out)
{
	lh_code_name(heap, code, out);
	lh_string_add(out, " (");
	lh_code_file(heap, code, out);
	lh_string_addf(out, ":%" PRIu32 ")", line);
}

static void describe(struct lh_heap *heap, const struct stop *stop, size_t tasks, struct lh_leak *leak)
{
	const char *state = lh_task_state_name(stop->state);

	lh_string_addf(&leak->title, "%s %s tasks", LH_COUNTED(tasks), state ? state : "asyncio");
	if (!stop->code) {
		lh_string_add(
			&leak->reason,
			"They are in no call: something still holds them, with what they return or the error "
			"in it.");
	} else {
		lh_string_add(&leak->title, " in ");
		add_place(heap, stop->first, stop->first_line, &leak->title);
		lh_string_add(&leak->reason, "All of them are at the same line");
		if (stop->first != stop->code) {
			lh_string_add(&leak->reason, ", in ");
			add_place(heap, stop->code, stop->line, &leak->reason);
		}
		lh_string_add(&leak->reason, ": what would wake them has not come.");
	}
	lh_string_add(&leak->next, "threads --tasks");
}

int lh_rule_tasks(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(stops_fini) struct stops s = {.leaks = leaks};
	uint32_t group = 0;
	bool whole;
	int r = find_stops(&s, &whole);

	if (r == 0 && s.count && !(s.seen = lh_new0(uint32_t, leaks->retained->tree.count)))
		r = lh_nomem(leaks->heap->ctx);
	for (size_t from = 0, to; r == 0 && from < s.count; from = to) {
		struct lh_leak leak = {0}, *added;

		for (to = from + 1; to < s.count && is_same(&s.items[from], &s.items[to]);)
			to++;
		if (to - from < 2)
			continue;
		measure(&s, ++group, from, to, &leak);
		if (leak.bytes < leaks->least)
			continue;
		r = lh_leaks_add(leaks, rule, leak.bytes, leak.objects, &added);
		if (r == 0)
			describe(leaks->heap, &s.items[from], to - from, added);
	}
	if (r == 0 && s.count)
		lh_leaks_looked(leaks, whole, "Tasks: %s of asyncio", LH_COUNTED(s.count));
	return r;
}
