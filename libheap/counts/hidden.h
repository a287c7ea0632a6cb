/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers that an owner hides from the collector: it does not track them, though it tracks what they hold,
 * and only native memory refers to them. cffi keeps its types that way (_cffi_backend.c, get_unique_type():
 * "gcmodule.c must not see this dictionary"): the references are not counted, each is removed when its object
 * is freed. Whether a reference there counts, only the owner knows.
 */
#ifndef LH_COUNTS_HIDDEN_H
#define LH_COUNTS_HIDDEN_H

#include "counts/refcounts.h"

/**
 * lh_hidden_settle() - take the references of such containers for ordinary words: move them from precise to
 * elsewhere
 * @ret_words: how many they are. Return: 0, -LH_E*.
 */
int lh_hidden_settle(struct lh_refcounts *counts, uint64_t *ret_words);

#endif
