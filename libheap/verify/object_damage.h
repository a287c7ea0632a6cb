/* SPDX-License-Identifier: Apache-2.0 */
/* Damages in objects, and objects that are being changed. */
#ifndef LH_VERIFY_OBJECT_DAMAGE_H
#define LH_VERIFY_OBJECT_DAMAGE_H

#include "cpython/object.h"
#include "verify/verify.h"

/** lh_verify_object_damage() - a damage at @addr, in @object; it is none if nothing refers to that yet */
struct lh_damage lh_verify_object_damage(struct lh_verify *verify, const char *kind,
					 const struct lh_object *object, uint64_t addr);
/** lh_verify_is_moving() - whether a register leads into an object, or into @size bytes of storage at @storage: if so, it is counted
 * as being changed */
bool lh_verify_is_moving(struct lh_verify *verify, const struct lh_object *object, uint64_t storage,
			 uint64_t size);

#endif
