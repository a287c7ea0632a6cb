/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/paths.h"
#include "cpython/lines.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>

#define STEP 65536

/* ---- roots ---- */

int lh_paths_add_root(struct lh_paths *p, const struct lh_root *root)
{
	if (!root->to)
		return 0;
	if (p->root_count >= LH_ROOT_BIT)
		return lh_fail(p->heap->ctx, LH_ECORRUPT, "more roots than paths can number (2^31)");
	return lh_append(p->heap->ctx, p->roots, p->root_count, p->root_capacity, *root);
}

struct frame_roots {
	struct lh_paths *paths;
	int64_t interp;
	uint64_t thread, code;
	uint32_t line;
	int error;
};

static void on_frame(void *arg, const struct lh_thread *thread, const struct lh_frame *frame)
{
	struct frame_roots *f = arg;
	struct lh_heap *heap = f->paths->heap;
	const struct lh_paths *p = f->paths;
	uint64_t before = p->root_count ? p->roots[p->root_count - 1].thread : 0;

	f->paths->several_threads |=
		p->root_count && before != thread->addr && p->roots[p->root_count - 1].kind == LH_ROOT_FRAME;
	f->thread = thread->addr;
	f->code = frame->code;
	f->line = lh_frame_line(heap, &heap->view, frame);
}

static void on_frame_span(void *arg, const struct lh_span *span)
{
	struct frame_roots *f = arg;
	struct lh_span kept = *span;

	kept.words = lh_view_origin(span->words);
	for (uint64_t i = 0; i < span->count && f->error == 0; i++)
		f->error = lh_paths_add_root(f->paths, &(struct lh_root){.kind = LH_ROOT_FRAME,
									 .to = lh_span_word(span, i),
									 .interp = f->interp,
									 .thread = f->thread,
									 .code = f->code,
									 .line = f->line,
									 .span = kept,
									 .slot = i});
}

static int add_frames(struct lh_paths *p, const struct lh_interp *interp)
{
	struct frame_roots f = {.paths = p, .interp = interp->id};
	struct lh_visitor v = {
		.heap = p->heap, .view = lh_view_of(p->heap->target), .fn = on_frame_span, .arg = &f};

	lh_visit_threads(&v, interp, on_frame, &f);
	return f.error;
}

static int add_roots(struct lh_paths *p)
{
	const struct lh_heap *heap = p->heap;
	int r = 0;

	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		r = lh_paths_add_interp(p, &heap->interps[i]);
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++) {
		r = lh_paths_add_threads(p, &heap->interps[i]);
		if (r == 0)
			r = add_frames(p, &heap->interps[i]);
	}
	return r;
}

/* ---- steps ---- */

uint64_t lh_key_of(const struct lh_span *span, uint64_t i)
{
	switch (span->label) {
	case LH_LABEL_FIELD:
		return lh_hash(LH_HASH_START, span->name, strlen(span->name));
	case LH_LABEL_INDEX:
	case LH_LABEL_BODY:
		return span->first + i;
	case LH_LABEL_VALUE:
	case LH_LABEL_ATTRIBUTE:
		return span->keys ? lh_u64(span->keys + i * span->key_stride) : i;
	case LH_LABEL_SLOT:
		return span->slot_name;
	case LH_LABEL_LOCAL:
		return span->code ^ i << 48;
	default:
		return 0;
	}
}

/* ---- the walk ---- */

/* The place of a word's object is empty still: where to write it; NULL when it is none, or was met before. */
static uint32_t *empty_place(struct lh_paths *p, uint64_t addr, bool passed)
{
	size_t i = lh_addrset_index(&p->set, addr);
	uint32_t *place;

	if (i == LH_NO_INDEX)
		return NULL;
	if (!p->request.through)
		return p->place[i] == LH_NO_PLACE ? &p->place[i] : NULL;
	place = &p->place[2 * i];
	if (place[1] != LH_NO_PLACE || (!passed && place[0] != LH_NO_PLACE))
		return NULL; /* who was met behind the type leads on to all that he leads to without */
	return &place[passed];
}

static bool meet(struct lh_paths *p, uint64_t addr, uint32_t from, bool passed)
{
	uint32_t *place = empty_place(p, addr, passed);

	if (!place)
		return false;
	*place = p->count;
	p->queue[p->count] = addr | passed;
	p->label[p->count] = 0;
	p->key[p->count] = 0;
	p->parent[p->count++] = from;
	return true;
}

