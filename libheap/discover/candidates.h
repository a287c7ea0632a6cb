/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are likely to hold the runtime. */
#ifndef LH_DISCOVER_CANDIDATES_H
#define LH_DISCOVER_CANDIDATES_H

#include "target/target.h"

/* Those of a lower rank are looked at first. */
enum { LH_RANK_LIBPYTHON, LH_RANK_PYTHON, LH_RANK_MAIN, LH_RANK_LAST };
unsigned lh_candidate_rank(const struct lh_target *target, const struct lh_module *module);

#endif
