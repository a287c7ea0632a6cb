/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the suspects are probably references that C code took once when its module was imported, and that
 * cannot be seen: in a static variable that nothing reads, so that the compiler leaves it out; as a pointer
 * to the characters of a docstring; or nowhere, because it was not given back when the module's dict took
 * its own.
 *
 * By rule, not by name: one reference per object, or one per module that may have taken it. What grows while
 * a program runs, and what a program made at run time, is not such a reference.
 */
#ifndef LH_ANALYZE_IMPORT_REFERENCES_H
#define LH_ANALYZE_IMPORT_REFERENCES_H

#include "analyze/refaudit.h"

/** lh_import_references_mark() - set 'taken' for such suspects, and the audit's figures about them. Return: 0,
 * -LH_E*. */
int lh_import_references_mark(struct lh_heap *heap, struct lh_refaudit *audit);

#endif
