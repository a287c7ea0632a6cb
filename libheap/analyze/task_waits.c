/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which task waits for which. A task stores the future that it awaits. The task that will complete that
 * future records so on its own side: by its awaited_by (3.14+, but between tasks in C and in Python) and by
 * its callbacks. asyncio.wait(), wait_for() and shield() give a function or partial that refers to the
 * future, TaskGroup a method of the group, which has it in an attribute (Lib/asyncio/tasks.py,
 * taskgroups.py).
 */
#include "analyze/tasks.h"
#include "cpython/attribute.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define REACH_MAX 256        /* objects looked at from the callbacks of one task */
#define WAITS_MAX (1u << 24) /* of all tasks: in damaged memory all may wait for all */

static int compare_tasks(const void *a, const void *b)
{
	uint64_t x = ((const struct lh_task *)a)->addr, y = ((const struct lh_task *)b)->addr;

	return (x > y) - (x < y);
}

static int by_task(const void *a, const void *b)
{
	const struct lh_wait *x = a, *y = b;

	if (x->task != y->task)
		return (x->task > y->task) - (x->task < y->task);
	return (x->waiter > y->waiter) - (x->waiter < y->waiter);
}

static int by_waiter(const void *a, const void *b)
{
	const struct lh_wait *x = a, *y = b;

	if (x->waiter != y->waiter)
		return (x->waiter > y->waiter) - (x->waiter < y->waiter);
	return (x->task > y->task) - (x->task < y->task);
}

static const struct lh_task *task_at(const struct lh_tasks *t, uint64_t addr)
{
	struct lh_task key = {.addr = addr};

	return t->count ? bsearch(&key, t->items, t->count, sizeof(key), compare_tasks) : NULL;
}

static int append(struct lh_tasks *t, size_t task, size_t waiter)
{
	if (t->wait_count >= WAITS_MAX)
		return 0;
	return lh_append(t->heap->ctx, t->waits, t->wait_count, t->wait_capacity,
			 ((struct lh_wait){.task = task, .waiter = waiter}));
}

static int add_wait(struct lh_tasks *t, uint64_t task, size_t waiter)
{
	const struct lh_task *found = task_at(t, task);

	return found ? append(t, (size_t)(found - t->items), waiter) : 0;
}

/* gather() has a future of its own, with those that it waits for in _children. */
static int add_children(struct lh_tasks *t, size_t waiter)
{
	struct lh_view *view = &t->heap->view;
	const struct lh_layout *l = &t->heap->layout;
	struct lh_object future, list;
	uint64_t children, items, count;
	int r = 0;

	if (lh_object_at(t->heap, view, t->items[waiter].waits_for, &future) != 0 ||
	    lh_attribute_get(t->heap, &future, "_children", &children) != 0 ||
	    lh_object_at(t->heap, view, children, &list) != 0 || list.type->kind->id != LH_KIND_LIST)
		return 0;
	items = lh_u64(list.bytes + lh_layout_at(l, LH_F_LIST_ITEMS));
	count = lh_u64(list.bytes + lh_layout_at(l, LH_F_VAR_SIZE));
	for (uint64_t i = 0; i < count && r == 0; i++) {
		const uint8_t *p = lh_view_at(view, items + i * 8, 8);

		if (!p)
			break;
		r = add_wait(t, lh_u64(p), waiter);
	}
	return r;
}

/* ---- from the other side ---- */

/** struct blocked - task @waiter waits for @future, which is not a task */
struct blocked {
	uint64_t future;
	size_t waiter;
};

/** struct reach - objects to look at, some of them more than once */
struct reach {
	struct lh_tasks *tasks;
	struct lh_visitor visitor;
	struct blocked *blocked; /* by future */
	size_t blocked_count;
	uint64_t objects[REACH_MAX];
	size_t count;
};

static int by_future(const void *a, const void *b)
{
	const struct blocked *x = a, *y = b;

	if (x->future != y->future)
		return (x->future > y->future) - (x->future < y->future);
	return (x->waiter > y->waiter) - (x->waiter < y->waiter);
}

static void push(struct reach *reach, uint64_t addr)
{
	if (addr && reach->count < REACH_MAX)
		reach->objects[reach->count++] = addr;
}

static void on_span(void *arg, const struct lh_span *span)
{
	for (uint64_t i = 0; i < span->count && ((struct reach *)arg)->count < REACH_MAX; i++)
		push(arg, lh_span_word(span, i));
}

/* awaited_by: one, or a set of them. */
static int add_awaiting(struct reach *reach, size_t place)
{
	struct lh_tasks *t = reach->tasks;
	struct lh_object o;
	int r = 0;

	reach->count = 0;
	if (lh_object_at(t->heap, &reach->visitor.view, t->items[place].awaited_by, &o) != 0)
		return 0;
	if (o.type->kind->id == LH_KIND_SET)
		lh_visit(&reach->visitor, &o);
	else
		push(reach, o.addr);
	for (size_t i = 0; i < reach->count && r == 0; i++) {
		const struct lh_task *waiter = task_at(t, reach->objects[i]);

		if (waiter)
			r = append(t, place, (size_t)(waiter - t->items));
	}
	return r;
}

