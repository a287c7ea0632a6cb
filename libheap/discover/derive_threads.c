/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thread states: the word that leads to the newest call in each of them, by the code of that call and of its
 * callers; the ids, by the threads that the threading module knows.
 */
#include "cpython/frames.h"
#include "cpython/threading.h"
#include "discover/derive_tools.h"
#include "util/array.h"

#define STATE_MAX 1024  /* bytes of a thread state that are searched */
#define THREADS_MAX 256 /* threads that are looked at */
#define CALLS_MAX 2000  /* calls per thread */
#define TAGS 3ull       /* of stack references (3.14+) */

/** struct search - what the words at one offset in all threads must be */
struct search {
	struct lh_derive *d;
	uint32_t previous; /* in an interpreter frame */
	uint32_t current;  /* in a C frame (3.11, 3.12) */
	bool by_cframe;
	struct lh_threading known;
};

typedef bool (*word_fn)(struct search *s, uint64_t word);

static bool is_kind(struct lh_derive *d, uint64_t addr, const char *kind)
{
	struct lh_object o;

	return addr && lh_object_at(d->heap, &d->view, addr, &o) == 0 &&
	       strcmp(o.type->kind->tp_name, kind) == 0;
}

/* A C frame without a call: the thread runs no Python code. */
static bool leads_nowhere(struct search *s, uint64_t word)
{
	return s->by_cframe && lh_view_at(&s->d->view, word, 16) && !lh_derive_word(s->d, word + s->current);
}

/* Add to *count the threads of an interpreter in which the word at @at passes @test. Return: whether all
 * others have 0 there. */
static bool count_threads(struct search *s, const struct lh_interp *interp, uint32_t at, word_fn test,
			  unsigned *count)
{
	struct lh_derive *d = s->d;
	uint64_t thread =
		lh_derive_word(d, interp->addr + lh_layout_at(&d->heap->layout, LH_F_INTERP_THREADS));
	bool all = true;

	for (unsigned n = 0; thread && n < THREADS_MAX; n++) {
		uint64_t word = lh_derive_word(d, thread + at);

		if (word && test(s, word))
			++*count;
		else
			all &= !word || leads_nowhere(s, word);
		thread = lh_derive_word(d, thread + lh_layout_at(&d->heap->layout, LH_F_THREAD_NEXT));
	}
	return all;
}

/* A word that passes @test in at least one thread and, without @some, is 0 in all others. */
static bool holds(struct search *s, uint32_t at, word_fn test, bool some)
{
	unsigned count = 0;

	for (size_t i = 0; i < s->d->heap->interp_count; i++)
		if (!count_threads(s, &s->d->heap->interps[i], at, test, &count) && !some)
			return false;
	return count > 0;
}

/* Return: whether there is such an offset; the guess is tried first. */
static bool find(struct search *s, enum lh_field field, word_fn test, bool some, uint32_t *ret)
{
	uint32_t guess = (uint32_t)lh_layout_or(&s->d->heap->layout, field, 0);

	*ret = guess;
	if (guess && holds(s, guess, test, some))
		return true;
	for (*ret = 0; *ret < STATE_MAX; *ret += 8)
		if (*ret != guess && holds(s, *ret, test, some))
			return true;
	return false;
}

/* ---- calls ---- */

static bool is_frame_object(struct search *s, uint64_t word)
{
	return is_kind(s->d, word, "frame");
}

/* A chain of calls that ends, with code in some of them. Entries from C have None (3.13+) or code. */
static bool is_chain(struct search *s, uint64_t frame)
{
	const struct lh_layout *l = &s->d->heap->layout;
	struct lh_chain chain = {0};
	unsigned n = 0, calls = 0;

	for (; n < CALLS_MAX && lh_chain_goes_on(&chain, frame); n++) {
		uint64_t code = lh_derive_word(s->d, frame + lh_layout_at(l, LH_F_IFRAME_EXECUTABLE)) & ~TAGS;

		if (frame & 7 || (!is_kind(s->d, code, "code") && !is_kind(s->d, code, "NoneType")))
			return false;
		calls += is_kind(s->d, code, "code");
		frame = lh_derive_word(s->d, frame + s->previous);
	}
	return calls && (!frame || n == CALLS_MAX);
}

static bool leads_to_calls(struct search *s, uint64_t word)
{
	return is_chain(s, s->by_cframe ? lh_derive_word(s->d, word + s->current) : word);
}

static bool find_chain(struct search *s, enum lh_field field)
{
	const struct lh_layout *l = &s->d->heap->layout;
	uint32_t end = lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS),
		 guess = (uint32_t)lh_layout_or(l, LH_F_IFRAME_PREVIOUS, 0), at;

	for (uint32_t i = 0; i <= end; i += 8) {
		s->previous = i == 0 ? guess : i - 8;
		if ((i && s->previous == guess) || !find(s, field, leads_to_calls, false, &at))
			continue;
		lh_derive_set(s->d, field, at, "it leads to calls whose code is code");
		lh_derive_set(s->d, LH_F_IFRAME_PREVIOUS, s->previous,
			      "it leads to calls whose code is code");
		return true;
	}
	return false;
}

