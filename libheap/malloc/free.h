/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_MALLOC_FREE_H
#define LH_MALLOC_FREE_H

#include <stdint.h>

/* Called with each free range of an allocator: @len bytes at @addr. */
typedef void (*lh_free_range_fn)(void *arg, uint64_t addr, uint64_t len);

#endif
