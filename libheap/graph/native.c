/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/native.h"
#include "cpython/size.h"
#include "graph/locate.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536
#define HITS_MAX (1u << 20) /* words taken for roots, of one kind */

/* ---- references among objects that were not met ---- */

struct count {
	struct lh_native *native;
	struct lh_visitor visitor;
	int error;
};

/* Number of the object that a word refers to; LH_NO_INDEX when it was met, or there is none. */
static uint32_t unmet(const struct lh_paths *p, uint64_t word)
{
	uint32_t i = lh_addrset_index(&p->set, word);

	return i == LH_NO_INDEX || lh_paths_met(p, i) ? LH_NO_INDEX : i;
}

static void count_word(struct count *c, const struct lh_span *span, uint64_t i)
{
	uint32_t to = unmet(c->native->paths, lh_span_counted(span, i));

	if (to != LH_NO_INDEX)
		c->native->explained[to]++;
}

static void count_span(void *arg, const struct lh_span *span)
{
	for (uint64_t i = 0; i < span->count; i++)
		count_word(arg, span, i);
}

static void note_word(struct count *c, const struct lh_span *span, uint64_t i)
{
	struct lh_native *n = c->native;

	if (c->error == 0 && lh_addrset_has(&n->left, lh_span_word(span, i)))
		c->error = lh_append(n->paths->heap->ctx, n->known, n->known_count, n->known_capacity,
				     span->words + i * span->stride);
}

static void note_span(void *arg, const struct lh_span *span)
{
	for (uint64_t i = 0; i < span->count; i++)
		note_word(arg, span, i);
}

/* Whether its references were followed already: then they lead to nothing that was not met. */
static int was_followed(struct lh_paths *p, uint32_t i, const struct lh_object *o)
{
	int bits = 0;

	if (!lh_paths_met(p, i) || o->addr == p->request.wanted)
		return 0;
	if (p->request.classify)
		bits = p->request.classify(p->request.arg, o->type);
	return bits < 0 ? bits : !(bits & LH_PATHS_AVOID);
}

static int visit_others(struct count *c)
{
	struct lh_paths *p = c->native->paths;
	struct lh_addrset_iter iter = {.set = &p->set};
	bool some_avoided = p->request.classify || p->request.wanted;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && c->error == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		if (i % STEP == 0 &&
		    (r = lh_progress(p->heap->ctx, "counting references", i, p->set.count)) < 0)
			break;
		if ((!some_avoided && lh_paths_met(p, i)) ||
		    (r = lh_object_at(p->heap, &c->visitor.view, addr, &o)) != 0 ||
		    (r = was_followed(p, i, &o)) != 0 ||
		    lh_interned_is(&c->native->interned, o.addr, o.bytes, o.type)) {
			r = r < 0 ? r : 0;
			continue;
		}
		lh_visit(&c->visitor, o.addr, o.bytes, o.type);
	}
	return r < 0 ? r : c->error;
}

/* Frames' references: they are followed, unless frames are to be avoided. */
static void visit_roots(struct count *c, void (*fn)(struct count *, const struct lh_span *, uint64_t))
{
	const struct lh_paths *p = c->native->paths;

	for (size_t i = 0; i < p->root_count; i++)
		if (p->roots[i].kind == LH_ROOT_FRAME)
			fn(c, &p->roots[i].span, p->roots[i].slot);
}

static int choose(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_view view = lh_view_of(p->heap->target);
	struct lh_addrset_iter iter = {.set = &p->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		if (lh_paths_met(p, i) || (r = lh_object_at(p->heap, &view, addr, &o)) != 0)
			continue;
		if ((o.immortal || o.refcnt > n->explained[i]) &&
		    !lh_interned_is(&n->interned, o.addr, o.bytes, o.type))
			r = lh_addrset_add(&n->left, addr);
	}
	lh_addrset_finish(&n->left);
	return r < 0 ? r : 0;
}

static int compare_words(const void *a, const void *b)
{
	const uint8_t *x = *(const uint8_t *const *)a, *y = *(const uint8_t *const *)b;

	return (x > y) - (x < y);
}

int lh_native_init(struct lh_native *n)
{
	struct lh_heap *heap = n->paths->heap;
	struct count c = {.native = n};
	int r;

	lh_addrset_init(&n->left, heap->ctx);
	lh_interned_init(&n->interned, heap);
	n->explained = lh_new0(uint32_t, (size_t)n->paths->set.count + 1);
	if (!n->explained)
		return lh_nomem(heap->ctx);
	c.visitor = (struct lh_visitor){
		.heap = heap, .view = lh_view_of(heap->target), .fn = count_span, .arg = &c};
	r = lh_thread_stacks_find(heap, &n->stacks);
	if (r == 0)
		r = visit_others(&c);
	visit_roots(&c, count_word);
	if (r == 0)
		r = choose(n);
	c.visitor.fn = note_span;
	if (r == 0)
		r = visit_others(&c);
	visit_roots(&c, note_word);
	if (n->known_count)
		qsort(n->known, n->known_count, sizeof(*n->known), compare_words);
	return r < 0 ? r : c.error;
}

void lh_native_fini(struct lh_native *n)
{
	free(n->explained);
	free(n->known);
	lh_addrset_fini(&n->left);
	lh_thread_stacks_fini(&n->stacks);
	lh_interned_fini(&n->interned);
}

/* ---- objects that are static themselves, or whose holder is nowhere ---- */

static bool is_static(const struct lh_heap *heap, uint64_t addr)
{
	const struct lh_segment *s =
		lh_target_module(heap->target, addr) ? lh_target_segment(heap->target, addr) : NULL;

	return s && s->writable;
}