/* Items of which an object has many, all alike. */
static bool is_item(uint8_t label)
{
	return label == LH_LABEL_INDEX || label == LH_LABEL_VALUE || label == LH_LABEL_BUFFER;
}

static int add_holder(struct lh_paths *p, uint32_t from, enum lh_label label, uint64_t key)
{
	const struct lh_step step = {from, 1, key, (uint8_t)label};
	struct lh_step *last = p->holder_count ? &p->holders[p->holder_count - 1] : NULL;

	if (lh_paths_addr(p, from) == p->request.wanted)
		return 0;
	if (!last || last->from != from)
		return lh_append(p->heap->ctx, p->holders, p->holder_count, p->holder_capacity, step);
	if (lh_label_rank(label) > lh_label_rank((enum lh_label)last->label))
		*last = step;
	else if (last->label == step.label && is_item(step.label))
		last->count++;
	return 0;
}

/* Whether a word of the object that is visited is a reference on a path as it is wanted. */
static bool is_wanted(const struct lh_walk *w, uint64_t word)
{
	const struct lh_paths *p = w->paths;

	return word == p->request.wanted && word && (w->passed || !p->request.through);
}

static void set_step(struct lh_paths *p, enum lh_label label, uint64_t key)
{
	p->label[p->count - 1] = (uint8_t)label;
	p->key[p->count - 1] = key;
}

void lh_walk_word(struct lh_walk *w, uint64_t to, enum lh_label label, uint64_t key)
{
	if (is_wanted(w, to) && w->error == 0)
		w->error = add_holder(w->paths, w->from, label, key);
	if (meet(w->paths, to, w->from, w->passed))
		set_step(w->paths, label, key);
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct lh_walk *w = arg;
	struct lh_paths *p = w->paths;

	if (span->label == LH_LABEL_BODY ? !p->by_body : w->only_body)
		return;
	for (uint64_t i = 0; i < span->count && w->error == 0; i++) {
		uint64_t word = lh_span_word(span, i);

		if (is_wanted(w, word))
			w->error = add_holder(p, w->from, span->label, lh_key_of(span, i));
		if (meet(p, word, w->from, w->passed))
			set_step(p, span->label, lh_key_of(span, i));
	}
}

/* Whether it is the dict of interned strings, which holds none of them. */
static bool is_interned(const struct lh_paths *p, uint32_t place)
{
	uint32_t parent = p->parent[place];

	return parent & LH_ROOT_BIT && p->roots[parent & ~LH_ROOT_BIT].kind == LH_ROOT_INTERNED;
}

int lh_walk_visit(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;
	struct lh_object o;
	int bits = 0, r = 0;

	if (w->from % STEP == 0)
		r = lh_progress(p->heap->ctx, "following references", w->from, p->set.count);
	if (r == 0 && lh_paths_addr(p, w->from) != p->request.wanted)
		r = lh_object_at(p->heap, &w->visitor.view, lh_paths_addr(p, w->from), &o);
	else if (r == 0)
		return 0; /* what only the object itself leads to does not hold it */
	if (r == 0 && p->request.classify)
		bits = p->request.classify(p->request.arg, o.type);
	if (r < 0 || bits < 0)
		return r < 0 ? r : bits;
	if (r != 0 || bits & LH_PATHS_AVOID || is_interned(p, w->from))
		return 0;
	w->passed = p->queue[w->from] & 1 || bits & LH_PATHS_THROUGH;
	lh_visit(&w->visitor, o.addr, o.bytes, o.type);
	return w->error;
}

int lh_walk_spread(struct lh_walk *w)
{
	int r = 0;

	for (; w->from < w->paths->count && r == 0; w->from++)
		r = lh_walk_visit(w);
	return r;
}

int lh_walk_spread_from(struct lh_walk *w, enum lh_root_kind first, enum lh_root_kind last)
{
	struct lh_paths *p = w->paths;

	for (size_t i = 0; i < p->root_count; i++) {
		const struct lh_root *root = &p->roots[i];
		unsigned bits = root->kind == LH_ROOT_FRAME ? p->request.frames : 0;

		if (root->kind >= first && root->kind <= last && !(bits & LH_PATHS_AVOID))
			meet(p, root->to, LH_ROOT_BIT | (uint32_t)i, bits & LH_PATHS_THROUGH);
	}
	return lh_walk_spread(w);
}

