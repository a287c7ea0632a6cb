/* SPDX-License-Identifier: Apache-2.0 */
/* threads: What each thread is doing: its stack of calls, with their locals. */
#include "commands/cmd_threads.h"
#include "command/command.h"
#include "commands/records.h"
#include "cpython/code.h"
#include "cpython/lines.h"
#include "cpython/locals.h"
#include "cpython/preview.h"
#include "cpython/size.h"
#include "cpython/text.h"
#include "cpython/threading.h"
#include "cpython/type_name.h"

#define PREVIEW_CHARS 60
#define NAME_CHARS 200

static const struct lh_column columns[] = {
	{"interpreter", NULL, LH_K_NUMBER, .once = true},
	{"thread", NULL, LH_K_ADDR, .once = true, .spare = 2},
	{"native_id", "LWP", LH_K_NUMBER, .once = true},
	{"name", NULL, LH_K_TEXT, .once = true},
	{"gil", NULL, LH_K_BOOL, .once = true, .spare = 1},
	{"frame", "#", LH_K_NUMBER},
	{"function", NULL, LH_K_TEXT, .alike = true},
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS, .alike = true},
	{"line", NULL, LH_K_NUMBER, .alike = true},
	{"locals", NULL, LH_K_COUNT, .spare = 3},
	{"locals_bytes", NULL, LH_K_BYTES, .spare = 4},
	{"address", NULL, LH_K_ADDR, .hidden = true},
	{"thread_state", NULL, LH_K_ADDR, .hidden = true},
	{"repeat", NULL, LH_K_COUNT, .hidden = true},
	{},
};

static const struct lh_column local_columns[] = {
	{"interpreter", NULL, LH_K_NUMBER, .once = true},
	{"thread", NULL, LH_K_ADDR, .once = true, .spare = 2},
	{"frame", "#", LH_K_NUMBER, .once = true},
	{"function", NULL, LH_K_TEXT, .once = true, .alike = true},
	{"file", NULL, LH_K_TEXT, .hidden = true, .alike = true},
	{"line", NULL, LH_K_NUMBER, .once = true, .alike = true},
	{"name", NULL, LH_K_TEXT, .alike = true},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT, .alike = true},
	{"bytes", NULL, LH_K_BYTES, .spare = 1},
	{"retained", NULL, LH_K_BYTES},
	{"preview", NULL, LH_K_TEXT},
	{"thread_state", NULL, LH_K_ADDR, .hidden = true},
	{"repeat", NULL, LH_K_COUNT, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"locals", 0, NULL, "one row per local variable of each call"},
	{"tasks", 0, NULL, "asyncio tasks and where each of them waits, instead of threads"},
	{"retained", 0, NULL, "with --locals or --tasks: the bytes that each of them alone keeps alive"},
	{"no-fold", 0, NULL, "show repeated calls, threads and tasks as well"},
	{},
};

static const char *const examples[] = {
	"threads core.1234",
	"threads -p 1234 --locals",
	"threads core.1234 --locals --retained",
	"threads -p 1234 --tasks",
	NULL,
};

struct teller {
	struct lh_heap *heap;
	struct lh_result *result;
	const struct lh_interp *interp;
	struct lh_frames walk;
	struct lh_threading threading;
	bool with_locals, unfolded;
	const struct lh_retained *retained; /* NULL: not asked for */
	/* the current thread's */
	struct lh_string name;
	bool has_name;
	int64_t frame; /* number of the call, newest 0 */
	/* the current interpreter's */
	bool incomplete; /* a walk was incomplete: it ended at the thread @broken */
	uint64_t broken;
	/* the current call's */
	struct lh_string function, file;
	uint32_t line;
	uint64_t locals, bytes;
	/* of all threads */
	uint64_t threads, frames;
};

static struct lh_value interpreter_value(const struct teller *t)
{
	return lh_layout_has(&t->heap->layout, LH_F_INTERP_ID) ? LH_NUMBER(t->interp->id) : LH_NULL;
}

static struct lh_value address_value(uint64_t addr)
{
	return addr ? LH_ADDR(addr) : LH_NULL;
}

/* ---- locals ---- */

static int add_local_row(struct teller *t, uint64_t name, const struct lh_object *o, struct lh_value bytes)
{
	_cleanup_string_ struct lh_string text = {0}, preview = {0};

	if (lh_str_append(t->heap, name, NAME_CHARS, &text) == LH_ABSENT)
		lh_string_add(&text, "?");
	lh_preview(t->heap, o->addr, PREVIEW_CHARS, &preview);
	if (text.failed || preview.failed)
		return lh_nomem(t->heap->ctx);
	return lh_result_row(
		t->result,
		(struct lh_value[]){interpreter_value(t), address_value(t->walk.thread.id),
				    LH_NUMBER(t->frame), lh_text_value(&t->function), lh_text_value(&t->file),
				    lh_line_value(t->line), lh_text_value(&text), LH_ADDR(o->addr),
				    o->type ? LH_TEXT(lh_type_name(t->heap, o->type)) : LH_NULL, bytes,
				    lh_retained_value(t->retained, o->addr), lh_text_value(&preview),
				    LH_ADDR(t->walk.thread.addr), LH_COUNT(1)});
}

