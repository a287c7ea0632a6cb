/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that never ended: many of one function, at one line. A pool has tens of them; each has a stack of its own, and what
 * its variables hold.
 */
#include "cpython/code.h"
#include "cpython/lines.h"
#include "roots/stacks.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "verdict/alone.h"
#include "verdict/words.h"

#include <stdlib.h>
#include <string.h>

#define THREADS_LEAST 200

/** struct sighting - a thread, by where it is */
struct sighting {
	struct lh_frame inner, outer; /* the innermost call, and what the thread was made for */
	uint32_t line;                /* of the innermost call */
	uint64_t thread;              /* its state */
};

struct threads {
	struct lh_leaks *leaks;
	struct sighting *items;
	size_t count, capacity;
	struct lh_thread_stacks stacks;
};

static void threads_fini(struct threads *t)
{
	free(t->items);
	lh_thread_stacks_fini(&t->stacks);
}

/* ---- where threads are ---- */

/* threading.py calls what a thread is made for, from run(). */
static bool is_of_threading(struct lh_heap *heap, uint64_t code)
{
	static const char name[] = "/threading.py";
	const size_t length = sizeof(name) - 1;
	_cleanup_string_ struct lh_string file = {0};

	lh_code_file(heap, code, &file);
	return file.len >= length && strcmp(file.text + file.len - length, name) == 0;
}

static bool is_bootstrap(struct lh_heap *heap, uint64_t code)
{
	_cleanup_string_ struct lh_string name = {0};

	lh_code_name(heap, code, &name);
	return name.text && strstr(name.text, "_bootstrap");
}

/* Calls come newest first. Of a timer, all are of threading.py. */
static int add_thread(struct threads *t, struct lh_frames *f)
{
	struct lh_heap *heap = t->leaks->heap;
	struct sighting s = {.thread = f->thread.addr};
	bool found = false;

	while (lh_frames_next(f)) {
		bool own = !is_of_threading(heap, f->frame.code);

		if (!s.inner.code) {
			s.inner = s.outer = f->frame;
			s.line = lh_frame_line(heap, &heap->view, &f->frame);
		}
		if (own || (!found && !is_bootstrap(heap, f->frame.code)))
			s.outer = f->frame;
		found |= own;
	}
	return s.inner.code ? lh_append(heap->ctx, t->items, t->count, t->capacity, s) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct sighting *x = a, *y = b;

	if (x->outer.code != y->outer.code)
		return x->outer.code < y->outer.code ? -1 : 1;
	if (x->inner.code != y->inner.code)
		return x->inner.code < y->inner.code ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->thread > y->thread) - (x->thread < y->thread);
}

static bool is_same(const struct sighting *a, const struct sighting *b)
{
	return a->outer.code == b->outer.code && a->inner.code == b->inner.code && a->line == b->line;
}

static int find_threads(struct threads *t, bool *ret_whole)
{
	struct lh_heap *heap = t->leaks->heap;
	int r = 0;

	for (size_t i = 0; r == 0 && i < heap->interp_count; i++) {
		struct lh_frames f;

		lh_frames_init(&f, heap, &heap->interps[i]);
		while (r == 0 && lh_frames_next_thread(&f))
			r = add_thread(t, &f);
		*ret_whole &= !f.incomplete;
	}
	if (r == 0 && t->count)
		qsort(t->items, t->count, sizeof(*t->items), compare);
	return r;
}

/* ---- what they hold ---- */

/** struct crowd - threads that are at one line, in the order of their states */
struct crowd {
	const struct sighting *items;
	size_t count;
};

static bool has_thread(const struct crowd *c, uint64_t thread)
{
	size_t at = lh_bsearch_first(c->count, i, c->items[i].thread < thread);

	return at < c->count && c->items[at].thread == thread;
}

static bool is_theirs(const void *arg, const struct lh_root *root)
{
	return root->thread && has_thread(arg, root->thread);
}

static uint64_t stacks_of(const struct threads *t, const struct crowd *crowd)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < t->stacks.count; i++) {
		const struct lh_thread_stack *s = &t->stacks.all[i];

		if (s->kind == LH_STACK_C && has_thread(crowd, s->thread))
			bytes += s->live_end - s->live_start;
	}
	return bytes;
}

/* ---- suspects ---- */

static int add_suspect(struct threads *t, const struct lh_leak_rule *rule, const struct crowd *crowd)
{
	struct lh_heap *heap = t->leaks->heap;
	const struct sighting *one = &crowd->items[0];
	struct lh_alone alone = {.is_theirs = is_theirs, .arg = crowd};
	struct lh_leak *leak;
	int r = lh_leaks_claim_alone(t->leaks, &alone);

	if (r == 0)
		r = lh_leaks_add(t->leaks, rule, alone.bytes + stacks_of(t, crowd), alone.objects, &leak);
	if (r < 0)
		return r;
	lh_string_addf(&leak->title, "%s threads that have not ended: ", LH_COUNTED(crowd->count));
	lh_words_call(heap, &one->outer, &leak->title);
	lh_string_add(&leak->reason, "All of them are at the same line");
	if (one->inner.code != one->outer.code) {
		lh_string_add(&leak->reason, ", in ");
		lh_words_call(heap, &one->inner, &leak->reason);
	}
	lh_string_add(&leak->reason, ". The bytes are what only they hold, and the stacks in use.");
	lh_string_add(&leak->next, "threads");
	return 0;
}

int lh_rule_threads(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	_cleanup_(threads_fini) struct threads t = {.leaks = leaks};
	size_t suspects = leaks->count;
	bool whole = lh_leaks_saw_all(leaks, &leaks->retained->graph.findings);
	int r = find_threads(&t, &whole);

	if (r == 0 && t.count >= THREADS_LEAST)
		r = lh_thread_stacks_find(leaks->heap, &t.stacks);
	for (size_t from = 0, to; r == 0 && from < t.count; from = to) {
		for (to = from + 1; to < t.count && is_same(&t.items[from], &t.items[to]);)
			to++;
		if (to - from >= THREADS_LEAST)
			r = add_suspect(&t, rule, &(struct crowd){&t.items[from], to - from});
	}
	if (r == 0 && leaks->count == suspects)
		lh_leaks_counted(leaks, whole, "threads", t.count);
	return r;
}
