/* SPDX-License-Identifier: Apache-2.0 */
/* crash: What happened to this process: signal, address, C and Python calls in one list. */
#include "command/command.h"
#include "commands/records.h"
#include "cpython/preview.h"
#include "cpython/type_name.h"
#include "crash/crash.h"
#include "crash/signals.h"

static const struct lh_column columns[] = {
	{"frame", "#", LH_K_NUMBER},
	{"kind", NULL, LH_K_TEXT, .alike = true},
	{"function", NULL, LH_K_TEXT, .alike = true},
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS, .alike = true},
	{"line", NULL, LH_K_NUMBER, .alike = true},
	{"object", NULL, LH_K_ADDR, .spare = 1},
	{"address", NULL, LH_K_ADDR, .hidden = true},
	{"thread", NULL, LH_K_NUMBER, .hidden = true},
	{"repeat", NULL, LH_K_COUNT, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"no-fold", 0, NULL, "show repeated calls as well"},
	{},
};

static const char *const examples[] = {
	"crash core.1234",
	"crash core.1234 --no-fold",
	NULL,
};

#define PREVIEW_CHARS 40

static struct lh_value line_or_null(uint32_t line)
{
	return line ? LH_NUMBER(line) : LH_NULL;
}

/* Native code without lines is in its module's file at least. */
static int add_call(const struct lh_crash *c, size_t i, struct lh_result *result)
{
	const struct lh_crash_call *call = &c->calls[i];
	const struct lh_module *module = call->python ? NULL : c->native.places[call->place].module;
	const struct lh_native_line *n = call->python ? NULL : lh_crash_native_line(c, call);
	const struct lh_crash_line *p = call->python ? &c->lines[call->place] : NULL;

	return lh_result_row(result, (struct lh_value[]){
					     LH_NUMBER(i),
					     LH_TEXT(p               ? "python"
						     : call->inlined ? "inlined"
								     : "native"),
					     lh_text_or_null(p ? p->function : n->function),
					     lh_text_or_null(p         ? p->file
							     : n->file ? n->file
							     : module  ? module->path
								       : NULL),
					     line_or_null(p ? p->line : n->line),
					     call->object ? LH_ADDR(call->object) : LH_NULL,
					     LH_ADDR(call->addr),
					     LH_NUMBER(c->tid),
					     LH_COUNT(1),
				     });
}

static int note_held(const struct lh_crash *c, const struct lh_held *held, struct lh_result *result)
{
	_cleanup_string_ struct lh_string text = {0};

	if (held->kind == LH_HELD_FREED)
		lh_string_addf(&text, "a freed %s",
			       held->type ? lh_type_name(c->heap, held->type) : "block of memory");
	else
		lh_preview(c->heap, held->addr, PREVIEW_CHARS, &text);
	if (text.failed)
		return lh_nomem(c->heap->ctx);
	return lh_result_note(result, "%s is 0x%" PRIx64 "%s%s: %s", lh_register_name(held->number),
			      held->addr,
			      !held->name    ? ""
			      : held->global ? ", global "
					     : ", local ",
			      held->name ? held->name : "", text.text ? text.text : "?");
}

/* The object that the native code was given, as far as a variable says so. */
static int hint(const struct lh_crash *c, struct lh_result *result)
{
	const struct lh_held *held = NULL;
	int r = 0;

	for (size_t i = 0; i < c->held_count && !held; i++)
		if (c->held[i].kind == LH_HELD_FREED || c->held[i].name)
			held = &c->held[i];
	if (held)
		r = lh_result_next(result, "what is there", "object 0x%" PRIx64, held->addr);
	else if (c->thread)
		r = lh_result_next(result, "variables of each call", "threads --locals");
	if (r == 0 && lh_crash_lacked_memory(c))
		r = lh_result_next(result, "what fills the memory", "leaks");
	if (r == 0 && c->crashed)
		r = lh_result_next(result, "whether the heap is damaged, and where", "verify");
	return r;
}