static int on_local(void *arg, uint64_t name, uint64_t value)
{
	struct teller *t = arg;
	struct lh_object o = {.addr = value};
	struct lh_value bytes = LH_NULL;

	if (lh_object_at(t->heap, &t->walk.view, value, &o) == 0) {
		bytes = LH_BYTES(lh_object_bytes(t->heap, &t->walk.view, &o));
		t->bytes += (uint64_t)bytes.number;
	} else {
		o = (struct lh_object){.addr = value};
	}
	t->locals++;
	return t->with_locals ? add_local_row(t, name, &o, bytes) : 0;
}

/* ---- frames ---- */

static int add_frame_row(struct teller *t)
{
	const struct lh_thread *thread = &t->walk.thread;
	int gil = lh_thread_has_gil(t->heap, thread);
	bool has_frame = t->frame >= 0;

	return lh_result_row(
		t->result,
		(struct lh_value[]){
			interpreter_value(t), address_value(thread->id),
			thread->native_id ? LH_NUMBER(thread->native_id) : LH_NULL,
			t->has_name ? lh_text_value(&t->name) : LH_NULL, gil < 0 ? LH_NULL : LH_BOOL(gil),
			has_frame ? LH_NUMBER(t->frame) : LH_NULL, lh_text_value(&t->function),
			lh_text_value(&t->file), lh_line_value(t->line),
			has_frame ? LH_COUNT(t->locals) : LH_NULL, has_frame ? LH_BYTES(t->bytes) : LH_NULL,
			has_frame ? LH_ADDR(t->walk.frame.addr) : LH_NULL, LH_ADDR(thread->addr),
			LH_COUNT(1)});
}

static void forget_frame(struct teller *t)
{
	lh_string_fini(&t->function);
	lh_string_fini(&t->file);
	t->function = t->file = (struct lh_string){0};
	t->line = 0;
	t->locals = t->bytes = 0;
}

static int tell_frame(struct teller *t)
{
	const struct lh_frame *frame = &t->walk.frame;
	int r;

	forget_frame(t);
	lh_code_name(t->heap, frame->code, &t->function);
	lh_code_file(t->heap, frame->code, &t->file);
	t->line = lh_frame_line(t->heap, &t->walk.view, frame);
	if (t->function.failed || t->file.failed)
		return lh_nomem(t->heap->ctx);
	r = lh_frame_locals(t->heap, &t->walk.view, frame, on_local, t);
	if (r == 0 && !t->with_locals)
		r = add_frame_row(t);
	t->frames++;
	return r ? r : lh_progress(t->heap->ctx, "reading stacks", t->frames, 0);
}

static int tell_thread(struct teller *t)
{
	int r = 0;

	lh_string_fini(&t->name);
	t->name = (struct lh_string){0};
	t->has_name = lh_threading_name(t->heap, &t->threading, t->walk.thread.id, &t->name);
	t->threads++;
	for (t->frame = 0; r == 0 && lh_frames_next(&t->walk); t->frame++)
		r = tell_frame(t);
	if (r || t->frame > 0 || t->with_locals)
		return r;
	t->frame = -1; /* not in Python code */
	forget_frame(t);
	return add_frame_row(t);
}

/* CPython puts new ones first: Python/pystate.c add_threadstate(), in all versions. */
static uint64_t oldest_thread(struct teller *t)
{
	uint64_t oldest = 0;

	lh_frames_init(&t->walk, t->heap, t->interp);
	while (lh_frames_next_thread(&t->walk))
		oldest = t->walk.thread.addr;
	return t->walk.incomplete ? 0 : oldest;
}

/* The thread @first, or all others. */
static int tell_threads_of(struct teller *t, uint64_t first, bool it)
{
	int r = 0;

	lh_frames_init(&t->walk, t->heap, t->interp);
	while (r == 0 && lh_frames_next_thread(&t->walk))
		if ((t->walk.thread.addr == first) == it)
			r = tell_thread(t);
	if (t->walk.incomplete) {
		t->incomplete = true;
		t->broken = t->walk.thread.addr;
	}
	return r;
}

