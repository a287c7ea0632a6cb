/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/tasks.h"
#include "cpython/attribute.h"
#include "cpython/text.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <stdlib.h>

#define NAME_CHARS 200
#define BASES_MAX 64

enum { NO_TASK = -1, TASK_IN_C = 1, TASK_IN_PYTHON = 2 };

/* ---- which types are tasks ---- */

static int8_t look_at_bases(struct lh_heap *heap, struct lh_type *type)
{
	for (unsigned n = 0; n < BASES_MAX; n++) {
		const char *name = lh_type_name(heap, type);

		if (strcmp(name, "_asyncio.Task") == 0)
			return TASK_IN_C;
		if (strcmp(name, "asyncio.tasks.Task") == 0)
			return TASK_IN_PYTHON;
		if (!type->base || lh_types_get(heap, type->base, &type) != 0)
			break;
	}
	return NO_TASK;
}

/* Return: which kind; -LH_ENOMEM. */
static int kind_of_task(struct lh_tasks *t, struct lh_type *type)
{
	int r = lh_grow_zeroed(t->heap->ctx, &t->types, &t->types_capacity, type->index + 1,
			       sizeof(*t->types));

	if (r < 0)
		return r;
	if (!t->types[type->index])
		t->types[type->index] = look_at_bases(t->heap, type);
	return t->types[type->index] == NO_TASK ? 0 : t->types[type->index];
}

/* ---- tasks in C ---- */

static uint64_t object_or_none(struct lh_heap *heap, struct lh_view *view, uint64_t word)
{
	struct lh_object o;

	if (!word || lh_object_at(heap, view, word, &o) != 0 || o.type->kind->id == LH_KIND_NONE)
		return 0;
	return word;
}

static bool is_kind(struct lh_heap *heap, struct lh_view *view, uint64_t word, enum lh_kind_id id)
{
	struct lh_object o;

	return word && lh_object_at(heap, view, word, &o) == 0 && o.type->kind->id == id;
}

#define WORDS_MAX 64 /* words of a body: 3.15 has 24 */

/** struct body - the words of a future or a task in C after the object's header */
struct body {
	uint64_t words[WORDS_MAX];
	size_t count;
};

static void read_body(struct lh_heap *heap, const struct lh_item *item, struct body *ret)
{
	uint64_t start = lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE);

	ret->count = 0;
	for (uint64_t o = start; o + 8 <= item->object.type->c_basicsize && ret->count < WORDS_MAX; o += 8)
		ret->words[ret->count++] = lh_u64(item->object.bytes + o);
}

/* fut_state of a task that has ended: the first word of the body that is not an address; 1: cancelled, 2:
 * finished. */
static enum lh_task_state ended_state(struct lh_heap *heap, struct lh_view *view, const struct body *body)
{
	uint64_t exception = lh_layout_constant(&heap->layout, LH_C_FUTURE_EXCEPTION);

	for (size_t i = 0; i < body->count; i++) {
		if (body->words[i] & 1 && (uint32_t)body->words[i] == 1)
			return LH_TASK_CANCELLED;
		if ((uint32_t)body->words[i] == 2)
			return exception < i && is_kind(heap, view, body->words[exception], LH_KIND_EXCEPTION)
				       ? LH_TASK_FAILED
				       : LH_TASK_FINISHED;
	}
	return LH_TASK_UNKNOWN;
}

/* Callbacks for its end. */
static void read_c_future(struct lh_heap *heap, const struct body *body, struct lh_task *task)
{
	uint64_t exception = lh_layout_constant(&heap->layout, LH_C_FUTURE_EXCEPTION),
		 awaited_by = lh_layout_constant(&heap->layout, LH_C_FUTURE_AWAITED_BY);

	if (awaited_by && awaited_by < body->count)
		task->awaited_by = body->words[awaited_by];
	if (exception && exception < body->count) {
		task->callbacks[0] = body->words[exception - 1];
		task->callbacks[1] = exception > 3 ? body->words[exception - 3] : 0;
	}
}

/* The future that it waits for, the coroutine, the name: recognized by the coroutine in the middle. */
static void read_c_task(struct lh_heap *heap, struct lh_view *view, const struct body *body,
			struct lh_task *task)
{
	const uint64_t *words = body->words;
	size_t at = 0;

	for (size_t i = 1; i < body->count; i++)
		if (is_kind(heap, view, words[i], LH_KIND_GENERATOR))
			at = i;
	if (at == 0)
		return;
	task->coroutine = words[at];
	task->waits_for = object_or_none(heap, view, words[at - 1]);
	if (at + 1 < body->count && (is_kind(heap, view, words[at + 1], LH_KIND_STR) ||
				     is_kind(heap, view, words[at + 1], LH_KIND_INT)))
		task->name = words[at + 1];
}

/* ---- tasks in Python ---- */

