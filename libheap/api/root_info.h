/* SPDX-License-Identifier: Apache-2.0 */
/* Roots as callers get them, alone or at the start of a path. */
#ifndef LH_API_ROOT_INFO_H
#define LH_API_ROOT_INFO_H

#include "roots/roots.h"
#include "util/string.h"

/** lh_root_give() - describe a root in the caller's struct */
void lh_root_give(const struct lh_roots *roots, const struct lh_root *root, struct lh_root_info *ret);
/** lh_root_name() - what it is, in @text, which *ret points into. Return: 0, -LH_ENOMEM. */
int lh_root_name(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *text,
		 const char **ret);

#endif
