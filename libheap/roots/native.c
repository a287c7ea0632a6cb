/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/native.h"
#include "cpython/text.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

/* ---- references among objects that were not met ---- */

struct count {
	struct lh_native *native;
	struct lh_visitor visitor;
	int error;
};

static void count_word(struct count *c, const struct lh_span *span, uint64_t i)
{
	uint32_t to = lh_native_unmet(c->native->paths, lh_span_counted(span, i));

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
				     lh_view_origin(span->words + i * span->stride));
}

static void note_span(void *arg, const struct lh_span *span)
{
	for (uint64_t i = 0; i < span->count; i++)
		note_word(arg, span, i);
}

/* Whether its references were followed already: then they lead to nothing that was not met. */
static bool was_followed(const struct lh_paths *p, uint32_t i, const struct lh_object *o)
{
	return lh_paths_met(p, i) && o->addr != p->request.wanted && !(lh_paths_bits(p, i) & LH_PATHS_AVOID);
}

static int visit_others(struct count *c)
{
	struct lh_paths *p = c->native->paths;
	struct lh_addrset_iter iter = {.set = &p->graph->set};
	bool some_avoided = p->request.classify || p->request.wanted;
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && c->error == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		if (i % STEP == 0 &&
		    (r = lh_progress(p->heap->ctx, "counting references", i, p->graph->count)) < 0)
			break;
		if ((!some_avoided && lh_paths_met(p, i)) ||
		    (r = lh_object_at(p->heap, &c->visitor.view, addr, &o)) != 0 || was_followed(p, i, &o) ||
		    lh_interned_is(&c->native->interned, &o)) {
			r = r < 0 ? r : 0;
			continue;
		}
		lh_visit(&c->visitor, &o);
	}
	return r < 0 ? r : c->error;
}

/* Frames' references: they are followed, unless frames are to be avoided. */
static void visit_roots(struct count *c, void (*fn)(struct count *, const struct lh_span *, uint64_t))
{
	const struct lh_paths *p = c->native->paths;

	for (size_t i = 0; i < p->roots.count; i++)
		if (p->roots.all[i].kind == LH_ROOT_FRAME)
			fn(c, &p->roots.all[i].span, p->roots.all[i].slot);
}

/* What holds an immortal interned string does not matter; it holds nothing itself. */
static int add_immortal(struct lh_paths *p, uint64_t addr)
{
	return p->request.wanted && p->request.wanted != addr
		       ? 0
		       : lh_roots_add(&p->roots, &(struct lh_root){.kind = LH_ROOT_INTERNED, .to = addr});
}

static int choose(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_view view = lh_view_of(p->heap->target);
	struct lh_addrset_iter iter = {.set = &p->graph->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		if (lh_paths_met(p, i) || (r = lh_object_at(p->heap, &view, addr, &o)) != 0)
			continue;
		if (!o.immortal && o.refcnt <= n->explained[i])
			continue;
		if (o.immortal && lh_object_is_interned(p->heap, &o)) {
			r = add_immortal(p, addr);
			continue;
		}
		r = lh_interned_offer(&n->interned, &o);
		if (r == LH_INTERNED_NOT)
			r = lh_addrset_add(&n->left, addr);
	}
	lh_interned_choose(&n->interned);
	while (r >= 0 && lh_interned_next(&n->interned, &addr) == 0)
		r = lh_addrset_add(&n->left, addr);
	lh_addrset_finish(&n->left);
	return r < 0 ? r : 0;
}

int lh_native_compare(const void *a, const void *b)
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
	n->explained = lh_new0(uint32_t, (size_t)n->paths->graph->count + 1);
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
		qsort(n->known, n->known_count, sizeof(*n->known), lh_native_compare);
	return r < 0 ? r : c.error;
}

void lh_native_fini(struct lh_native *n)
{
	free(n->explained);
	free(n->known);
	free(n->words);
	lh_addrset_fini(&n->left);
	lh_thread_stacks_fini(&n->stacks);
	lh_interned_fini(&n->interned);
}

/* ---- objects that are static themselves, or without a holder ---- */

static bool is_static(const struct lh_heap *heap, uint64_t addr)
{
	const struct lh_segment *s =
		lh_target_module(heap->target, addr) ? lh_target_segment(heap->target, addr) : NULL;

	return s && s->writable;
}

int lh_native_add_statics(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_addrset_iter iter = {.set = &p->graph->set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++)
		if (!lh_paths_met(p, i) && is_static(p->heap, addr))
			r = lh_roots_add(&p->roots, &(struct lh_root){.kind = LH_ROOT_STATIC, .to = addr});
	return r;
}

uint64_t lh_native_unexplained(struct lh_native *n, uint64_t addr)
{
	struct lh_paths *p = n->paths;
	uint32_t i = lh_addrset_index(&p->graph->set, addr);
	struct lh_object o;

	if (i == LH_NO_INDEX || lh_object_at(p->heap, &p->heap->view, addr, &o) != 0 || o.immortal)
		return 0;
	return o.refcnt > n->explained[i] ? o.refcnt - n->explained[i] : 0;
}

int lh_native_add_interned(struct lh_native *n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n->interned.count; i++)
		if (lh_interned_chose(&n->interned, i))
			r = lh_roots_add(&n->paths->roots, &(struct lh_root){.kind = LH_ROOT_INTERNED,
									     .to = n->interned.dicts[i]});
	return r;
}

int lh_native_add_counted(struct lh_native *n)
{
	struct lh_paths *p = n->paths;
	struct lh_addrset_iter iter = {.set = &n->left};
	uint64_t addr;
	int r = 0;

	while (r >= 0 && lh_addrset_next(&iter, &addr) == 0) {
		if (lh_native_unmet(p, addr) != LH_NO_INDEX)
			r = lh_roots_add(&p->roots,
					 &(struct lh_root){.kind = LH_ROOT_COUNT,
							   .to = addr,
							   .excess = lh_native_unexplained(n, addr)});
	}
	return r < 0 ? r : 0;
}
