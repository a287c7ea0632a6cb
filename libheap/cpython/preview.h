/* SPDX-License-Identifier: Apache-2.0 */
/* One line of what an object is, as repr() would begin: 'text', 42, <Session at 0x7f...>, {3 items}; see redact.h. */
#ifndef LH_CPYTHON_PREVIEW_H
#define LH_CPYTHON_PREVIEW_H

#include "cpython/object.h"
#include "util/string.h"

/** lh_preview() - append a preview of the object at @addr, about
 * @max characters; "?" where it cannot be read */
void lh_preview(struct lh_heap *heap, uint64_t addr, size_t max, struct lh_string *out);

#endif
