/* SPDX-License-Identifier: Apache-2.0 */
#include "graph/paths.h"
#include "cpython/lines.h"
#include "graph/objects.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

/* ---- roots ---- */

static int add_root(struct lh_paths *p, const struct lh_root *root)
{
	if (!root->to)
		return 0;
	return lh_append(p->heap->ctx, p->roots, p->root_count, p->root_capacity, *root);
}

static int add_interp(struct lh_paths *p, const struct lh_interp *interp)
{
	struct lh_heap *heap = p->heap;
	const struct lh_root roots[] = {
		{.kind = LH_ROOT_MODULES, .to = interp->modules},
		{.kind = LH_ROOT_SYS, .to = interp->sysdict},
		{.kind = LH_ROOT_BUILTINS, .to = interp->builtins},
		{.kind = LH_ROOT_INTERP,
		 .to = lh_heap_word(heap, &heap->view, interp->addr, LH_F_INTERP_DICT),
		 .field = "dict"},
		{.kind = LH_ROOT_INTERP,
		 .to = lh_heap_word(heap, &heap->view, interp->addr, LH_F_INTERP_CODECS),
		 .field = "codec_search_path"},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct lh_root root = roots[i];

		root.interp = interp->id;
		r = add_root(p, &root);
	}
	return r;
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

	f->thread = thread->addr;
	f->code = frame->code;
	f->line = lh_frame_line(heap, &heap->view, frame);
}

static void on_frame_span(void *arg, const struct lh_span *span)
{
	struct frame_roots *f = arg;

	for (uint64_t i = 0; i < span->count && f->error == 0; i++)
		f->error = add_root(f->paths, &(struct lh_root){.kind = LH_ROOT_FRAME,
								.to = lh_span_word(span, i),
								.interp = f->interp,
								.thread = f->thread,
								.code = f->code,
								.line = f->line,
								.span = *span,
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
		r = add_interp(p, &heap->interps[i]);
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		r = add_frames(p, &heap->interps[i]);
	return r;
}

/* ---- the walk ---- */

struct walk {
	struct lh_paths *paths;
	struct lh_visitor visitor;
	uint32_t from; /* place of the object that is visited */
	int error;
};

static void meet(struct lh_paths *p, uint64_t addr, uint32_t from)
{
	uint32_t i = lh_addrset_index(&p->set, addr);

	if (i == LH_NO_INDEX || p->place[i] != LH_NO_PLACE)
		return;
	p->place[i] = p->count;
	p->queue[p->count] = addr;
	p->parent[p->count++] = from;
}

static int add_holder(struct lh_paths *p, uint32_t from)
{
	bool told = p->holder_count && p->holders[p->holder_count - 1] == from;

	if (told || p->queue[from] == p->wanted)
		return 0;
	return lh_append(p->heap->ctx, p->holders, p->holder_count, p->holder_capacity, from);
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct walk *w = arg;

	if (span->label == LH_LABEL_BODY && !w->paths->by_body)
		return;
	for (uint64_t i = 0; i < span->count && w->error == 0; i++) {
		uint64_t word = lh_span_word(span, i);

		if (word == w->paths->wanted)
			w->error = add_holder(w->paths, w->from);
		meet(w->paths, word, w->from);
	}
}

/* From the objects met last on to all that they lead to. */
static int spread(struct walk *w)
{
	struct lh_paths *p = w->paths;
	int r = 0;

	for (; w->from < p->count && r == 0; w->from++) {
		struct lh_object o;

		r = lh_object_at(p->heap, &w->visitor.view, p->queue[w->from], &o);
		if (r == 0)
			lh_visit(&w->visitor, o.addr, o.bytes, o.type);
		r = r < 0 ? r : w->error;
		if (r == 0 && w->from % STEP == 0)
			r = lh_progress(p->heap->ctx, "following references", w->from, p->set.count);
	}
	return r;
}

/* Modules and the like first, frames for what those do not keep: a frame leads to every global of its module.
 */
static int walk(struct lh_paths *p)
{
	struct walk w = {.paths = p};
	int r = 0;

	w.visitor = (struct lh_visitor){
		.heap = p->heap, .view = lh_view_of(p->heap->target), .fn = on_span, .arg = &w};
	memset(p->place, 0xff, p->set.count * sizeof(*p->place));
	p->count = 0;
	p->holder_count = 0;
	for (int frames = 0; frames <= 1 && r == 0; frames++) {
		for (size_t i = 0; i < p->root_count; i++)
			if ((p->roots[i].kind == LH_ROOT_FRAME) == frames)
				meet(p, p->roots[i].to, LH_ROOT_BIT | (uint32_t)i);
		r = spread(&w);
	}
	return r;
}

static int make_room(struct lh_paths *p)
{
	size_t n = (size_t)p->set.count + 1;

	if (n >= LH_ROOT_BIT || p->root_count >= LH_ROOT_BIT)
		return lh_fail(p->heap->ctx, LH_ECORRUPT, "more objects than paths can number (2^31)");
	p->queue = lh_new0(uint64_t, n);
	p->parent = lh_new0(uint32_t, n);
	p->place = lh_new0(uint32_t, n);
	return p->queue && p->parent && p->place ? 0 : lh_nomem(p->heap->ctx);
}

int lh_paths_find(struct lh_heap *heap, uint64_t wanted, struct lh_paths *ret)
{
	_cleanup_(lh_paths_fini) struct lh_paths p = {.heap = heap, .wanted = wanted};
	struct lh_findings findings;
	int r;

	r = lh_objects_collect(heap, &p.set, &findings);
	if (r == 0)
		r = add_roots(&p);
	if (r == 0)
		r = make_room(&p);
	if (r == 0)
		r = walk(&p);
	if (r == 0 && lh_paths_place(&p, wanted) == LH_NO_PLACE) {
		p.by_body = true;
		r = walk(&p);
	}
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
	free(p->place);
	free(p->holders);
}

uint32_t lh_paths_place(const struct lh_paths *p, uint64_t addr)
{
	uint32_t i = lh_addrset_index(&p->set, addr);

	return i == LH_NO_INDEX ? LH_NO_PLACE : p->place[i];
}
