/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holders of one object, in paths that were found whatever is wanted.
 *
 * Paths to an object do not pass it. Without it, all objects that it does not lead to are met in the same order, by the same
 * paths: their places are kept by those that remain, and nobody else comes earlier. So only where one of its holders is met
 * through it do paths have to be found anew.
 */
#ifndef LH_ROOTS_TREE_HOLDERS_H
#define LH_ROOTS_TREE_HOLDERS_H

#include "roots/paths.h"

/** lh_tree_holders_find() - the holders of what @paths wants
 * @paths: what sure roots lead to. Memory: 1 bit per place. Return: 0; LH_ABSENT: they have to be found by another walk; -LH_E*. */
int lh_tree_holders_find(struct lh_paths *paths);

#endif
