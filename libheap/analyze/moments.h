/* SPDX-License-Identifier: Apache-2.0 */
/* Two moments: whether they are of one process, so that an address means the same in both. */
#ifndef LH_ANALYZE_MOMENTS_H
#define LH_ANALYZE_MOMENTS_H

#include "cpython/heap.h"

#define LH_MOMENTS_TEXT_MAX 160

/**
 * lh_moments_differ() - what shows that two heaps are not of one process: "their ids are 12 and 34"
 * Looked at are the process's number, Python's version and build, where Python and its interpreters' states are, and where the first
 * thread's stack is: the system and the allocator place these anew in each process. A process with the number of one that
 * ended, started without that (setarch -R), could pass for it.
 * Return: @buf; NULL: nothing shows it.
 */
const char *lh_moments_differ(const struct lh_heap *before, const struct lh_heap *after,
			      char buf[LH_MOMENTS_TEXT_MAX]);

#endif
