/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two files are one dump: under another name, copied, or compressed. */
#ifndef LH_FLEET_IDENTITY_H
#define LH_FLEET_IDENTITY_H

#include "target/target.h"

#define LH_IDENTITY_MAX 33

/**
 * lh_identity_of() - a name for the content of a core: 32 hexadecimal digits
 * It is of the process's number, its registers and all its writable memory, which is read once; names of files and times are
 * no part of it. Return: 0, -LH_EINTR.
 */
int lh_identity_of(const struct lh_target *target, char ret[LH_IDENTITY_MAX]);

#endif