static int warn_of_native(const struct lh_crash *c, struct lh_result *result)
{
	static const char *const texts[] = {
		[LH_UNWOUND_CHAIN] =
			"native calls were followed by frame pointers, which most code does not keep: some are "
			"missing",
		[LH_UNWOUND_SCAN] =
			"nothing says how to undo native calls: those shown are words of the stack that may be where "
			"calls return to, some of them left over",
		[LH_UNWOUND_NONE] = "only the newest native call is known",
	};

	if (!c->has_registers)
		return lh_result_warn(
			result, "registers", NULL,
			"the registers of the thread are not known here, or its machine is not x86-64: native "
			"calls are not shown");
	if (c->native.how != LH_UNWOUND_TABLES)
		return lh_result_warn(result, "native-stack", NULL, "%s", texts[c->native.how]);
	if (c->native.cut)
		return lh_result_warn(result, "native-stack", NULL, "there are more native calls than %u",
				      LH_NATIVE_CALLS_MAX);
	return lh_result_warn(
		result, "native-stack", NULL,
		"native calls end where a file with the code, or a part of the stack, is not here: give %s",
		lh_hint(c->heap->ctx, LH_HINT_SYSROOT));
}

static int warn(const struct lh_crash *c, struct lh_result *result)
{
	int r = 0;

	if (!c->native.whole)
		r = warn_of_native(c, result);
	if (r == 0 && c->broken)
		r = lh_result_warn(
			result, "stack", &c->thread,
			"the chain of Python's calls is broken, or leads into memory that is not in the target");
	if (!lh_crash_is_whole(c))
		lh_result_incomplete(result);
	if (r == 0 && c->handled)
		r = lh_result_note(
			result,
			"A handler of the process got the signal first, and raised it again: its calls are not "
			"shown.");
	if (r == 0 && c->python_calls && !c->joined)
		r = lh_result_note(
			result,
			"Python's calls follow the native ones: which of these ran them is not known.");
	return r;
}

static int summarize(const struct lh_crash *c, struct lh_result *result)
{
	_cleanup_string_ struct lh_string signal = {0}, exceptions = {0};

	if (c->crashed)
		lh_signal_text(&c->signal, c->heap->target->pid, &signal);
	for (size_t i = 0; i < c->exception_count; i++) {
		lh_string_add(&exceptions, i ? "; " : "");
		lh_crash_exception_text(c, &c->exceptions[i], &exceptions);
	}
	if (signal.failed || exceptions.failed)
		return lh_nomem(c->heap->ctx);
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"signal", c->crashed ? "signal" : NULL, lh_text_or_null(signal.text)},
			{"address", c->where ? "address" : NULL, lh_text_or_null(c->where)},
			{"exception", exceptions.len ? "exception" : NULL, lh_text_or_null(exceptions.text)},
			{"thread", "thread", c->tid ? LH_NUMBER(c->tid) : LH_NULL},
			{"verdict", NULL, LH_TEXT(c->verdict)},
			{},
		});
}

static int show(const struct lh_crash *c, bool unfolded, struct lh_result *result)
{
	int r = lh_result_headline(result, "%s", c->verdict);

	lh_result_columns(result, columns, NULL);
	lh_result_fold(result, &(struct lh_fold){.block = "thread", .noun = "thread"}, unfolded);
	lh_result_all(result);
	if (r == 0)
		r = summarize(c, result);
	for (size_t i = 0; i < c->call_count && r == 0; i++)
		r = add_call(c, i, result);
	for (size_t i = 0; i < c->held_count && r == 0 && c->crashed; i++)
		r = note_held(c, &c->held[i], result);
	if (r == 0)
		r = warn(c, result);
	return r == 0 ? hint(c, result) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_crash crash;
	int r = lh_crash_find(heap, &crash);

	if (r == 0)
		r = show(&crash, lh_invocation_has(invocation, "no-fold"), result);
	lh_crash_fini(&crash);
	return r;
}

const struct lh_command lh_cmd_crash = {
	.name = "crash",
	.group = "The whole heap",
	.summary = "what happened to this process?",
	.arguments = "",
	.description = "The first line is the verdict: which signal ended the process, at which address,\n"
		       "in which function, called from which line of Python, and whether it was using\n"
		       "an object that had been freed.\n"
		       "\n"
		       "One row per call of the thread that crashed, newest first, native calls and\n"
		       "Python's in one list: the interpreter's own loop is left out where the Python\n"
		       "calls that it runs stand, and 'inlined' calls became a part of the function\n"
		       "below. 'object' is an object that a register had and that a local of the call\n"
		       "refers to. Below the rows are the objects in registers.\n"
		       "Repeated calls (a recursion) are shown once with a count.\n"
		       "\n"
		       "A process that runs, and a core that gcore made of one, did not crash: the\n"
		       "calls are those of its first thread.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.reads_little = true,
	.run = run,
};
