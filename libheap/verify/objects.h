/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold in one object of a kind, asked of each. Return: 0, -LH_E*. */
#ifndef LH_VERIFY_OBJECTS_H
#define LH_VERIFY_OBJECTS_H

#include "cpython/object.h"
#include "verify/verify.h"

int lh_verify_dict(struct lh_verify *verify, const struct lh_object *object); /* object_dict.c */
int lh_verify_list(struct lh_verify *verify, const struct lh_object *object); /* object_items.c */
int lh_verify_tuple(struct lh_verify *verify, const struct lh_object *object);
int lh_verify_set(struct lh_verify *verify, const struct lh_object *object);
int lh_verify_str(struct lh_verify *verify, const struct lh_object *object); /* object_text.c */
int lh_verify_bytes(struct lh_verify *verify, const struct lh_object *object);
int lh_verify_int(struct lh_verify *verify, const struct lh_object *object);

#endif
