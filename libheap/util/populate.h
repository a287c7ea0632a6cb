/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of large arrays, got from the kernel before one thread fills them. */
#ifndef LH_UTIL_POPULATE_H
#define LH_UTIL_POPULATE_H

#include "util/error.h"

#include <stddef.h>

/**
 * lh_populate() - have the kernel give the pages of @bytes at @memory now, to all threads that lh_workers() has
 * For fresh memory that one thread will write all over: else it meets its pages one by one, while other processors are idle.
 * Its contents stay. Nothing happens to a few megabytes, or if the kernel cannot (Linux before 5.14). Return: 0; -LH_EINTR.
 */
int lh_populate(struct lh_ctx *ctx, void *memory, size_t bytes);

#endif
