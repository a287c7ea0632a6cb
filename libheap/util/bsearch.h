/* SPDX-License-Identifier: Apache-2.0 */
/* Search in what is sorted. */
#ifndef LH_UTIL_BSEARCH_H
#define LH_UTIL_BSEARCH_H

#include <stddef.h>

/**
 * lh_bsearch_first() - the first of @count places for which @is_before does not hold; @count: it holds for all
 * @i: the name that the expression @is_before has for a place
 * It must hold for a run of places at the beginning, and for none after them.
 */
#define lh_bsearch_first(count, i, is_before)                 \
	({                                                    \
		size_t _low = 0, _high = (count);             \
                                                              \
		while (_low < _high) {                        \
			size_t i = _low + (_high - _low) / 2; \
                                                              \
			if (is_before)                        \
				_low = i + 1;                 \
			else                                  \
				_high = i;                    \
		}                                             \
		_low;                                         \
	})

#endif
