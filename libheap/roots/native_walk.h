/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ROOTS_NATIVE_WALK_H
#define LH_ROOTS_NATIVE_WALK_H

#include "roots/walk.h"

/** lh_walk_native() - on from roots in native memory, the sure ones before those that may be left over.
 * Return: 0, -LH_E*. */
int lh_walk_native(struct lh_walk *walk);

#endif
