/* SPDX-License-Identifier: Apache-2.0 */
/* What the frames of threads hold: frame objects (-3.10), the locals of interpreter frames since 3.11. */
#include "cpython/visit.h"
#include "cpython/visit_parts.h"

/* Slots that surely are locals, cells and free variables: the depth of a running frame's stack is stored
 * nowhere. */
static void visit_frame(struct lh_visitor *v, const struct lh_frame *frame)
{
	if (frame->link)
		lh_visit_word(v, frame->link, ".frame", false);
	else
		lh_visit_locals(v, lh_view_at(&v->view, frame->slots, frame->slot_count * 8),
				frame->slot_count, frame->code);
}

void lh_visit_threads(struct lh_visitor *v, const struct lh_interp *interp, lh_frame_fn on_frame, void *arg)
{
	struct lh_frames f;

	lh_frames_init(&f, v->heap, interp);
	while (lh_frames_next_thread(&f)) {
		while (lh_frames_next(&f)) {
			if (on_frame)
				on_frame(arg, &f.thread, &f.frame);
			visit_frame(v, &f.frame);
		}
	}
	v->incomplete |= f.incomplete;
}
