/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_UTIL_INLINE_H
#define LH_UTIL_INLINE_H

/* A function that is inlined everywhere. One that only prefetches has to be: gcc leaves out calls of functions without effects. */
#define LH_ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
