/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks of asyncio that wait at one line, or have ended and are held: many of them are stuck, or kept. */
#include "analyze/coroutine.h"
#include "cpython/code.h"
#include "cpython/lines.h"
#include "verdict/alike.h"
#include "verdict/words.h"

/* By the innermost call. */
static int add_task(struct lh_crowds *crowds, size_t item)
{
	struct lh_heap *heap = crowds->leaks->heap;
	const struct lh_task *task = &crowds->leaks->tasks.items[item];
	_cleanup_(lh_calls_fini) struct lh_calls calls = {0};
	struct lh_alike alike = {.state = (uint32_t)task->state, .item = item};
	int r = task->coroutine ? lh_coroutine_calls(heap, task->coroutine, &calls) : 0;

	if (r == 0 && calls.count) {
		alike.code = calls.items[0].code;
		alike.line = lh_frame_line(heap, &heap->view, &calls.items[0]);
	}
	return r == 0 ? lh_crowds_add(crowds, task->addr, &alike) : r;
}

static bool stands_out(const struct lh_leaks *leaks, const struct lh_alike_group *group)
{
	return group->items >= 2 && group->bytes >= leaks->least;
}

/* The coroutine's own call is the outermost one: of the first task, for all. */
static int describe(void *arg, const struct lh_alike_group *group, struct lh_leak *leak)
{
	const struct lh_leaks *leaks = arg;
	struct lh_heap *heap = leaks->heap;
	const struct lh_alike *first = &group->members[0];
	const struct lh_task *task = &leaks->tasks.items[first->item];
	const char *state = lh_task_state_name(task->state);
	_cleanup_(lh_calls_fini) struct lh_calls calls = {0};
	int r = task->coroutine ? lh_coroutine_calls(heap, task->coroutine, &calls) : 0;

	lh_string_addf(&leak->title, "%s %s tasks", LH_COUNTED(group->items), state ? state : "asyncio");
	lh_string_add(&leak->next, "threads --tasks");
	if (r < 0 || !calls.count) {
		lh_string_add(
			&leak->reason,
			"They are in no call: something still holds them, with what they return or the error "
			"in it.");
		return r;
	}
	lh_string_add(&leak->title, " in ");
	lh_words_call(heap, &calls.items[calls.count - 1], &leak->title);
	lh_string_add(&leak->reason, "All of them are at the same line");
	if (calls.count > 1) {
		lh_string_add(&leak->reason, ", in ");
		lh_words_call(heap, &calls.items[0], &leak->reason);
	}
	lh_string_add(&leak->reason, ": what would wake them has not come.");
	return 0;
}

int lh_rule_tasks(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(lh_crowds_fini) struct lh_crowds crowds = {.leaks = leaks};
	size_t suspects = leaks->count;
	int r = lh_leaks_tasks(leaks);

	for (size_t i = 0; r == 0 && i < leaks->tasks.count; i++)
		r = add_task(&crowds, i);
	if (r == 0)
		r = lh_crowds_find(&crowds, &(struct lh_alike_rule){rule, stands_out, describe, leaks});
	if (r == 0 && leaks->count == suspects)
		lh_leaks_counted(leaks, leaks->tasks_whole, "tasks of asyncio", leaks->tasks.count);
	return r;
}
