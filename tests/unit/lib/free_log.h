/* SPDX-License-Identifier: Apache-2.0 */
/* The stretches that a reader of an allocator reports as free. Include after cmocka.h. */
#ifndef TESTS_FREE_LOG_H
#define TESTS_FREE_LOG_H

#include <stdint.h>

#define FREE_LOG_MAX 256

struct free_log {
	uint64_t addr[FREE_LOG_MAX], len[FREE_LOG_MAX];
	unsigned count, most;
};

static inline void free_log_add(void *arg, uint64_t addr, uint64_t len)
{
	struct free_log *log = arg;

	assert_in_range(log->count, 0, log->most - 1);
	log->addr[log->count] = addr;
	log->len[log->count++] = len;
}

#endif
