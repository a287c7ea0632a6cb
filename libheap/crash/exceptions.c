/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions that the thread was busy with: what a process that gave up by itself (abort() in a handler, a fatal error) had met.
 *
 * A thread keeps the one that is being raised and the one that is being handled (Include/cpython/pystate.h); what a generator
 * handles is kept in the generator, which is looked for since 3.11. What the interpreter printed as not caught is sys.last_exc
 * (3.12+) or sys.last_value (Python/pythonrun.c, PyErr_PrintEx()).
 */
#include "crash/crash.h"

#include "cpython/dict.h"
#include "cpython/lines.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <string.h>

#define CALLS_LOOKED_AT 1000

/* What is said where an exception is: its class where it has no instance yet (up to 3.11), or where the value is none. */
struct words {
	uint64_t type, value, traceback;
};

static uint64_t word(const struct lh_crash *c, uint64_t addr, enum lh_field field)
{
	return lh_heap_word(c->heap, &c->heap->view, addr, field);
}

static bool read_instance(const struct lh_crash *c, uint64_t addr, struct lh_crash_exception *ret)
{
	struct lh_object o;

	if (!addr || lh_object_at(c->heap, &c->heap->view, addr, &o) != 0 ||
	    !(o.type->flags & LH_TPFLAG_BASE_EXC_SUBCLASS))
		return false;
	ret->addr = addr;
	ret->type = o.type;
	return true;
}

static bool read_class(const struct lh_crash *c, uint64_t addr, struct lh_crash_exception *ret)
{
	return addr && lh_types_get(c->heap, addr, &ret->type) == 0 &&
	       ret->type->flags & LH_TPFLAG_BASE_EXC_SUBCLASS;
}

/* Include/cpython/traceback.h: tb_lasti is the int before tb_lineno, which is -1 until it is asked for (3.12+). */
static uint32_t traceback_line(const struct lh_crash *c, uint64_t traceback, uint64_t code)
{
	int32_t line = (int32_t)word(c, traceback, LH_F_TRACEBACK_LINENO);
	int32_t at = (int32_t)word(c, traceback - sizeof(int32_t), LH_F_TRACEBACK_LINENO);

	return line >= 0 ? (uint32_t)line : lh_code_line(c->heap, &c->heap->view, code, at);
}

/* The last entry of a traceback is where the exception was raised. */
static int find_place(struct lh_crash *c, uint64_t traceback, struct lh_crash_exception *e)
{
	struct lh_chain chain = {0};
	uint64_t last = 0, at;
	struct lh_frame frame;

	for (; lh_chain_goes_on(&chain, traceback); traceback = word(c, traceback, LH_F_TRACEBACK_NEXT))
		last = traceback;
	at = word(c, last, LH_F_TRACEBACK_FRAME);
	if (lh_layout_has(&c->heap->layout, LH_F_FRAME_FRAME))
		at = word(c, at, LH_F_FRAME_FRAME);
	if (!at || !lh_frame_at(c->heap, &c->heap->view, at, &frame))
		return 0;
	e->has_place = true;
	return lh_crash_line(c, frame.code, traceback_line(c, last, frame.code), &e->place);
}

static bool is_listed(const struct lh_crash *c, uint64_t addr)
{
	for (size_t i = 0; addr && i < c->exception_count; i++)
		if (c->exceptions[i].addr == addr)
			return true;
	return false;
}

static int add(struct lh_crash *c, const char *state, const struct words *w)
{
	struct lh_crash_exception e = {.state = state};
	uint64_t traceback;
	int r;

	if ((!read_instance(c, w->value, &e) && !read_class(c, w->type, &e)) || is_listed(c, e.addr) ||
	    c->exception_count == LH_CRASH_EXCEPTIONS)
		return 0;
	traceback = word(c, e.addr, LH_F_EXC_TRACEBACK);
	r = find_place(c, traceback ? traceback : w->traceback, &e);
	c->exceptions[c->exception_count++] = e;
	return r;
}

/* A generator or coroutine that runs keeps what it handles; its frame lies in it. */
static int add_of_generators(struct lh_crash *c, const char *state)
{
	const struct lh_layout *l = &c->heap->layout;
	struct lh_frames walk;
	int r = 0;

	if (!lh_layout_has(l, LH_F_GEN_IFRAME) || !lh_frames_of(&walk, c->heap, c->thread))
		return 0;
	for (unsigned i = 0; i < CALLS_LOOKED_AT && r == 0 && lh_frames_next(&walk); i++) {
		uint64_t generator = walk.frame.addr - lh_layout_at(l, LH_F_GEN_IFRAME);
		struct lh_object o;

		if (lh_object_at(c->heap, &walk.view, generator, &o) == 0 &&
		    o.type->kind->id == LH_KIND_GENERATOR)
			r = add(c, state,
				&(struct words){.value = word(c,
							      generator + lh_layout_at(l, LH_F_GEN_EXC_STATE),
							      LH_F_EXCITEM_VALUE)});
	}
	return r;
}

static int add_printed(struct lh_crash *c, const char *state)
{
	static const char *const names[] = {"last_exc", "last_value"};
	struct words w = {0};
	int r = LH_ABSENT;

	for (size_t i = 0; r == LH_ABSENT && i < LH_ARRAY_SIZE(names); i++)
		r = lh_dict_get(c->heap, c->sysdict, names[i], &w.value);
	if (r != 0)
		return r < 0 ? r : 0;
	r = lh_dict_get(c->heap, c->sysdict, "last_traceback", &w.traceback);
	return r < 0 ? r : add(c, state, &w);
}

int lh_crash_exceptions(struct lh_crash *c)
{
	static const char raised[] = "being raised", handled[] = "being handled";
	int r;

	if (!c->thread)
		return 0;
	r = add(c, raised,
		&(struct words){word(c, c->thread, LH_F_THREAD_RAISED_TYPE),
				word(c, c->thread, LH_F_THREAD_RAISED),
				word(c, c->thread, LH_F_THREAD_RAISED_TRACEBACK)});
	if (r == 0)
		r = add_of_generators(c, handled);
	if (r == 0)
		r = add(c, handled,
			&(struct words){word(c, c->thread, LH_F_THREAD_HANDLED_TYPE),
					word(c, c->thread, LH_F_THREAD_HANDLED),
					word(c, c->thread, LH_F_THREAD_HANDLED_TRACEBACK)});
	return r == 0 ? add_printed(c, "reported as not caught") : r;
}

void lh_crash_exception_text(const struct lh_crash *c, const struct lh_crash_exception *e,
			     struct lh_string *out)
{
	const struct lh_crash_line *line = e->has_place ? &c->lines[e->place] : NULL;

	lh_string_addf(out, "%s %s", lh_type_name(c->heap, e->type), e->state);
	if (line)
		lh_string_addf(out, ", raised in line %" PRIu32 " of %s (%s)", line->line,
			       line->file ? lh_base_name(line->file) : "?",
			       line->function ? line->function : "?");
}

bool lh_crash_lacked_memory(const struct lh_crash *c)
{
	static const char *const names[] = {"MemoryError", "exceptions.MemoryError"}; /* 2.7 has a module */

	for (size_t i = 0; i < c->exception_count; i++)
		for (size_t k = 0; k < LH_ARRAY_SIZE(names); k++)
			if (strcmp(lh_type_name(c->heap, c->exceptions[i].type), names[k]) == 0)
				return true;
	return false;
}
