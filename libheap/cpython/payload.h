/* SPDX-License-Identifier: Apache-2.0 */
/* Contents that never change while an object lives: characters, bytes, digits, the items of a tuple. */
#ifndef LH_CPYTHON_PAYLOAD_H
#define LH_CPYTHON_PAYLOAD_H

#include "cpython/object.h"

/** struct lh_payload - where contents are */
struct lh_payload {
	uint64_t addr, len;
	uint32_t kind; /* bytes of a character; 0: not text */
};

/** lh_type_has_contents() - whether they are contents, not references as those of a tuple: what redact.h hides and snapshots blank */
bool lh_type_has_contents(const struct lh_type *type);
/** lh_type_has_payload() - whether instances have such contents, whatever else they have */
bool lh_type_has_payload(const struct lh_type *type);
/** lh_payload_of() - of the object of @type at @addr. Return: 0; LH_ABSENT: none is known, or it makes no sense. */
int lh_payload_of(struct lh_heap *heap, struct lh_view *view, const struct lh_type *type, uint64_t addr,
		  struct lh_payload *ret);

#endif