static int add_statics(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_addrset_iter iter = {.set = &p->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++)
		if (!lh_paths_met(p, i) && is_static(p->heap, addr))
			r = lh_paths_add_root(p, &(struct lh_root){.kind = LH_ROOT_STATIC, .to = addr});
	return r;
}

static int add_counted(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_addrset_iter iter = {.set = &n->left};
	uint64_t addr;
	int r = 0;

	while (r >= 0 && lh_addrset_next(&iter, &addr) == 0) {
		uint32_t i = unmet(p, addr);
		struct lh_root root = {.kind = LH_ROOT_COUNT, .to = addr};
		struct lh_object o;

		if (i == LH_NO_INDEX || (r = lh_object_at(p->heap, &p->heap->view, addr, &o)) != 0)
			continue;
		root.excess = o.immortal ? 0 : o.refcnt - n->explained[i];
		r = lh_paths_add_root(p, &root);
	}
	return r < 0 ? r : 0;
}

/* ---- words ---- */

struct scan {
	struct lh_native *native;
	struct lh_view view;
	struct lh_root like; /* kind, thread, field */
	uint64_t hits;
};

static bool is_known(const struct lh_native *n, const uint8_t *word)
{
	return n->known_count && bsearch(&word, n->known, n->known_count, sizeof(*n->known), compare_words);
}

/* Whether a word of a state, a module or a stack is at @at: those are looked at on their own. */
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
	uint32_t before = lh_addrset_rank(&p->set, at);
	struct lh_place place;
	struct lh_object o;

	if (lh_pymalloc_has(&p->heap->pymalloc, at))
		return lh_locate(p->heap, at, &place) != 0 || place.kind != LH_PLACE_BLOCK;
	return before &&
	       lh_object_at(p->heap, &p->heap->view, lh_addrset_nth(&p->set, before - 1), &o) == 0 &&
	       at - o.addr < lh_object_extent(p->heap, o.bytes, o.type);
}

static int take_word(struct scan *s, uint64_t at, const uint8_t *bytes)
{
	struct lh_native *n = s->native;
	struct lh_root root = s->like;

	root.to = lh_u64(bytes);
	root.at = at;
	if (s->hits >= HITS_MAX || unmet(n->paths, root.to) == LH_NO_INDEX || is_known(n, bytes) ||
	    (root.kind == LH_ROOT_NATIVE && (is_elsewhere(n, at) || is_owned(n, at))))
		return 0;
	s->hits++;
	return lh_paths_add_root(n->paths, &root);
}

/* All words of [start, end) that are in the target. */
static int scan(struct scan *s, uint64_t start, uint64_t end)
{
	const struct lh_addrset *left = &s->native->left;
	uint64_t at = (start + 7) & ~7ull;
	int r = 0;

	while (at < end && end - at >= 8 && r == 0) {
		const uint8_t *p = lh_view_at(&s->view, at, 8);
		uint64_t n = p ? s->view.size - (at - s->view.start) : 0;

		if (!p) {
			at = (at | 4095) + 1; /* what is missing is missing by pages */
			continue;
		}
		n = (n < end - at ? n : end - at) & ~7ull;
		n = n < (STEP * 64) ? n : STEP * 64;
		r = lh_progress(s->native->paths->heap->ctx, "searching native memory", at - start,
				end - start);
		for (uint64_t i = 0; i < n && r == 0; i += 8)
			if (lh_addrset_has(left, lh_u64(p + i)))
				r = take_word(s, at + i, p + i);
		at += n;
	}
	return r;
}

static int scan_segments(struct scan *s, uint64_t start, uint64_t end)
{
	const struct lh_target *t = s->native->paths->heap->target;
	int r = 0;

	for (size_t i = 0; i < t->segment_count && r == 0; i++) {
		const struct lh_segment *seg = &t->segments[i];

		if (seg->writable && seg->start < end && seg->end > start)
			r = scan(s, seg->start > start ? seg->start : start, seg->end < end ? seg->end : end);
	}
	return r;
}

/* Modules' data, and interpreters' states outside of it: before 3.11 the main one's too. */
static int scan_data(struct scan *s)
{
	const struct lh_heap *heap = s->native->paths->heap;
	uint64_t size = (uint64_t)lh_layout_or(&heap->layout, LH_F_INTERP_SIZE, 0);
	int r = 0;

	for (size_t i = 0; i < heap->target->module_count && r == 0; i++)
		r = scan_segments(s, heap->target->modules[i].start, heap->target->modules[i].end);
	for (size_t i = 0; i < heap->interp_count && r == 0; i++)
		if (!lh_target_module(heap->target, heap->interps[i].addr))
			r = scan_segments(s, heap->interps[i].addr, heap->interps[i].addr + size);
	return r;
}

/* Of threads: their stacks, or what is local to them. */
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

int lh_native_roots(struct lh_native *n, enum lh_root_kind kind)
{
	struct scan s = {.native = n, .view = lh_view_of(n->paths->heap->target), .like = {.kind = kind}};

	switch (kind) {
	case LH_ROOT_STATIC:
		return add_statics(n);
	case LH_ROOT_DATA:
		return n->left.count ? scan_data(&s) : 0;
	case LH_ROOT_LOCAL:
	case LH_ROOT_STACK:
		return n->left.count ? scan_stacks(&s, kind == LH_ROOT_LOCAL) : 0;
	case LH_ROOT_REGISTER:
		return n->left.count ? look_at_registers(&s) : 0;
	case LH_ROOT_NATIVE:
		return n->left.count ? scan_segments(&s, 0, UINT64_MAX) : 0;
	default:
		return add_counted(n);
	}
}