/* Tasks that wait for @future are released by the end of the task at @place. */
static int add_released(struct reach *reach, uint64_t future, size_t place)
{
	size_t at = lh_bsearch_first(reach->blocked_count, i, reach->blocked[i].future < future);
	int r = 0;

	for (; at < reach->blocked_count && reach->blocked[at].future == future && r == 0; at++)
		r = append(reach->tasks, place, reach->blocked[at].waiter);
	return r;
}

static bool is_part_of_callback(const struct lh_type *type)
{
	static const char *const names[] = {"list", "tuple",  "function",
					    "cell", "method", "functools.partial"};

	for (size_t i = 0; i < LH_ARRAY_SIZE(names); i++)
		if (strcmp(type->kind->tp_name, names[i]) == 0)
			return true;
	return false;
}

static int follow_callbacks(struct reach *reach, size_t place)
{
	struct lh_heap *heap = reach->tasks->heap;
	const struct lh_task *task = &reach->tasks->items[place];
	struct lh_object o;
	uint64_t future;
	int r = 0;

	reach->count = 0;
	push(reach, task->callbacks[0]);
	push(reach, task->callbacks[1]);
	for (size_t i = 0; i < reach->count && r == 0; i++) {
		r = add_released(reach, reach->objects[i], place);
		if (r < 0 || lh_object_at(heap, &reach->visitor.view, reach->objects[i], &o) != 0)
			continue;
		if (is_part_of_callback(o.type))
			lh_visit(&reach->visitor, &o);
		else if (lh_attribute_get(heap, &o, "_on_completed_fut", &future) == 0)
			push(reach, future);
	}
	return r;
}

static int add_told(struct lh_tasks *t)
{
	_cleanup_free_ struct reach *reach = lh_new0(struct reach, 1);
	_cleanup_free_ struct blocked *blocked = lh_new0(struct blocked, t->count + 1);
	int r = 0;

	if (!reach || !blocked)
		return lh_nomem(t->heap->ctx);
	reach->tasks = t;
	reach->visitor = (struct lh_visitor){
		.heap = t->heap, .view = lh_view_of(t->heap->target), .fn = on_span, .arg = reach};
	reach->blocked = blocked;
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].waits_for && !task_at(t, t->items[i].waits_for))
			blocked[reach->blocked_count++] = (struct blocked){t->items[i].waits_for, i};
	if (reach->blocked_count)
		qsort(blocked, reach->blocked_count, sizeof(*blocked), by_future);
	for (size_t i = 0; i < t->count && r == 0; i++) {
		r = add_awaiting(reach, i);
		if (r == 0)
			r = follow_callbacks(reach, i);
	}
	return r;
}

/* ---- both ---- */

/* Both tasks may record the same wait. */
static void drop_doubles(struct lh_tasks *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->wait_count; i++)
		if (kept == 0 || by_waiter(&t->waits[i], &t->waits[kept - 1]) != 0)
			t->waits[kept++] = t->waits[i];
	t->wait_count = kept;
}

int lh_tasks_find_waits(struct lh_tasks *t)
{
	int r = 0;

	if (t->count)
		qsort(t->items, t->count, sizeof(*t->items), compare_tasks);
	for (size_t i = 0; i < t->count && r == 0; i++) {
		if (!t->items[i].waits_for)
			continue;
		r = add_wait(t, t->items[i].waits_for, i);
		if (r == 0)
			r = add_children(t, i);
	}
	if (r == 0)
		r = add_told(t);
	if (r < 0 || !t->wait_count)
		return r;
	qsort(t->waits, t->wait_count, sizeof(*t->waits), by_waiter);
	drop_doubles(t);
	t->by_task = lh_new0(struct lh_wait, t->wait_count);
	if (!t->by_task)
		return lh_nomem(t->heap->ctx);
	memcpy(t->by_task, t->waits, t->wait_count * sizeof(*t->waits));
	qsort(t->by_task, t->wait_count, sizeof(*t->by_task), by_task);
	return 0;
}

/* The first wait in which the size_t at @member is not below @place. */
static size_t lower_bound(const struct lh_wait *waits, size_t count, size_t member, size_t place)
{
	return lh_bsearch_first(count, i, *(const size_t *)((const char *)&waits[i] + member) < place);
}

static struct lh_waits waits_of(const struct lh_wait *waits, size_t count, size_t member, size_t place)
{
	size_t first = lower_bound(waits, count, member, place);

	if (count == 0)
		return (struct lh_waits){0};
	return (struct lh_waits){waits + first, lower_bound(waits, count, member, place + 1) - first};
}

struct lh_waits lh_tasks_waited_for(const struct lh_tasks *t, size_t place)
{
	return waits_of(t->waits, t->wait_count, offsetof(struct lh_wait, waiter), place);
}

struct lh_waits lh_tasks_waiters(const struct lh_tasks *t, size_t place)
{
	return waits_of(t->by_task, t->wait_count, offsetof(struct lh_wait, task), place);
}
