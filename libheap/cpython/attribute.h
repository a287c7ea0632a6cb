/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes that an instance has itself, by name. */
#ifndef LH_CPYTHON_ATTRIBUTE_H
#define LH_CPYTHON_ATTRIBUTE_H

#include "cpython/visit.h"

/**
 * lh_attribute_get() - the value of @name, in a slot, among the instance's values or in its __dict__
 * Return: 0; LH_ABSENT.
 */
int lh_attribute_get(struct lh_heap *heap, const struct lh_object *object, const char *name, uint64_t *ret);

#endif
