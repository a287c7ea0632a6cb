/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_ROOTS_NATIVE_WALK_H
#define LH_ROOTS_NATIVE_WALK_H

#include "roots/walk.h"

/** lh_walk_native() - go on from roots in native memory, certain ones before those that may be stale.
 * Return: 0, -LH_E*. */
int lh_walk_native(struct lh_walk *walk);

#endif
