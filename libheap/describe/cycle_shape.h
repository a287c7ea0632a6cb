/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a cycle: types and edges, without what distinguishes cycles of that shape.
 *
 * "Session.peer -> Session.peer -> Session". An index is [...], and so is a key that was made while the
 * program ran: keys in its source are interned. An instance's __dict__ is left out: its items are attributes.
 */
#ifndef LH_DESCRIBE_CYCLE_SHAPE_H
#define LH_DESCRIBE_CYCLE_SHAPE_H

#include "cpython/edge.h"

#define LH_CYCLE_STEPS_MAX 64 /* of a longer cycle, this many and the number of others */

/** struct lh_cycle_step - an object, and how it refers to the next one */
struct lh_cycle_step {
	uint64_t addr;
	struct lh_type *type;
	struct lh_string edge;
};

struct lh_cycle_shape {
	struct lh_cycle_step steps[LH_CYCLE_STEPS_MAX];
	size_t count, more; /* more: objects that are not in steps */
	uint64_t hash;      /* of types and edges */
};

/**
 * lh_cycle_shape_make() - the shape of the cycle of the @count objects at @cycle, each of which refers to the
 * next
 * It begins at an instance of a class, or an exception, if there is one: the same for all cycles of a shape.
 * Return: 0; -LH_ENOMEM. Free with lh_cycle_shape_fini() in any case.
 */
int lh_cycle_shape_make(struct lh_heap *heap, const uint64_t *cycle, size_t count,
			struct lh_cycle_shape *ret);
void lh_cycle_shape_fini(struct lh_cycle_shape *shape);
void lh_cycle_shape_text(struct lh_heap *heap, const struct lh_cycle_shape *shape, struct lh_string *out);

#endif
