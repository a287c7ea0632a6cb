/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of numbers as bits, 64 per word: n / 64 + 1 words have room for n numbers. */
#ifndef LH_UTIL_BITS_H
#define LH_UTIL_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool lh_bit_has(const uint64_t *bits, uint64_t i)
{
	return bits[i >> 6] >> (i & 63) & 1;
}

static inline void lh_bit_set(uint64_t *bits, uint64_t i)
{
	bits[i >> 6] |= 1ull << (i & 63);
}

/* The same, where threads set bits of one word. */
static inline void lh_bit_set_shared(uint64_t *bits, uint64_t i)
{
	__atomic_fetch_or(&bits[i >> 6], 1ull << (i & 63), __ATOMIC_RELAXED);
}

static inline void lh_bit_clear(uint64_t *bits, uint64_t i)
{
	bits[i >> 6] &= ~(1ull << (i & 63));
}

/* How many bits are set. Processors have an instruction for that, which plain x86-64 lacks: then a compiler's own is a call. */
static inline uint32_t lh_bit_count(uint64_t bits)
{
	bits -= bits >> 1 & 0x5555555555555555u;
	bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
	bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (uint32_t)(bits * 0x0101010101010101u >> 56);
}

#endif