static uint64_t attribute(struct lh_heap *heap, const struct lh_object *o, const char *name)
{
	uint64_t found;

	return lh_attribute_get(heap, o, name, &found) == 0 ? object_or_none(heap, &heap->view, found) : 0;
}

static void read_python_task(struct lh_heap *heap, const struct lh_object *o, struct lh_task *task)
{
	task->coroutine = attribute(heap, o, "_coro");
	task->name = attribute(heap, o, "_name");
	task->waits_for = attribute(heap, o, "_fut_waiter");
	task->awaited_by = attribute(heap, o, "_Future__asyncio_awaited_by");
	task->callbacks[0] = attribute(heap, o, "_callbacks");
}

/* An instance has a state of its own once it has ended; before that it has the class's. */
static enum lh_task_state named_state(struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t name = attribute(heap, o, "_state");

	if (name && lh_str_equals(heap, name, "CANCELLED"))
		return LH_TASK_CANCELLED;
	if (!name || !lh_str_equals(heap, name, "FINISHED"))
		return LH_TASK_UNKNOWN;
	return is_kind(heap, &heap->view, attribute(heap, o, "_exception"), LH_KIND_EXCEPTION)
		       ? LH_TASK_FAILED
		       : LH_TASK_FINISHED;
}

/* ---- both ---- */

/* Up to 3.6 a task in Python is a future in C. */
static bool is_future_in_c(const struct lh_type *type)
{
	return type->conservative || type->body;
}

/* A task ends when its coroutine does. */
static enum lh_task_state state_of(struct lh_heap *heap, struct lh_view *view, const struct lh_object *o,
				   const struct lh_task *task, const struct body *body)
{
	enum lh_generator_state state = LH_GENERATOR_FINISHED;
	enum lh_task_state ended;
	struct lh_frame frame;

	if (task->coroutine && lh_generator_frame(heap, view, task->coroutine, &frame, &state) == 0)
		return state == LH_GENERATOR_RUNS ? LH_TASK_RUNNING : LH_TASK_PENDING;
	ended = named_state(heap, o);
	return ended == LH_TASK_UNKNOWN && is_future_in_c(o->type) ? ended_state(heap, view, body) : ended;
}

static void read_task(struct lh_heap *heap, struct lh_view *view, const struct lh_item *item, int kind,
		      struct lh_task *task)
{
	struct lh_object o = {
		.addr = item->object.addr, .bytes = item->object.bytes, .type = item->object.type};
	struct body body;

	read_body(heap, item, &body);
	if (kind == TASK_IN_C)
		read_c_task(heap, view, &body, task);
	else
		read_python_task(heap, &o, task);
	if (is_future_in_c(o.type))
		read_c_future(heap, &body, task);
	task->state = state_of(heap, view, &o, task, &body);
}

/* ---- all tasks ---- */

static int look(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_tasks *t = arg;
	struct lh_view view = lh_view_of(t->heap->target);

	for (size_t i = 0; i < count; i++) {
		struct lh_task task = {.addr = items[i].object.addr};
		int r = kind_of_task(t, items[i].object.type);

		if (r == 0)
			continue;
		if (r > 0) {
			read_task(t->heap, &view, &items[i], r, &task);
			r = lh_append(t->heap->ctx, t->items, t->count, t->capacity, task);
		}
		if (r < 0)
			return r;
	}
	return 0;
}

static bool wants(void *arg, struct lh_type *type)
{
	return kind_of_task(arg, type) != 0;
}

int lh_tasks_find(struct lh_heap *heap, struct lh_tasks *ret, struct lh_findings *findings)
{
	const struct lh_walk_filter tasks = {.tracked_only = true, .wants = wants, .arg = ret};
	int r;

	*ret = (struct lh_tasks){.heap = heap};
	r = lh_objects_walk_filtered(heap, &tasks, look, ret, findings);
	return r == 0 ? lh_tasks_find_waits(ret) : r;
}

void lh_tasks_fini(struct lh_tasks *tasks)
{
	free(tasks->items);
	free(tasks->waits);
	free(tasks->by_task);
	free(tasks->types);
}

bool lh_task_name(struct lh_heap *heap, const struct lh_task *task, struct lh_string *out)
{
	int64_t number;

	if (!task->name)
		return false;
	if (!is_kind(heap, &heap->view, task->name, LH_KIND_INT) ||
	    lh_int_read(heap, &heap->view, task->name, &number) != 0)
		return !heap->hide_values && lh_str_append(heap, task->name, NAME_CHARS, out) != LH_ABSENT;
	lh_string_addf(out, "Task-%" PRId64, number);
	return true;
}

const char *lh_task_state_name(enum lh_task_state state)
{
	static const char *const names[] = {NULL, "pending", "running", "finished", "failed", "cancelled"};

	return names[state];
}
