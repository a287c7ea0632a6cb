/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ROOTS_PROCESS_ROOTS_H
#define LH_ROOTS_PROCESS_ROOTS_H

#include "roots/roots.h"

/** lh_roots_find() - the roots of interpreters, threads and frames. Return: 0, -LH_E*. Free with
 * lh_roots_fini() in any case. */
int lh_roots_find(struct lh_heap *heap, struct lh_roots *ret);

/* Parts of lh_roots_find() in files of their own. */
int lh_roots_add_interp(struct lh_roots *roots, const struct lh_interp *interp);  /* state_roots.c */
int lh_roots_add_threads(struct lh_roots *roots, const struct lh_interp *interp); /* state_roots.c */

#endif
