/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of asyncio that wait for each other in a ring: none of them will ever go on, whatever they take. */
#include "util/array.h"
#include "verdict/leaks.h"

#define RINGS_TOLD 3
#define NAMES_TOLD 5

struct rings {
	struct lh_leaks *leaks;
	uint32_t *seen; /* by task: the walk that came by, from 1 */
	uint64_t count; /* tasks in rings */
	unsigned rings;
	struct lh_string names;
};

static void rings_fini(struct rings *s)
{
	free(s->seen);
	lh_string_fini(&s->names);
}

/* The task that this one waits for; SIZE_MAX: none, or several (gather()). */
static size_t next_of(const struct rings *s, size_t place)
{
	struct lh_waits waits = lh_tasks_waited_for(&s->leaks->tasks, place);

	return waits.count == 1 ? waits.items[0].task : SIZE_MAX;
}

static void add_name(struct rings *s, size_t place)
{
	const struct lh_task *task = &s->leaks->tasks.items[place];

	if (!lh_task_name(s->leaks->heap, task, &s->names))
		lh_string_addf(&s->names, "0x%" PRIx64, task->addr);
}

/* @first is on a ring. */
static void add_ring(struct rings *s, size_t first, struct lh_leak *leak)
{
	const struct lh_retained *t = s->leaks->retained;
	unsigned length = 0;
	size_t at = first;

	if (s->rings++ < RINGS_TOLD && s->names.len)
		lh_string_add(&s->names, "; ");
	do {
		uint32_t place = lh_retained_place(t, s->leaks->tasks.items[at].addr);

		if (place && !s->leaks->claimed[t->tree.node[place]]) {
			leak->bytes += s->leaks->left[place];
			leak->objects += s->leaks->left_objects[place];
			s->leaks->claimed[t->tree.node[place]] = LH_CLAIMED;
		}
		if (s->rings <= RINGS_TOLD && length < NAMES_TOLD) {
			add_name(s, at);
			lh_string_add(&s->names, " -> ");
		}
		length++;
		at = next_of(s, at);
	} while (at != first);
	if (s->rings <= RINGS_TOLD) {
		if (length > NAMES_TOLD)
			lh_string_add(&s->names, "... -> ");
		add_name(s, first);
	}
	s->count += length;
}

/* Each task is passed once. */
static void find_rings(struct rings *s, struct lh_leak *leak)
{
	for (size_t i = 0; i < s->leaks->tasks.count; i++) {
		uint32_t walk = (uint32_t)i + 1;
		size_t at = i;

		while (at != SIZE_MAX && !s->seen[at]) {
			s->seen[at] = walk;
			at = next_of(s, at);
		}
		if (at != SIZE_MAX && s->seen[at] == walk)
			add_ring(s, at, leak);
	}
}

int lh_rule_rings(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(rings_fini) struct rings s = {.leaks = leaks};
	struct lh_leak found = {0}, *leak;
	int r = lh_leaks_tasks(leaks);

	if (r == 0)
		r = lh_leaks_left(leaks);
	if (r < 0 || !leaks->tasks.wait_count)
		return r;
	s.seen = lh_new0(uint32_t, leaks->tasks.count + 1);
	if (!s.seen)
		return lh_nomem(leaks->heap->ctx);
	find_rings(&s, &found);
	if (!s.rings)
		return 0;
	r = lh_leaks_add(leaks, rule, found.bytes, found.objects, &leak);
	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "%s tasks that wait for each other in a ring", LH_COUNTED(s.count));
	lh_string_addf(&leak->reason, "None of them will ever go on: %s%s.", s.names.text ? s.names.text : "",
		       s.rings > RINGS_TOLD ? "; and others" : "");
	leak->reason.failed |= s.names.failed;
	lh_string_add(&leak->next, "threads --tasks");
	return 0;
}
