/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Native calls and Python's as one list: a call of the interpreter's loop stands for the Python calls that it runs.
 *
 * Up to 3.10 each Python call has a loop of its own; since 3.11 a loop goes on with the functions that its code calls, until C code
 * calls Python again (lh_frame.from_c). If there are more loops than such groups, the newest had not begun their call yet: a
 * stack that overflows does so there.
 */
#include "crash/crash.h"

#include "cpython/code.h"
#include "cpython/dict.h"
#include "cpython/lines.h"
#include "cpython/locals.h"
#include "cpython/text.h"
#include "util/array.h"

#include <string.h>

#define LINES_LOOKED_AT 64 /* a recursion is at few lines; the same line twice costs memory alone */
#define GLOBALS_MAX 65536  /* of a module */
#define NAME_CHARS 100
#define LOCALS_CALLS 64 /* newest Python calls with locals that are looked at */

struct joining {
	struct lh_crash *crash;
	struct lh_crash_call *python; /* newest first */
	bool *from_c;                 /* by Python call */
	size_t count, capacity, from_c_count, from_c_capacity;
	size_t next, loops, groups;
	uint64_t held; /* that a local of the current call refers to */
};

/* ---- Python's calls ---- */

/* The thread whose pthread_self(), which is what %fs:0 has, this is. */
static void find_thread(struct lh_crash *c)
{
	for (size_t i = 0; c->tls && i < c->heap->interp_count; i++) {
		struct lh_frames walk;

		lh_frames_init(&walk, c->heap, &c->heap->interps[i]);
		while (lh_frames_next_thread(&walk))
			if (walk.thread.id == c->tls) {
				c->thread = walk.thread.addr;
				c->sysdict = c->heap->interps[i].sysdict;
				return;
			}
	}
}

static int take_text(struct lh_ctx *ctx, bool there, struct lh_string *text, char **ret)
{
	if (text->failed)
		return lh_nomem(ctx);
	*ret = there ? lh_string_take(text) : NULL;
	lh_string_fini(text);
	return there && !*ret ? lh_nomem(ctx) : 0;
}

static int add_line(struct lh_crash *c, uint64_t code, uint32_t number)
{
	struct lh_crash_line line = {.code = code, .line = number};
	struct lh_string text = {0};
	int r = take_text(c->heap->ctx, lh_code_name(c->heap, code, &text), &text, &line.function);

	text = (struct lh_string){0};
	if (r == 0)
		r = take_text(c->heap->ctx, lh_code_file(c->heap, code, &text), &text, &line.file);
	if (r == 0)
		r = lh_append(c->heap->ctx, c->lines, c->line_count, c->line_capacity, line);
	if (r < 0) {
		free(line.function);
		free(line.file);
	}
	return r;
}

int lh_crash_line(struct lh_crash *c, uint64_t code, uint32_t number, uint32_t *ret)
{
	int r;

	for (size_t i = c->line_count; i-- > 0 && c->line_count - i <= LINES_LOOKED_AT;)
		if (c->lines[i].code == code && c->lines[i].line == number) {
			*ret = (uint32_t)i;
			return 0;
		}
	r = add_line(c, code, number);
	*ret = (uint32_t)(c->line_count - 1);
	return r;
}

static int name_held(struct lh_heap *heap, struct lh_held *held, uint64_t name, bool global)
{
	_cleanup_string_ struct lh_string text = {0};

	if (held->name)
		return 0;
	held->global = global;
	if (lh_str_append(heap, name, NAME_CHARS, &text) == LH_ABSENT)
		return 0;
	return lh_string_give(heap->ctx, &text, &held->name);
}

static int on_variable(struct joining *j, uint64_t name, uint64_t value, bool global)
{
	for (size_t i = 0; i < j->crash->held_count; i++) {
		if (j->crash->held[i].addr != value)
			continue;
		if (!j->held)
			j->held = value;
		return name_held(j->crash->heap, &j->crash->held[i], name, global);
	}
	return 0;
}

static int on_local(void *arg, uint64_t name, uint64_t value)
{
	return on_variable(arg, name, value, false);
}

/* Variables of code at module level are its globals. */
static int look_at_globals(struct joining *j, const struct lh_frame *frame)
{
	struct lh_heap *heap = j->crash->heap;
	uint64_t key, value;
	struct lh_object o;
	struct lh_dict dict;
	int r = 0;

	if (!frame->names || frame->names != frame->globals ||
	    lh_object_at(heap, &heap->view, frame->globals, &o) != 0 ||
	    !(o.type->flags & LH_TPFLAG_DICT_SUBCLASS) ||
	    lh_dict_read(heap, &heap->view, o.bytes, &dict) != 0)
		return 0;
	for (uint64_t i = 0; dict.keys.entries && i < dict.keys.entry_count && i < GLOBALS_MAX && r == 0; i++)
		if (lh_dict_entry(&dict, i, &key, &value) && key && value)
			r = on_variable(j, key, value, true);
	return r;
}

