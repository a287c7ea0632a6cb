/* SPDX-License-Identifier: Apache-2.0 */
/* Words of memory, and of registers, that refer to objects. */
#include "roots/native_words.h"
#include "cpython/extent.h"
#include "inventory/locate.h"
#include "target/word_run.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP (4u << 20)      /* bytes between looks at the user's ^C */
#define HITS_MAX (1u << 20)  /* words taken for roots, per kind */
#define WORDS_MAX (1u << 26) /* words of native memory that are looked at */

struct scan {
	struct lh_native *native;
	struct lh_view view;
	struct lh_root like; /* kind, thread, field */
	uint64_t hits;
};

static bool is_known(const struct lh_native *n, const uint8_t *bytes)
{
	const uint8_t *word = lh_view_origin(bytes);

	return n->known_count &&
	       bsearch(&word, n->known, n->known_count, sizeof(*n->known), lh_native_compare);
}

/* Whether @at is in a state, a module or a stack: words there are looked at separately. */
static bool is_elsewhere(struct lh_native *n, uint64_t at)
{
	const struct lh_heap *heap = n->paths->heap;

	return lh_heap_interp_at(heap, at) || lh_target_module(heap->target, at) ||
	       lh_thread_stacks_at(&n->stacks, at);
}

/* Whether some object has @at in its body, or it is free memory of a pool. */
static bool is_owned(struct lh_native *n, uint64_t at)
{
	struct lh_paths *p = n->paths;
	uint32_t before = lh_addrset_rank(&p->graph->set, at);
	struct lh_place place;
	struct lh_object o;

	if (lh_pymalloc_has(&p->heap->pymalloc, at))
		return lh_locate(p->heap, at, &place) != 0 || place.kind != LH_PLACE_BLOCK;
	return before &&
	       lh_object_at(p->heap, &p->heap->view, lh_addrset_nth(&p->graph->set, before - 1), &o) == 0 &&
	       at - o.addr < lh_object_extent(p->heap, o.bytes, o.type);
}

static int add_word(struct lh_native *n, uint64_t at, uint64_t to)
{
	if (n->word_count >= WORDS_MAX)
		return 0;
	return lh_append(n->paths->heap->ctx, n->words, n->word_count, n->word_capacity,
			 ((struct lh_native_word){at, to}));
}

static int take_word(struct scan *s, uint64_t at, const uint8_t *bytes)
{
	struct lh_native *n = s->native;
	struct lh_root root = s->like;

	root.to = lh_u64(bytes);
	root.at = at;
	if (lh_native_unmet(n->paths, root.to) == LH_NO_INDEX || is_known(n, bytes))
		return 0;
	if (root.kind == LH_ROOT_NATIVE)
		return is_elsewhere(n, at) || is_owned(n, at) ? 0 : add_word(n, at, root.to);
	return s->hits++ < HITS_MAX ? lh_roots_add(&n->paths->roots, &root) : 0;
}

/* All words of [start, end) that are in the target. */
static int scan(struct scan *s, uint64_t start, uint64_t end)
{
	const struct lh_addrset *left = &s->native->left;
	struct lh_word_run run = lh_word_run_of(start, end);
	int r = 0;

	while (r == 0 && lh_word_run_next(&run, &s->view, STEP)) {
		r = lh_progress(s->native->paths->heap->ctx, "searching native memory", run.at - start,
				end - start);
		for (uint64_t i = 0; i < run.len && r == 0; i += 8)
			if (lh_addrset_has(left, lh_u64(run.words + i)))
				r = take_word(s, run.at + i, run.words + i);
	}
	return r;
}

static int scan_writable(struct scan *s, uint64_t start, uint64_t end)
{
	const struct lh_target *t = s->native->paths->heap->target;
	struct lh_range run = {.end = start};
	int r = 0;

	while (r == 0 && lh_target_next_writable(t, run.end, end, &run))
		r = scan(s, run.start, run.end);
	return r;
}

/* Modules' data, and interpreters' states outside of it (before 3.11 also the main one's). */
static int scan_data(struct scan *s)
{
	const struct lh_heap *heap = s->native->paths->heap;
	uint64_t size = (uint64_t)lh_layout_or(&heap->layout, LH_F_INTERP_SIZE, 0);
	int r = 0;

	for (size_t i = 0; i < heap->target->module_count && r == 0; i++)
		r = scan_writable(s, heap->target->modules[i].start, heap->target->modules[i].end);
	for (size_t i = 0; i < heap->interp_count && r == 0; i++)
		if (!lh_target_module(heap->target, heap->interps[i].addr))
			r = scan_writable(s, heap->interps[i].addr, heap->interps[i].addr + size);
	return r;
}

/* Words of threads: of their stacks, or of thread-local variables. */
static int scan_stacks(struct scan *s, bool local)
{
	const struct lh_thread_stacks *stacks = &s->native->stacks;
	int r = 0;

	for (size_t i = 0; i < stacks->count && r == 0; i++) {
		if ((stacks->all[i].kind == LH_STACK_LOCAL) != local)
			continue;
		s->like.thread = stacks->all[i].thread;
		s->like.field = stacks->all[i].kind == LH_STACK_DATA ? "data stack" : "C stack";
		r = scan(s, stacks->all[i].live_start, stacks->all[i].live_end);
	}
	return r;
}

static int look_at_registers(struct scan *s)
{
	const struct lh_target *t = s->native->paths->heap->target;
	int r = 0;

	for (size_t i = 0; i < t->register_count && r == 0; i++) {
		const struct lh_register *reg = &t->registers[i];

		if (!lh_addrset_has(&s->native->left, reg->value))
			continue;
		s->like.thread = lh_thread_stacks_owner(&s->native->stacks, reg->tls);
		r = take_word(s, 0, (const uint8_t *)&reg->value);
	}
	return r;
}

int lh_native_words_find(struct lh_native *n)
{
	struct scan s = {
		.native = n, .view = lh_view_of(n->paths->heap->target), .like = {.kind = LH_ROOT_NATIVE}};

	return n->left.count ? scan_writable(&s, 0, UINT64_MAX) : 0;
}

/* Words that are not in an object's buffer. */
static int add_words(struct lh_native *n)
{
	uint64_t hits = 0;
	int r = 0;

	for (size_t i = 0; i < n->word_count && r == 0; i++) {
		const struct lh_root root = {
			.kind = LH_ROOT_NATIVE, .to = n->words[i].to, .at = n->words[i].at};

		if (lh_native_unmet(n->paths, root.to) != LH_NO_INDEX && hits++ < HITS_MAX)
			r = lh_roots_add(&n->paths->roots, &root);
	}
	return r;
}

int lh_native_words_roots(struct lh_native *n, enum lh_root_kind kind)
{
	struct scan s = {.native = n, .view = lh_view_of(n->paths->heap->target), .like = {.kind = kind}};

	switch (kind) {
	case LH_ROOT_DATA:
		return scan_data(&s);
	case LH_ROOT_LOCAL:
	case LH_ROOT_STACK:
		return scan_stacks(&s, kind == LH_ROOT_LOCAL);
	case LH_ROOT_REGISTER:
		return look_at_registers(&s);
	default:
		return add_words(n);
	}
}
