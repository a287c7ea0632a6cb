/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of verify.h, one file each. Return: 0, -LH_E*. */
#ifndef LH_VERIFY_CHECKS_H
#define LH_VERIFY_CHECKS_H

#include "verify/verify.h"

int lh_check_pools(struct lh_verify *verify);
int lh_check_pads(struct lh_verify *verify);
int lh_check_lists(struct lh_verify *verify);
int lh_check_types(struct lh_verify *verify);
int lh_check_objects(struct lh_verify *verify);
int lh_check_references(struct lh_verify *verify);
int lh_check_malloc(struct lh_verify *verify);

#endif
