/* SPDX-License-Identifier: Apache-2.0 */
/* Where a user's database is. */
#ifndef LH_FLEET_PLACE_H
#define LH_FLEET_PLACE_H

#include "util/error.h"
#include "util/string.h"

/**
 * lh_fleet_place() - append the path of the database: @given, else $PYHEAP_FLEET, else in the folder for a user's data
 * @given: NULL: the user names none
 * @make: make the folders of the user's own that are missing
 * Return: 0; LH_ABSENT: @given is empty, or the environment names no such folder; -LH_ENOMEM.
 */
int lh_fleet_place(struct lh_ctx *ctx, const char *given, bool make, struct lh_string *out);

#endif
