/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the suspects are, likely, references that C code took once as its module was imported, and keeps
 * where nobody sees it: in a static variable that nothing reads, so that the compiler leaves it out; as a
 * pointer to the characters of a docstring; or nowhere, for it forgot to give it back to the dict of its
 * module.
 *
 * By rule, not by name: one reference an object, or one a module that may have taken it. What grows with the
 * run of a program, and what a program made as it ran, is no such reference.
 */
#ifndef LH_ANALYZE_IMPORTED_H
#define LH_ANALYZE_IMPORTED_H

#include "analyze/refaudit.h"

/** lh_imported_mark() - set 'taken' of such suspects, and the audit's figures of them. Return: 0, -LH_E*. */
int lh_imported_mark(struct lh_heap *heap, struct lh_refaudit *audit);

#endif
