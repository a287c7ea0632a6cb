/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/object_damage.h"
#include "cpython/extent.h"
#include "verify/damage.h"

struct lh_damage lh_verify_object_damage(struct lh_verify *v, const char *kind, const struct lh_object *o,
					 uint64_t addr)
{
	return (struct lh_damage){.kind = kind,
				  .addr = addr,
				  .start = o->addr,
				  .held = o->addr,
				  .size = lh_object_extent(v->heap, o->bytes, o->type)};
}

bool lh_verify_is_moving(struct lh_verify *v, const struct lh_object *o, uint64_t storage, uint64_t size)
{
	if (!lh_damage_is_moving(v, o->addr - o->type->presize,
				 o->type->presize + lh_object_extent(v->heap, o->bytes, o->type)) &&
	    !lh_damage_is_moving(v, storage, size))
		return false;
	v->now->moving++;
	return true;
}
