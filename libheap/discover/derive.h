/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts from structure: the table of a neighbouring build is a guess, and what the target's own memory
 * contradicts is searched for.
 *
 * Each field has a test on the target. The guess is tried first, then every place in the struct, from its
 * start. A field that is found nowhere, and that nothing else determines, is absent.
 */
#ifndef LH_DISCOVER_DERIVE_H
#define LH_DISCOVER_DERIVE_H

#include "cpython/object.h"

/**
 * lh_derive_layout() - repair heap->layout, a guess, on the target
 * @ret_repairs: how many fields were not where the guess has them, or are not in both versions
 * Return: 0; -LH_E*.
 */
int lh_derive_layout(struct lh_heap *heap, unsigned *ret_repairs);

#endif
