/* SPDX-License-Identifier: Apache-2.0 */
/* What type.c and type_kind.c share: the struct of a type as bytes of the target. */
#ifndef LH_CPYTHON_TYPE_PRIVATE_H
#define LH_CPYTHON_TYPE_PRIVATE_H

#include "cpython/heap.h"

#define LH_BASES_MAX 64 /* bases above a type, metatypes above a metatype */

/** lh_type_plausible() - Return: the struct of the type at @addr, if the bytes there can be one, its metatype
 * apart; else NULL */
const uint8_t *lh_type_plausible(struct lh_heap *heap, uint64_t addr);
/** lh_type_word() - a word of the struct at @type; 0: the layout has no such field */
uint64_t lh_type_word(const struct lh_heap *heap, const uint8_t *type, enum lh_field field);
/** lh_type_fill_kind() - which C type lays the instances of the type at @addr out, and what is known of it */
void lh_type_fill_kind(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t);

#endif