/* Words of bodies of all that was met so far, and then on from there. */
static int spread_by_body(struct lh_walk *w)
{
	uint32_t end = w->paths->count;
	int r = 0;

	w->paths->by_body = w->only_body = true;
	for (w->from = 0; w->from < end && r == 0; w->from++)
		r = lh_walk_visit(w);
	w->only_body = false;
	return r == 0 ? lh_walk_spread(w) : r;
}

bool lh_paths_misses(const struct lh_paths *p)
{
	if (p->request.misses)
		return p->request.misses(p->request.arg, p);
	return p->holder_count == 0 && lh_paths_place(p, p->request.wanted) == LH_NO_PLACE;
}

/*
 * Modules first, for their names are what people know; the interpreter next; frames for what those do not
 * keep: a frame leads to every global of its module.
 */
static int walk(struct lh_paths *p)
{
	struct lh_walk w = {.paths = p};
	int r;

	w.visitor = (struct lh_visitor){
		.heap = p->heap, .view = lh_view_of(p->heap->target), .fn = on_span, .arg = &w};
	r = lh_walk_spread_from(&w, LH_ROOT_MODULES, LH_ROOT_BUILTINS);
	if (r == 0)
		r = lh_walk_spread_from(&w, LH_ROOT_INTERP, LH_ROOT_INTERP);
	if (r == 0)
		r = lh_walk_spread_from(&w, LH_ROOT_THREAD, LH_ROOT_FRAME);
	if (r == 0 && lh_paths_misses(p))
		r = spread_by_body(&w);
	return r == 0 && (p->request.wanted || p->request.misses) && lh_paths_misses(p) ? lh_walk_native(&w)
											: r;
}

static int make_room(struct lh_paths *p)
{
	size_t n = ((size_t)p->set.count + 1) * (p->request.through ? 2 : 1);

	if (n >= LH_ROOT_BIT)
		return lh_fail(p->heap->ctx, LH_ECORRUPT, "more objects than paths can number (2^31)");
	p->queue = lh_new0(uint64_t, n);
	p->parent = lh_new0(uint32_t, n);
	p->label = lh_new0(uint8_t, n);
	p->key = lh_new0(uint64_t, n);
	p->place = lh_new0(uint32_t, n);
	if (!p->queue || !p->parent || !p->label || !p->key || !p->place)
		return lh_nomem(p->heap->ctx);
	memset(p->place, 0xff, n * sizeof(*p->place));
	return 0;
}

static int collect(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_paths *p = arg;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++)
		r = lh_addrset_add(&p->set, items[i].addr);
	if (r >= 0 && p->request.see)
		r = p->request.see(p->request.arg, items, count);
	return r < 0 ? r : 0;
}

int lh_paths_roots(struct lh_heap *heap, struct lh_paths *ret)
{
	*ret = (struct lh_paths){.heap = heap};
	return add_roots(ret);
}

int lh_paths_find(struct lh_heap *heap, const struct lh_paths_request *request, struct lh_paths *ret)
{
	_cleanup_(lh_paths_fini) struct lh_paths p = {.heap = heap, .request = *request};
	struct lh_findings findings;
	int r;

	lh_addrset_init(&p.set, heap->ctx);
	r = lh_objects_walk(heap, false, collect, &p, &findings);
	if (r < 0)
		return r;
	lh_addrset_finish(&p.set);
	r = add_roots(&p);
	if (r == 0)
		r = make_room(&p);
	if (r == 0)
		r = walk(&p);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct lh_paths){0};
	return 0;
}

void lh_paths_fini(struct lh_paths *p)
{
	lh_addrset_fini(&p->set);
	free(p->roots);
	free(p->queue);
	free(p->parent);
	free(p->label);
	free(p->key);
	free(p->place);
	free(p->holders);
}

uint32_t lh_paths_place(const struct lh_paths *p, uint64_t addr)
{
	size_t i = lh_addrset_index(&p->set, addr);

	if (i == LH_NO_INDEX)
		return LH_NO_PLACE;
	return p->request.through ? p->place[2 * i + 1] : p->place[i];
}

const struct lh_root *lh_paths_root(const struct lh_paths *p, uint32_t place)
{
	while (!(p->parent[place] & LH_ROOT_BIT))
		place = p->parent[place];
	return &p->roots[p->parent[place] & ~LH_ROOT_BIT];
}
