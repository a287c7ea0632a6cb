/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What containers contain, in the order in which Python iterates over them: list, tuple, deque, set and frozenset, dict
 * in all its forms. Each walk is bounded by the length that the object says, and that by the memory there is.
 */
#ifndef LH_CPYTHON_ITEMS_H
#define LH_CPYTHON_ITEMS_H

#include "cpython/items_parts.h"

/**
 * lh_items_start() - begin a walk; end it with lh_items_fini(), whatever this returns
 * Return: 0; LH_ABSENT: not a container; -LH_EFAULT: its storage is not in the target; -LH_ECORRUPT: it makes no
 * sense; -LH_ENOMEM.
 */
int lh_items_start(struct lh_heap *heap, const struct lh_object *object, struct lh_items *ret);
/**
 * lh_items_next() - the next item
 * @ret_key: of a dict; else 0. @ret_value: 0 in an empty place of a list or tuple
 * Return: 0; LH_DONE; -LH_EFAULT; -LH_ECORRUPT, also at the end, if there were fewer than the length says.
 */
int lh_items_next(struct lh_items *items, uint64_t *ret_key, uint64_t *ret_value);
void lh_items_fini(struct lh_items *items);

/** lh_items_length() - len() of a container, a str, bytes or bytearray. Return: 0; LH_ABSENT: of none of these. */
int lh_items_length(struct lh_heap *heap, const struct lh_object *object, uint64_t *ret);
/** lh_set_is_deleted() - whether a set's entry holds the static 'dummy' instead of an item */
bool lh_set_is_deleted(struct lh_heap *heap, const uint8_t *entry);

#endif
