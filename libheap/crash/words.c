/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: what happened, where, and with which object. */
#include "crash/crash.h"

#include "cpython/type_name.h"
#include "crash/signals.h"
#include "util/array.h"

#include <signal.h>
#include <string.h>

static const char *module_name(const struct lh_native_place *place)
{
	return place->module ? lh_base_name(place->module->path) : "no file";
}

static void add_function(const struct lh_crash *c, const struct lh_crash_call *call, struct lh_string *out)
{
	const struct lh_native_place *place = &c->native.places[call->place];
	const char *function = lh_crash_native_line(c, call)->function;

	if (function)
		lh_string_addf(out, "%s() of %s", function, module_name(place));
	else if (place->module)
		lh_string_addf(out, "a function of %s", module_name(place));
	else
		lh_string_addf(out, "0x%" PRIx64 ", which is not code", place->pc);
}

/* Neither the interpreter nor the C library. */
static bool is_foreign(const struct lh_crash *c, const struct lh_native_place *place)
{
	return place->module && place->module != c->heap->module && !place->module->main &&
	       !lh_is_c_library(place->module);
}

/* Where a signal that was raised came from: beyond the functions of the C library that raise it. */
static size_t first_native(const struct lh_crash *c)
{
	size_t i = 0;

	while (c->signal.code <= 0 && !lh_signal_sender(&c->signal, c->heap->target->pid) &&
	       i + 1 < c->call_count && !c->calls[i + 1].python &&
	       lh_is_c_library(c->native.places[c->calls[i].place].module))
		i++;
	return i;
}

static void add_native(const struct lh_crash *c, struct lh_string *out)
{
	size_t first = first_native(c);

	for (size_t i = first; i < c->call_count && !c->calls[i].python; i++) {
		const struct lh_native_place *place = &c->native.places[c->calls[i].place];
		bool foreign = is_foreign(c, place);

		if (i == first || foreign) {
			lh_string_add(out, i == first ? " in " : ", called by ");
			add_function(c, &c->calls[i], out);
		}
		if (foreign)
			return;
	}
}

static void add_python(const struct lh_crash *c, struct lh_string *out)
{
	for (size_t i = 0; i < c->call_count; i++) {
		const struct lh_crash_line *line = c->calls[i].python ? &c->lines[c->calls[i].place] : NULL;

		if (!line)
			continue;
		lh_string_addf(out, ", in line %" PRIu32 " of %s (%s)", line->line,
			       line->file ? lh_base_name(line->file) : "?",
			       line->function ? line->function : "?");
		return;
	}
}

static void add_one_held(const struct lh_crash *c, const struct lh_held *h, struct lh_string *out)
{
	bool freed = h->kind == LH_HELD_FREED;

	lh_string_addf(out, "; %s has %s %s at 0x%" PRIx64, lh_register_name(h->number),
		       freed ? "a freed" : "the", h->type ? lh_type_name(c->heap, h->type) : "object",
		       h->addr);
	if (h->name)
		lh_string_addf(out, " (%s '%s')", h->global ? "global" : "local", h->name);
}

/* What no variable has may be left over: in registers that calls do not preserve, and free blocks of which nothing else is known, which
 * the allocator may hand out next, in all but that of the first argument. Classes are in registers because they are looked at. */
static bool is_known(const struct lh_held *h, enum lh_held_kind kind)
{
	bool scratch = h->number >= LH_R8 && h->number <= LH_R11;

	if (h->kind != kind)
		return false;
	if (kind == LH_HELD_FREED)
		return h->name || (h->type && !scratch) || h->number == LH_RDI;
	return h->name && !(h->type->flags & LH_TPFLAG_TYPE_SUBCLASS);
}

static bool add_known(const struct lh_crash *c, enum lh_held_kind kind, struct lh_string *out)
{
	bool any = false;

	for (size_t i = 0; i < c->held_count; i++)
		if (is_known(&c->held[i], kind)) {
			add_one_held(c, &c->held[i], out);
			any = true;
		}
	return any;
}

/* Freed objects, else those that a variable has: what the native function was given. */
static void add_held(const struct lh_crash *c, struct lh_string *out)
{
	if (!add_known(c, LH_HELD_FREED, out))
		add_known(c, LH_HELD_OBJECT, out);
}

static const char *access_words(const struct lh_crash *c)
{
	static const char *const words[] = {
		[LH_ACCESS_UNKNOWN] = "access to",
		[LH_ACCESS_READ] = "read of",
		[LH_ACCESS_WRITE] = "write to",
		[LH_ACCESS_RUN] = "a call led to",
	};

	if (!lh_signal_has_address(&c->signal) && !c->has_operand)
		return words[LH_ACCESS_UNKNOWN];
	return c->signal.number == SIGFPE || c->signal.number == SIGILL
		       ? "at"
		       : words[c->has_operand ? c->operand.access : LH_ACCESS_UNKNOWN];
}

static void say_signal(const struct lh_crash *c, struct lh_string *out)
{
	const struct lh_signal_words *w = lh_signal_words(c->signal.number);
	pid_t sender = lh_signal_sender(&c->signal, c->heap->target->pid);

	if (c->overflow && c->python_calls)
		lh_string_addf(out, "Stack overflow, %s Python calls deep,", LH_COUNTED(c->python_calls));
	else if (c->overflow)
		lh_string_add(out, "Stack overflow");
	else if (sender)
		lh_string_addf(out, "Ended by %s, which process %d sent: it was", w->name, (int)sender);
	else
		lh_string_add(out, w->title);
	if (c->where && !c->overflow)
		lh_string_addf(out, ": %s %s,", access_words(c), c->where);
}

/* Why a process gave up by itself is in the exception that it had met; a fault has another cause, but for want of memory. */
static void add_exception(const struct lh_crash *c, struct lh_string *out)
{
	bool own = c->signal.code <= 0 && !lh_signal_sender(&c->signal, c->heap->target->pid);

	if (!c->exception_count || (!own && !lh_crash_lacked_memory(c)))
		return;
	lh_string_add(out, "; ");
	lh_crash_exception_text(c, &c->exceptions[0], out);
}

static void say_crash(struct lh_crash *c, struct lh_string *out)
{
	say_signal(c, out);
	add_native(c, out);
	add_python(c, out);
	if (c->message)
		lh_string_addf(out, ": %s", c->message);
	add_exception(c, out);
	if (!c->overflow)
		add_held(c, out);
}

int lh_crash_verdict(struct lh_crash *crash)
{
	_cleanup_string_ struct lh_string text = {0};

	if (crash->crashed)
		say_crash(crash, &text);
	else if (crash->heap->target->kind == LH_TARGET_READER || crash->heap->target->stopped)
		lh_string_add(
			&text,
			"whether the process crashed is not known here: its memory came without the signal");
	else if (crash->heap->target->kind == LH_TARGET_PROCESS)
		lh_string_add(&text, "this process is running: nothing crashed");
	else
		lh_string_add(&text, "this process was running when it was dumped: nothing crashed");
	return lh_string_give(crash->heap->ctx, &text, &crash->verdict);
}