static void find_cframe(struct search *s)
{
	static const uint32_t places[] = {0, 8};

	s->by_cframe = true;
	for (size_t i = 0; i < LH_ARRAY_SIZE(places); i++) {
		s->current = places[i];
		if (!find_chain(s, LH_F_THREAD_CFRAME))
			continue;
		lh_derive_set(s->d, LH_F_CFRAME_CURRENT_FRAME, s->current,
			      "it leads to calls whose code is code");
		return;
	}
}

static void derive_calls(struct search *s)
{
	const struct lh_layout *l = &s->d->heap->layout;
	uint32_t at;

	if (lh_layout_has(l, LH_F_THREAD_FRAME)) {
		if (find(s, LH_F_THREAD_FRAME, is_frame_object, false, &at))
			lh_derive_set(s->d, LH_F_THREAD_FRAME, at, "frames of threads are frames");
		return;
	}
	if (!lh_layout_has(l, LH_F_IFRAME_EXECUTABLE) || !lh_layout_has(l, LH_F_IFRAME_LOCALSPLUS))
		return;
	if (lh_layout_has(l, LH_F_THREAD_CURRENT_FRAME))
		find_chain(s, LH_F_THREAD_CURRENT_FRAME);
	else
		find_cframe(s);
}

/* ---- the instruction that a call is at ---- */

/* Whether the word at @at of each call is within its code. Adds the calls to *count. */
static bool is_instruction(struct lh_derive *d, const struct lh_interp *interp, uint32_t at, unsigned *count)
{
	const struct lh_layout *l = &d->heap->layout;
	struct lh_frames f;

	lh_frames_init(&f, d->heap, interp);
	while (*count < CALLS_MAX && lh_frames_next_thread(&f))
		for (; *count < CALLS_MAX && lh_frames_next(&f); ++*count) {
			uint64_t start = f.frame.code + lh_layout_at(l, LH_F_CODE_ADAPTIVE),
				 size = lh_derive_word(d, f.frame.code + lh_layout_at(l, LH_F_VAR_SIZE));

			/* one unit before the first instruction until it has run (3.11, 3.12) */
			if (lh_derive_word(d, f.frame.addr + at) - start + 2 > size * 2 + 2)
				return false;
		}
	return true;
}

static bool are_instructions(struct lh_derive *d, uint32_t at)
{
	unsigned count = 0;

	for (size_t i = 0; i < d->heap->interp_count; i++)
		if (!is_instruction(d, &d->heap->interps[i], at, &count))
			return false;
	return count > 0;
}

static void derive_instruction(struct lh_derive *d)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t guess, end;

	if (!lh_layout_has(l, LH_F_IFRAME_INSTR) || !lh_layout_has(l, LH_F_CODE_ADAPTIVE) ||
	    !lh_layout_has(l, LH_F_IFRAME_LOCALSPLUS))
		return;
	guess = lh_layout_at(l, LH_F_IFRAME_INSTR);
	end = lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS);
	for (uint32_t i = 0; i <= end; i += 8) {
		uint32_t at = i == 0 ? guess : i - 8;

		if (!are_instructions(d, at))
			continue;
		lh_derive_set(d, LH_F_IFRAME_INSTR, at, "it is inside of the call's code");
		return;
	}
	lh_derive_drop(d, LH_F_IFRAME_INSTR);
}

/* ---- ids ---- */

static bool is_known_id(struct search *s, uint64_t word)
{
	return lh_threading_has(&s->known, word);
}

static bool is_native_id(struct search *s, uint64_t word)
{
	return word <= 1u << 22; /* Linux's PID_MAX_LIMIT */
}

static bool find_ids(struct search *s)
{
	const struct lh_layout *l = &s->d->heap->layout;
	uint32_t at;

	if (!s->known.count || !find(s, LH_F_THREAD_ID, is_known_id, true, &at))
		return false;
	lh_derive_set(s->d, LH_F_THREAD_ID, at, "threading knows threads of these ids");
	if (lh_layout_has(l, LH_F_THREAD_NATIVE_ID) && holds(s, at + 8, is_native_id, false))
		lh_derive_set(s->d, LH_F_THREAD_NATIVE_ID, at + 8,
			      "native_thread_id follows thread_id (Include/cpython/pystate.h)");
	return true;
}

/* By the first interpreter that imported threading. */
static int derive_ids(struct search *s)
{
	struct lh_heap *heap = s->d->heap;
	bool found = false;
	int r = 0;

	for (size_t i = 0; i < heap->interp_count && r == 0 && !found; i++) {
		r = lh_threading_read(heap, &heap->interps[i], &s->known);
		found = r == 0 && find_ids(s);
		lh_threading_fini(&s->known);
	}
	return r;
}

int lh_derive_threads(struct lh_derive *d)
{
	struct search s = {.d = d};

	derive_calls(&s);
	derive_instruction(d);
	return derive_ids(&s);
}
