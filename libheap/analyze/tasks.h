/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asyncio's tasks: those written in C (_asyncio.Task), those in Python (asyncio.tasks.Task), and instances of
 * their subclasses.
 *
 * No layout has _asyncio.Task. In its body the future that it waits for, the coroutine and the name are side
 * by side (Modules/_asynciomodule.c, 3.6 to 3.15), and a coroutine is known by its type.
 */
#ifndef LH_ANALYZE_TASKS_H
#define LH_ANALYZE_TASKS_H

#include "inventory/objects.h"
#include "util/string.h"

enum lh_task_state {
	LH_TASK_UNKNOWN,
	LH_TASK_PENDING,
	LH_TASK_RUNNING, /* pending for asyncio: a thread is in its coroutine */
	LH_TASK_FINISHED,
	LH_TASK_FAILED, /* finished for asyncio, with an exception */
	LH_TASK_CANCELLED,
};

/** struct lh_task - addresses are 0 if unknown or NULL */
struct lh_task {
	uint64_t addr;
	enum lh_task_state state;
	uint64_t coroutine;
	uint64_t name;         /* a str; the int n of the name "Task-n" (3.12+) */
	uint64_t waits_for;    /* a future, or another task */
	uint64_t awaited_by;   /* a task, a future, or a set of them (3.14+) */
	uint64_t callbacks[2]; /* a callback, or a list of them */
};

/** struct lh_wait - task @waiter waits for task @task, itself or among others */
struct lh_wait {
	size_t task, waiter; /* indices in items */
};

/** struct lh_waits - some waits, side by side */
struct lh_waits {
	const struct lh_wait *items;
	size_t count;
};

struct lh_tasks {
	struct lh_heap *heap;
	struct lh_task *items; /* by address */
	size_t count, capacity;
	struct lh_wait *waits; /* by waiter */
	struct lh_wait *by_task;
	size_t wait_count, wait_capacity;
	int8_t *types; /* by index of type: which kind of task; 0: not looked at yet */
	size_t types_capacity;
};

/** lh_tasks_find() - Return: 0, -LH_E*. Free with lh_tasks_fini() in any case. */
int lh_tasks_find(struct lh_heap *heap, struct lh_tasks *ret, struct lh_findings *findings);
/** lh_tasks_find_waits() - find the waits of found items, which it sorts; part of lh_tasks_find(). Return: 0,
 * -LH_ENOMEM. */
int lh_tasks_find_waits(struct lh_tasks *tasks);
void lh_tasks_fini(struct lh_tasks *tasks);
/** lh_tasks_waited_for() - the tasks that the one at @place waits for: their .task */
struct lh_waits lh_tasks_waited_for(const struct lh_tasks *tasks, size_t place);
/** lh_tasks_waiters() - the tasks that wait for the one at @place: their .waiter */
struct lh_waits lh_tasks_waiters(const struct lh_tasks *tasks, size_t place);
/** lh_task_name() - append it. Return: whether it has one (3.8+). */
bool lh_task_name(struct lh_heap *heap, const struct lh_task *task, struct lh_string *out);
/** lh_task_state_name() - "pending"; NULL: not known */
const char *lh_task_state_name(enum lh_task_state state);

#endif
