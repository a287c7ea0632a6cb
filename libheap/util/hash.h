/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes for tables of what a target has. They do not resist chosen input; tables are bounded instead. */
#ifndef LH_UTIL_HASH_H
#define LH_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

#define LH_HASH_START 0xcbf29ce484222325u

/** lh_hash() - FNV-1a of 64 bits. @hash: of what came before, or LH_HASH_START */
static inline uint64_t lh_hash(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3u;
	return hash;
}

/** lh_hash_address() - the first slot to look at for what is at
 * @addr, in a table of @slots, a power of two */
static inline size_t lh_hash_address(uint64_t addr, size_t slots)
{
	return (size_t)((addr >> 4) * 0x9e3779b97f4a7c15u >> 20) & (slots - 1);
}

#endif
