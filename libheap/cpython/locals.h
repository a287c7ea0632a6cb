/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The locals of a call, as its f_locals would tell them: slots of the frame, what is in its cells, and the
 * names of a class's body. The names of a module are its globals, and no locals.
 */
#ifndef LH_CPYTHON_LOCALS_H
#define LH_CPYTHON_LOCALS_H

#include "cpython/frames.h"

/* @name: a str object. Return: 0; -LH_E* ends the walk with it. */
typedef int (*lh_local_fn)(void *arg, uint64_t name, uint64_t value);

/** lh_frame_locals() - Return: 0, what @fn returned. */
int lh_frame_locals(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame, lh_local_fn fn,
		    void *arg);

#endif
