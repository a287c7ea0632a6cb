/* SPDX-License-Identifier: Apache-2.0 */
/* FNV-1a of 64 bits: for tables of what a target has little of. It is no defence against chosen input. */
#ifndef LH_UTIL_HASH_H
#define LH_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

#define LH_HASH_START 0xcbf29ce484222325u

/** lh_hash() - @hash: of what came before, or LH_HASH_START */
static inline uint64_t lh_hash(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3u;
	return hash;
}

#endif