static int tell_interpreter(struct teller *t)
{
	uint64_t first;
	int r;

	lh_threading_fini(&t->threading);
	r = lh_threading_read(t->heap, t->interp, &t->threading);
	t->incomplete = false;
	first = oldest_thread(t);
	if (r == 0)
		r = tell_threads_of(t, first, true);
	if (r == 0)
		r = tell_threads_of(t, first, false);
	if (r < 0 || !t->incomplete)
		return r;
	lh_result_incomplete(t->result);
	return lh_result_warn(t->result, "stack", &t->broken,
			      "the chain of threads, or of a thread's calls, is broken or leads into "
			      "memory that is not in the target");
}

/* Layouts derived from structure may not have the place of the calls. */
static int warn_of_layout(struct teller *t)
{
	const struct lh_layout *l = &t->heap->layout;

	if (lh_layout_has(l, LH_F_THREAD_FRAME) || lh_layout_has(l, LH_F_THREAD_CFRAME) ||
	    lh_layout_has(l, LH_F_THREAD_CURRENT_FRAME))
		return 0;
	lh_result_incomplete(t->result);
	return lh_result_warn(t->result, "layout", NULL,
			      "the layout does not say where a thread's calls are, so no stacks are "
			      "shown");
}

static void hide_columns(struct teller *t)
{
	const struct lh_layout *l = &t->heap->layout;

	if (t->heap->interp_count < 2)
		lh_result_hide(t->result, "interpreter");
	if (!lh_layout_has(l, LH_F_THREAD_NATIVE_ID))
		lh_result_hide(t->result, "native_id");
	if (!lh_layout_has(l, LH_F_RUNTIME_TSTATE_CURRENT))
		lh_result_hide(t->result, "gil");
	lh_result_all(t->result);
}

static int tell_threads(struct teller *t)
{
	int r = 0;

	lh_result_columns(t->result, t->with_locals ? local_columns : columns, NULL);
	lh_result_fold(t->result, &(struct lh_fold){.block = "thread_state", .noun = "thread"}, t->unfolded);
	hide_columns(t);
	if (t->with_locals && !t->retained)
		lh_result_hide(t->result, "retained");
	r = warn_of_layout(t);
	for (size_t i = 0; i < t->heap->interp_count && r == 0; i++) {
		t->interp = &t->heap->interps[i];
		r = tell_interpreter(t);
	}
	return r < 0 ? r
		     : lh_result_summarize(t->result, (struct lh_summary[]){
							      {"threads", "threads", LH_COUNT(t->threads)},
							      {"frames", "frames", LH_COUNT(t->frames)},
							      {},
						      });
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	bool locals = lh_invocation_has(invocation, "locals"), tasks = lh_invocation_has(invocation, "tasks");

	if (locals && tasks)
		return lh_fail(ctx, LH_EUSAGE,
			       "threads: --tasks and --locals show different rows: give one of them");
	if (lh_invocation_has(invocation, "retained") && !locals && !tasks)
		return lh_fail(ctx, LH_EUSAGE, "threads: --retained needs --locals or --tasks");
	return 0;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct teller t = {.heap = heap,
			   .result = result,
			   .with_locals = lh_invocation_has(invocation, "locals"),
			   .unfolded = lh_invocation_has(invocation, "no-fold")};
	int r = 0;

	if (lh_invocation_has(invocation, "retained"))
		r = lh_retained_get(heap, &t.retained);
	if (r == 0 && lh_invocation_has(invocation, "tasks"))
		return lh_threads_tasks(heap, result, t.retained, t.unfolded);
	if (r == 0)
		r = tell_threads(&t);
	forget_frame(&t);
	lh_string_fini(&t.name);
	lh_threading_fini(&t.threading);
	return r;
}

const struct lh_command lh_cmd_threads = {
	.name = "threads",
	.group = "The whole heap",
	.summary = "what is each thread doing?",
	.arguments = "",
	.description = "One row per Python call, thread by thread, newest call first, starting with the\n"
		       "main (oldest) thread: function, file and line, the number of its locals, and\n"
		       "the bytes of the objects they refer to, without what those refer to in turn.\n"
		       "Variables at module level are globals, not locals. A thread's name is the one\n"
		       "that threading gave it.\n"
		       "\n"
		       "--tasks: one row per coroutine that an asyncio task is in, innermost first, and\n"
		       "what the innermost one waits for. A task that has ended has one row without a\n"
		       "function.\n"
		       "\n"
		       "Repeated calls (a recursion), and threads and tasks at the same lines as\n"
		       "earlier ones, are shown once with a count. JSON and csv have all rows, and\n"
		       "'repeat': how many rows each stands for in text, 0 if an earlier row stands for\n"
		       "it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"locals", local_columns}, {"tasks", lh_task_columns}},
	.reads_little = true,
	.reads_all = {"retained", "tasks"},
	.check = check,
	.run = run,
};
