/* SPDX-License-Identifier: Apache-2.0 */
/* What an allocator's reader tells to be free. Include behind cmocka.h. */
#ifndef TESTS_UNIT_LIB_TOLD_H
#define TESTS_UNIT_LIB_TOLD_H

#include <stdint.h>

#define TOLD_MAX 256

struct told {
	uint64_t addr[TOLD_MAX], len[TOLD_MAX];
	unsigned count, most;
};

static inline void told_free(void *arg, uint64_t addr, uint64_t len)
{
	struct told *t = arg;

	assert_in_range(t->count, 0, t->most - 1);
	t->addr[t->count] = addr;
	t->len[t->count++] = len;
}

#endif
