/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How libFuzzer changes a core. Its own mutations insert and erase bytes, which in megabytes of heap is
 * mostly noise; here words are changed where they lie, the way memory gets corrupt: a pointer to elsewhere,
 * an off-by-one, a freed block's link, a huge count. Headers and notes are left to libFuzzer now and then,
 * and the end is cut off.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEAD 8192 /* ELF header, program headers, notes */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A word that is not zero: most of a core is zeros, and changing those finds little. */
static size_t used_word(const uint8_t *data, size_t size, uint32_t *state)
{
	static const uint8_t zeros[8];
	size_t at = 0;

	for (int tries = 0; tries < 32; tries++) {
		at = next(state) % (size / 8) * 8;
		if (memcmp(data + at, zeros, 8) != 0)
			break;
	}
	return at;
}

static void change_word(uint8_t *data, size_t size, uint32_t *state)
{
	static const uint64_t odd[] = {0,          1,          UINT64_MAX, INT64_MAX,
				       1ull << 63, UINT32_MAX, 1ull << 32, 0x7fffffff};
	size_t at = used_word(data, size, state);
	uint64_t word;

	memcpy(&word, data + at, 8);
	switch (next(state) % 8) {
	case 0:
	case 1:
	case 2:
		memcpy(&word, data + used_word(data, size, state), 8);
		break;
	case 3:
		word = odd[next(state) % 8];
		break;
	case 4:
		word += 8 * (next(state) % 33) - 128;
		break;
	case 5:
		word ^= 1ull << next(state) % 64;
		break;
	case 6:
		word = (word & ~0xffffull) | (next(state) & 0xffff);
		break;
	default:
		word = (uint32_t)word | (uint64_t)next(state) << 32;
	}
	memcpy(data + at, &word, 8);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	uint32_t state = seed | 1;
	uint32_t dice = next(&state) % 64;

	if (size < 2 * HEAD)
		return LLVMFuzzerMutate(data, size, max_size);
	if (dice == 0)
		return size - next(&state) % (size / 2);
	if (dice < 4) {
		LLVMFuzzerMutate(data, HEAD, HEAD);
		return size;
	}
	for (uint32_t changes = 1u << next(&state) % 8; changes; changes--)
		change_word(data, size, &state);
	return size;
}
