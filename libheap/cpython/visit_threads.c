/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of threads. Up to 3.10 a chain of frame objects hangs on the thread state; since 3.11 frames lie on
 * the thread's data stack, the current one is told by the thread state or by the C frame that it names.
 */
#include "cpython/visit.h"

#define FRAMES_MAX (1u << 20)
#define THREADS_MAX (1u << 16)

struct walk {
	struct lh_visitor *v;
	lh_frame_fn on_frame;
	void *arg;
	uint64_t thread;
};

/* Slots that surely are locals, cells and free variables: the depth of a running frame's stack is stored
 * nowhere. */
static uint64_t count_locals(struct lh_visitor *v, uint64_t code)
{
	uint64_t count = (uint32_t)lh_heap_word(v->heap, &v->view, code, LH_F_CODE_NLOCALSPLUS);

	return count < LH_SLOTS_MAX ? count : 0;
}

static void visit_stack_frame(struct walk *w, uint64_t frame)
{
	const struct lh_layout *l = &w->v->heap->layout;
	uint64_t code = lh_heap_word(w->v->heap, &w->v->view, frame, LH_F_IFRAME_EXECUTABLE) & ~3ull,
		 count = count_locals(w->v, code);

	w->on_frame(w->arg, w->thread, code);
	lh_visit_locals(w->v,
			lh_view_at(&w->v->view, frame + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS), count * 8),
			count, code);
}

static void visit_stack(struct walk *w, uint64_t frame)
{
	const struct lh_layout *l = &w->v->heap->layout;

	for (unsigned n = 0; frame && n < FRAMES_MAX; n++) {
		const uint8_t *p = lh_view_at(&w->v->view, frame, lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));

		if (!p) {
			w->v->incomplete = true;
			return;
		}
		if (p[lh_layout_at(l, LH_F_IFRAME_OWNER)] <= LH_OWNED_BY_FRAME_OBJECT)
			visit_stack_frame(w, frame);
		frame = lh_u64(p + lh_layout_at(l, LH_F_IFRAME_PREVIOUS));
	}
}

static void visit_thread(struct walk *w)
{
	const struct lh_layout *l = &w->v->heap->layout;
	uint64_t frame;

	if (lh_layout_has(l, LH_F_THREAD_FRAME)) {
		const uint8_t *p = lh_view_at(&w->v->view, w->thread + lh_layout_at(l, LH_F_THREAD_FRAME), 8);

		w->on_frame(w->arg, w->thread,
			    lh_heap_word(w->v->heap, &w->v->view, p ? lh_u64(p) : 0, LH_F_FRAME_CODE));
		lh_visit_word(w->v, p, ".frame", false);
		return;
	}
	if (!lh_layout_has(l, LH_F_IFRAME_OWNER) || !lh_layout_has(l, LH_F_IFRAME_PREVIOUS))
		return;
	frame = lh_layout_has(l, LH_F_THREAD_CURRENT_FRAME)
			? lh_heap_word(w->v->heap, &w->v->view, w->thread, LH_F_THREAD_CURRENT_FRAME)
			: lh_heap_word(w->v->heap, &w->v->view,
				       lh_heap_word(w->v->heap, &w->v->view, w->thread, LH_F_THREAD_CFRAME),
				       LH_F_CFRAME_CURRENT_FRAME);
	visit_stack(w, frame);
}

void lh_visit_threads(struct lh_visitor *v, const struct lh_interp *interp, lh_frame_fn on_frame, void *arg)
{
	struct walk w = {.v = v, .on_frame = on_frame, .arg = arg};

	w.thread = lh_heap_word(v->heap, &v->view, interp->addr, LH_F_INTERP_THREADS);
	for (unsigned n = 0; w.thread && n < THREADS_MAX; n++) {
		visit_thread(&w);
		w.thread = lh_heap_word(v->heap, &v->view, w.thread, LH_F_THREAD_NEXT);
	}
}
