/* SPDX-License-Identifier: Apache-2.0 */
/* Half-open address ranges, tested without overflow. */
#ifndef LH_UTIL_RANGE_H
#define LH_UTIL_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct lh_range {
	uint64_t start, end;
};

/* Whether the @len bytes at @addr lie inside @r. */
static inline bool lh_range_has(const struct lh_range *r, uint64_t addr, uint64_t len)
{
	return addr >= r->start && addr <= r->end && len <= r->end - addr;
}

#endif