/* Which of the objects in registers a variable of this call has */
static int look_at_variables(struct joining *j, struct lh_frames *walk)
{
	int r;

	j->held = 0;
	if (!j->crash->crashed || !j->crash->held_count || j->count >= LOCALS_CALLS)
		return 0;
	r = lh_frame_locals(j->crash->heap, &walk->view, &walk->frame, on_local, j);
	return r == 0 ? look_at_globals(j, &walk->frame) : r;
}

static int add_python_call(struct joining *j, struct lh_frames *walk)
{
	struct lh_crash *c = j->crash;
	struct lh_crash_call call = {.python = true, .addr = walk->frame.addr};
	uint32_t number = lh_frame_line(c->heap, &walk->view, &walk->frame);
	int r = lh_crash_line(c, walk->frame.code, number, &call.place);

	if (r == 0)
		r = look_at_variables(j, walk);
	call.object = j->held;
	if (r == 0)
		r = lh_append(c->heap->ctx, j->python, j->count, j->capacity, call);
	if (r == 0)
		r = lh_append(c->heap->ctx, j->from_c, j->from_c_count, j->from_c_capacity,
			      walk->frame.from_c);
	j->groups += walk->frame.from_c;
	return r ? r : lh_progress(c->heap->ctx, "reading stacks", j->count, 0);
}

static int find_python_calls(struct joining *j)
{
	struct lh_crash *c = j->crash;
	struct lh_frames walk;
	int r = 0;

	find_thread(c);
	if (!c->thread || !lh_frames_of(&walk, c->heap, c->thread))
		return 0;
	while (r == 0 && lh_frames_next(&walk))
		r = add_python_call(j, &walk);
	c->python_calls = j->count;
	c->broken = walk.incomplete;
	j->groups += j->count && !j->from_c[j->count - 1];
	return r;
}

/* ---- both ---- */

/* The function that has the loop: Python/ceval.c. 2.7 and 3.5 have the second alone; 3.6 to 3.10 have both, and the second calls the first. */
static const char *loop_name(struct lh_heap *heap)
{
	static const char *const names[] = {"_PyEval_EvalFrameDefault", "PyEval_EvalFrameEx"};
	uint64_t addr;

	for (size_t i = 0; heap->python && i < LH_ARRAY_SIZE(names); i++)
		if (lh_modfile_symbol(heap->python, names[i], &addr, NULL) == 0)
			return names[i];
	return NULL;
}

static bool is_loop(const struct lh_crash *c, const char *name, size_t call)
{
	const struct lh_native_place *place = lh_native_place(&c->native, call);

	return name && place->at.function && place->module == c->heap->module &&
	       strcmp(place->at.function, name) == 0;
}

const struct lh_native_line *lh_crash_native_line(const struct lh_crash *crash,
						  const struct lh_crash_call *call)
{
	const struct lh_native_place *place = &crash->native.places[call->place];

	return call->inlined ? &place->inlined[call->inlined - 1] : &place->at;
}

static int add_native(struct joining *j, size_t i)
{
	struct lh_crash *c = j->crash;
	struct lh_crash_call call = {.place = c->native.calls[i].place, .addr = c->native.calls[i].pc};
	size_t inlined = lh_native_place(&c->native, i)->inlined_count;
	int r = 0;

	for (call.inlined = 1; call.inlined <= inlined && r == 0; call.inlined++)
		r = lh_append(c->heap->ctx, c->calls, c->call_count, c->call_capacity, call);
	call.inlined = 0;
	return r == 0 ? lh_append(c->heap->ctx, c->calls, c->call_count, c->call_capacity, call) : r;
}

/* The Python calls of one loop, or all that are left. */
static int add_group(struct joining *j, bool all)
{
	struct lh_crash *c = j->crash;
	bool last = false;
	int r = 0;

	while (r == 0 && j->next < j->count && (all || !last)) {
		last = j->from_c[j->next];
		r = lh_append(c->heap->ctx, c->calls, c->call_count, c->call_capacity, j->python[j->next]);
		j->next++;
	}
	return r;
}

static int join(struct joining *j)
{
	struct lh_crash *c = j->crash;
	const char *name = loop_name(c->heap);
	size_t early, loop = 0;
	int r = 0;

	for (size_t i = 0; i < c->native.count; i++)
		j->loops += is_loop(c, name, i);
	/* Loops that have no call yet are the newest; where a list has no end it is not known how many there are. */
	early = j->loops > j->groups && c->native.whole && !c->broken ? j->loops - j->groups : 0;
	c->joined =
		j->loops && c->native.how == LH_UNWOUND_TABLES && (j->loops >= j->groups || !c->native.whole);
	for (size_t i = 0; i < c->native.count && r == 0; i++) {
		bool stands = c->joined && is_loop(c, name, i) && loop++ >= early && j->next < j->count;

		r = stands ? add_group(j, false) : add_native(j, i);
	}
	return r == 0 ? add_group(j, true) : r;
}

int lh_crash_calls(struct lh_crash *crash)
{
	struct joining j = {.crash = crash};
	int r = find_python_calls(&j);

	if (r == 0)
		r = join(&j);
	free(j.python);
	free(j.from_c);
	return r;
}
