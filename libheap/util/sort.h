/* SPDX-License-Identifier: Apache-2.0 */
/* Words in ascending order: by the million, they are addresses. */
#ifndef LH_UTIL_SORT_H
#define LH_UTIL_SORT_H

#include <stddef.h>
#include <stdint.h>

/**
 * lh_sort_words() - sort @count words
 * O(@count) for many; then with as much memory again meanwhile, and without it by comparison. It cannot fail. @words may be NULL
 * if @count is 0.
 */
void lh_sort_words(uint64_t *words, size_t count);

#endif
