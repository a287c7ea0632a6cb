/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs that cross the ABI begin with their size, as the caller was compiled. An older caller has fewer
 * members, a newer one more.
 */
#ifndef LH_UTIL_INFO_H
#define LH_UTIL_INFO_H

#include "util/error.h"

#include <string.h>

/**
 * lh_info_give() - copy what the library knows to the caller's struct, of which size is set
 * @full: @full_size bytes. Members that the library does not know become zero.
 */
static inline void lh_info_give(void *ret, const void *full, size_t full_size)
{
	size_t size = *(const size_t *)ret, known = size < full_size ? size : full_size;

	memcpy(ret, full, known);
	memset((char *)ret + known, 0, size - known);
	*(size_t *)ret = size;
}

/**
 * lh_info_take() - copy the caller's options to the library's struct of @full_size bytes, zeroed before
 * @name: of the struct. @options may be NULL.
 * Return: 0; -LH_EUSAGE: its size is not set, or members that this library does not know are not zero.
 */
int lh_info_take(struct lh_ctx *ctx, const char *name, const void *options, void *full, size_t full_size);

#endif
