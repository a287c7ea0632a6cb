/* SPDX-License-Identifier: Apache-2.0 */
/* What an object refers to, and what the frames of an interpreter's threads hold. */
#ifndef LH_CPYTHON_VISIT_H
#define LH_CPYTHON_VISIT_H

#include "cpython/frames.h"
#include "cpython/span.h"

/** lh_visit() - give all spans of an object */
void lh_visit(struct lh_visitor *visitor, const struct lh_object *object);

/**
 * lh_visit_threads() - what the frames of an interpreter's threads hold: the frame objects of 2.7 to 3.10,
 * the locals of frames on the data stacks since 3.11. @on_frame, which may be NULL, is told of each frame
 * before its spans.
 */
typedef void (*lh_frame_fn)(void *arg, const struct lh_thread *thread, const struct lh_frame *frame);
void lh_visit_threads(struct lh_visitor *v, const struct lh_interp *interp, lh_frame_fn on_frame, void *arg);

#endif
