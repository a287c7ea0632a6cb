/* SPDX-License-Identifier: Apache-2.0 */
/* Instances with a __dict__: what they take, and what they would with __slots__. */
#ifndef LH_ANALYZE_SLOTLESS_H
#define LH_ANALYZE_SLOTLESS_H

#include "cpython/visit.h"

/** struct lh_instance - an instance and its attributes */
struct lh_instance {
	uint64_t bytes;      /* as allocated: its own, those of its __dict__ and of values beside it */
	uint32_t attributes; /* that it has itself */
};

struct lh_slotless {
	struct lh_visitor visitor;
	struct lh_instance *now; /* the instance that is read */
	uint64_t beside;         /* bytes of values that it may have in an array of their own */
};

/* Call it where @slotless stays: it has pointers to itself. */
void lh_slotless_init(struct lh_slotless *slotless, struct lh_heap *heap);
/** lh_slotless_has() - whether instances of @type could have __slots__ instead of a __dict__: a class made in Python
 * that has no slots, and of whose bases none is a C type but object */
bool lh_slotless_has(const struct lh_layout *layout, const struct lh_type *type);
/** lh_slotless_read() - an instance of such a type */
void lh_slotless_read(struct lh_slotless *slotless, const struct lh_object *object, struct lh_instance *ret);
/** lh_slots_bytes() - an instance of a class with that many __slots__ and nothing else */
uint64_t lh_slots_bytes(const struct lh_layout *layout, uint32_t attributes);

#endif
