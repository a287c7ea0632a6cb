/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ROOTS_NATIVE_WORDS_H
#define LH_ROOTS_NATIVE_WORDS_H

#include "roots/native.h"

/** lh_native_words_find() - the words of all memory that no object owns. Return: 0, -LH_E*. */
int lh_native_words_find(struct lh_native *native);
/** lh_native_words_roots() - add the roots of @kind, DATA to STACK, for objects that were not met yet.
 * Return: 0, -LH_E*. */
int lh_native_words_roots(struct lh_native *native, enum lh_root_kind kind);

#endif
