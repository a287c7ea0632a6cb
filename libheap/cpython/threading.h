/* SPDX-License-Identifier: Apache-2.0 */
/* What the module threading knows of the threads of its interpreter. */
#ifndef LH_CPYTHON_THREADING_H
#define LH_CPYTHON_THREADING_H

#include "cpython/frames.h"
#include "util/string.h"

/**
 * lh_thread_name() - append the name of the thread in threading._active: "MainThread"
 * Return: whether there is one: threads that threading has not heard of have none.
 */
bool lh_thread_name(struct lh_heap *heap, const struct lh_interp *interp, uint64_t id, struct lh_string *out);

/** lh_thread_is_known() - whether threading._active has a thread of this id */
bool lh_thread_is_known(struct lh_heap *heap, const struct lh_interp *interp, uint64_t id);

/** lh_thread_has_gil() - Return: 1, 0; -1: the layout does not tell who has it */
int lh_thread_has_gil(struct lh_heap *heap, const struct lh_thread *thread);

#endif
