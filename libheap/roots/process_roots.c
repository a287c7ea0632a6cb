/* SPDX-License-Identifier: Apache-2.0 */
/* Roots of interpreters, threads and frames: what keeps objects alive in a process without leaks. */
#include "roots/process_roots.h"
#include "cpython/lines.h"

struct frame_roots {
	struct lh_roots *roots;
	int64_t interp;
	uint64_t thread, code;
	uint32_t line;
	int error;
};

static void on_frame(void *arg, const struct lh_thread *thread, const struct lh_frame *frame)
{
	struct frame_roots *f = arg;
	struct lh_roots *roots = f->roots;
	struct lh_heap *heap = roots->heap;
	const struct lh_root *last = roots->count ? &roots->all[roots->count - 1] : NULL;

	roots->several_threads |= last && last->thread != thread->addr && last->kind == LH_ROOT_FRAME;
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
		f->error = lh_roots_add(f->roots, &(struct lh_root){.kind = LH_ROOT_FRAME,
								    .to = lh_span_word(span, i),
								    .interp = f->interp,
								    .thread = f->thread,
								    .code = f->code,
								    .line = f->line,
								    .span = kept,
								    .slot = i});
}

static int add_frames(struct lh_roots *roots, const struct lh_interp *interp)
{
	struct frame_roots f = {.roots = roots, .interp = interp->id};
	struct lh_visitor v = {
		.heap = roots->heap, .view = lh_view_of(roots->heap->target), .fn = on_frame_span, .arg = &f};

	lh_visit_threads(&v, interp, on_frame, &f);
	return f.error;
}

int lh_roots_find(struct lh_heap *heap, struct lh_roots *ret)
{
	int r = 0;

	*ret = (struct lh_roots){.heap = heap};
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		r = lh_roots_add_interp(ret, &heap->interps[i]);
	for (size_t i = 0; r == 0 && i < heap->interp_count; i++) {
		r = lh_roots_add_threads(ret, &heap->interps[i]);
		if (r == 0)
			r = add_frames(ret, &heap->interps[i]);
	}
	return r;
}
