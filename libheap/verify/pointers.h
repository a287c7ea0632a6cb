/* SPDX-License-Identifier: Apache-2.0 */
/* How many references of objects and frames lead to what is damaged. */
#ifndef LH_VERIFY_POINTERS_H
#define LH_VERIFY_POINTERS_H

#include "verify/verify.h"

/**
 * lh_pointers_count() - set the pointers of damages where they are not known yet, and drop those of objects that nothing refers to
 * One look at all references. Return: 0, -LH_E*.
 */
int lh_pointers_count(struct lh_verify *verify);

#endif
