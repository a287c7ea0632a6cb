/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Radix sort, from the lowest digit up; digits that all words have in common are passed over. Addresses differ in few of their
 * bits, so it is four passes over them where a sort by comparison calls a function twenty times per word.
 */
#include "util/sort.h"
#include "util/cleanup.h"

#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)
#define FEW 1024 /* sorted before the counts of digits are zeroed */

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static unsigned digit(uint64_t word, unsigned shift)
{
	return word >> shift & (DIGITS - 1);
}

static void sort_by_digit(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
	size_t places[DIGITS] = {0}, sum = 0;

	for (size_t i = 0; i < count; i++)
		places[digit(from[i], shift)]++;
	for (unsigned i = 0; i < DIGITS; i++) {
		size_t n = places[i];

		places[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		to[places[digit(from[i], shift)]++] = from[i];
}

void lh_sort_words(uint64_t *words, size_t count)
{
	_cleanup_free_ uint64_t *room = count > FEW ? malloc(count * sizeof(*words)) : NULL;
	uint64_t *from = words, *to = room, differ = 0;

	if (!room) {
		if (count > 1)
			qsort(words, count, sizeof(*words), compare);
		return;
	}
	for (size_t i = 1; i < count; i++)
		differ |= words[i] ^ words[0];
	for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
		uint64_t *sorted = to;

		if (!digit(differ, shift))
			continue;
		sort_by_digit(from, to, count, shift);
		to = from;
		from = sorted;
	}
	if (from != words)
		memcpy(words, from, count * sizeof(*words));
}
