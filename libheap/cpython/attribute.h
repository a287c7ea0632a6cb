/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes that an instance has itself, by name, and whether its class lets them be read so. */
#ifndef LH_CPYTHON_ATTRIBUTE_H
#define LH_CPYTHON_ATTRIBUTE_H

#include "cpython/visit.h"

/**
 * lh_attribute_get() - the value of @name, in a slot, among the instance's values or in its __dict__
 * Return: 0; LH_ABSENT.
 */
int lh_attribute_get(struct lh_heap *heap, const struct lh_object *object, const char *name, uint64_t *ret);

/**
 * lh_attribute_reads_dict() - whether x.name is what the __dict__ of x has, for x of @type: no class has a
 * data descriptor of that name (a property, a slot), or a __getattribute__() of its own
 */
bool lh_attribute_reads_dict(struct lh_heap *heap, struct lh_type *type, const char *name);
/** lh_attribute_reads_field() - whether x.name is the field of that name that the C type below @type has */
bool lh_attribute_reads_field(struct lh_heap *heap, struct lh_type *type, const char *name);
/** lh_attribute_reads_slot() - whether x.name is the slot at @offset of x: a class may have one of the same
 * name as a base */
bool lh_attribute_reads_slot(struct lh_heap *heap, struct lh_type *type, const char *name, uint64_t offset);
/** lh_attribute_reads_items() - whether x[key] is the item that the C type below @type has */
bool lh_attribute_reads_items(struct lh_heap *heap, struct lh_type *type);

#endif
