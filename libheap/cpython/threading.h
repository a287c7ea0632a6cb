/* SPDX-License-Identifier: Apache-2.0 */
/* What the module threading knows of the threads of its interpreter. */
#ifndef LH_CPYTHON_THREADING_H
#define LH_CPYTHON_THREADING_H

#include "cpython/frames.h"
#include "util/string.h"

/** struct lh_threading - the threads of threading._active, by id */
struct lh_threading {
	struct lh_known_thread {
		uint64_t id, thread; /* thread: the instance of threading.Thread */
	} * items;
	size_t count, capacity;
};

/** lh_threading_read() - none where nobody imported threading. Return: 0, -LH_ENOMEM. */
int lh_threading_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_threading *ret);
void lh_threading_fini(struct lh_threading *threading);

/** lh_threading_has() - whether it knows a thread of this id */
bool lh_threading_has(const struct lh_threading *threading, uint64_t id);

/** lh_threading_name() - append the name of a thread: "MainThread". Return: whether there is one. */
bool lh_threading_name(struct lh_heap *heap, const struct lh_threading *threading, uint64_t id,
		       struct lh_string *out);

/** lh_thread_has_gil() - Return: 1, 0; -1: the layout does not tell who has it */
int lh_thread_has_gil(struct lh_heap *heap, const struct lh_thread *thread);

#endif
