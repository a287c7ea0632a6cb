/* SPDX-License-Identifier: Apache-2.0 */
/* threads --tasks: The tasks of asyncio and the calls that their coroutines are in. */
#include "analyze/coroutine.h"
#include "analyze/tasks.h"
#include "command/findings.h"
#include "commands/cmd_threads.h"
#include "cpython/code.h"
#include "cpython/lines.h"
#include "cpython/text.h"
#include "cpython/type_name.h"

#define NAME_CHARS 200

const struct lh_column lh_task_columns[] = {
	{"task", NULL, LH_K_ADDR, .once = true, .spare = 1},
	{"name", NULL, LH_K_TEXT, .once = true},
	{"state", NULL, LH_K_TEXT, .once = true, .spare = 2, .alike = true},
	{"retained", NULL, LH_K_BYTES, .once = true},
	{"coroutine", NULL, LH_K_TEXT, .once = true, .spare = 4, .alike = true},
	{"frame", "#", LH_K_NUMBER},
	{"function", NULL, LH_K_TEXT, .alike = true},
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS, .alike = true},
	{"line", NULL, LH_K_NUMBER, .alike = true},
	{"waits_for", NULL, LH_K_LIST, .once = true},
	{"awaited_by", NULL, LH_K_LIST, .once = true, .spare = 3},
	{"repeat", NULL, LH_K_COUNT, .hidden = true},
	{},
};

struct teller {
	struct lh_heap *heap;
	struct lh_result *result;
	const struct lh_retained *retained; /* NULL: not asked for */
	struct lh_tasks tasks;
	/* the current task's */
	const struct lh_task *task;
	struct lh_string name, coroutine, waits_for, awaited_by;
};

/* A task by its name, else by its address. */
static void add_task(struct teller *t, size_t place, struct lh_string *out)
{
	const struct lh_task *task = &t->tasks.items[place];

	if (out->len)
		lh_string_add(out, "\n");
	if (!lh_task_name(t->heap, task, out))
		lh_string_addf(out, "0x%" PRIx64, task->addr);
}

/* Other tasks that it waits for, else the future. */
static void tell_waits(struct teller *t)
{
	size_t place = (size_t)(t->task - t->tasks.items);
	struct lh_waits waiters = lh_tasks_waiters(&t->tasks, place),
			others = lh_tasks_waited_for(&t->tasks, place);
	struct lh_object o;

	for (size_t i = 0; i < waiters.count; i++)
		add_task(t, waiters.items[i].waiter, &t->awaited_by);
	for (size_t i = 0; i < others.count; i++)
		add_task(t, others.items[i].task, &t->waits_for);
	if (others.count == 0 && t->task->waits_for &&
	    lh_object_at(t->heap, &t->heap->view, t->task->waits_for, &o) == 0)
		lh_string_addf(&t->waits_for, "<%s at 0x%" PRIx64 ">", lh_type_name(t->heap, o.type), o.addr);
}

static int add_row(struct teller *t, struct lh_value number, const struct lh_frame *frame)
{
	_cleanup_string_ struct lh_string function = {0}, file = {0};
	const char *state = lh_task_state_name(t->task->state);
	uint32_t line = 0;

	if (frame) {
		lh_code_name(t->heap, frame->code, &function);
		lh_code_file(t->heap, frame->code, &file);
		line = lh_frame_line(t->heap, &t->heap->view, frame);
	}
	if (function.failed || file.failed)
		return lh_nomem(t->heap->ctx);
	return lh_result_row(
		t->result,
		(struct lh_value[]){
			LH_ADDR(t->task->addr), lh_text_value(&t->name), state ? LH_TEXT(state) : LH_NULL,
			lh_retained_value(t->retained, t->task->addr), lh_text_value(&t->coroutine), number,
			lh_text_value(&function), lh_text_value(&file), lh_line_value(line),
			LH_LIST(t->waits_for.text ? t->waits_for.text : ""),
			LH_LIST(t->awaited_by.text ? t->awaited_by.text : ""), LH_COUNT(1)});
}

static int add_rows(struct teller *t)
{
	_cleanup_(lh_calls_fini) struct lh_calls stack = {0};
	int r = 0;

	if (t->task->coroutine)
		r = lh_coroutine_calls(t->heap, t->task->coroutine, &stack);
	for (size_t i = 0; i < stack.count && r == 0; i++)
		r = add_row(t, LH_NUMBER(i), &stack.items[i]);
	return r == 0 && stack.count == 0 ? add_row(t, LH_NULL, NULL) : r;
}

static void forget_task(struct teller *t)
{
	lh_string_fini(&t->name);
	lh_string_fini(&t->coroutine);
	lh_string_fini(&t->waits_for);
	lh_string_fini(&t->awaited_by);
	t->name = t->coroutine = t->waits_for = t->awaited_by = (struct lh_string){0};
}

static int tell_task(struct teller *t)
{
	uint64_t name = lh_heap_word(t->heap, &t->heap->view, t->task->coroutine, LH_F_GEN_QUALNAME);

	forget_task(t);
	lh_task_name(t->heap, t->task, &t->name);
	if (name)
		lh_str_append(t->heap, name, NAME_CHARS, &t->coroutine);
	tell_waits(t);
	if (t->name.failed || t->coroutine.failed || t->waits_for.failed || t->awaited_by.failed)
		return lh_nomem(t->heap->ctx);
	return add_rows(t);
}

static int tell_tasks(struct teller *t)
{
	struct lh_findings findings;
	int r = lh_tasks_find(t->heap, &t->tasks, &findings);

	for (size_t i = 0; i < t->tasks.count && r == 0; i++) {
		t->task = &t->tasks.items[i];
		r = tell_task(t);
	}
	if (r == 0)
		r = lh_result_summary(t->result, "tasks", "tasks", LH_COUNT(t->tasks.count));
	return r == 0 ? lh_result_findings(t->result, &findings, findings.ring_objects) : r;
}

int lh_threads_tasks(struct lh_heap *heap, struct lh_result *result, const struct lh_retained *retained,
		     bool unfolded)
{
	struct teller t = {.heap = heap, .result = result, .retained = retained};
	int r;

	lh_result_columns(result, lh_task_columns, NULL);
	lh_result_fold(result, &(struct lh_fold){.block = "task", .noun = "task", .most_first = true},
		       unfolded);
	lh_result_all(result);
	if (!retained)
		lh_result_hide(result, "retained");
	r = tell_tasks(&t);
	forget_task(&t);
	lh_tasks_fini(&t.tasks);
	return r;
}
