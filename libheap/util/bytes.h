/* SPDX-License-Identifier: Apache-2.0 */
/* Unaligned loads from target bytes. Targets are little-endian 64-bit, like the host that reads them. */
#ifndef LH_UTIL_BYTES_H
#define LH_UTIL_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t lh_u16(const void *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t lh_u32(const void *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t lh_u64(const void *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return v;
}

static inline int64_t lh_i64(const void *p)
{
	return (int64_t)lh_u64(p);
}

/* Whether all 8 bytes are printable ASCII: a part of a text, as a rule, and no pointer. */
static inline bool lh_word_is_text(uint64_t word)
{
	for (unsigned i = 0; i < 8; i++)
		if ((word >> 8 * i & 0xff) < 0x20 || (word >> 8 * i & 0xff) > 0x7e)
			return false;
	return true;
}

#endif
