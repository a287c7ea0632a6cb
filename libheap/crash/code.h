/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of code: most cores do not have them, the files of modules do. */
#ifndef LH_CRASH_CODE_H
#define LH_CRASH_CODE_H

#include "cpython/heap.h"

/** lh_is_code() - whether @addr, and the @before bytes before it, are of one mapping with code */
bool lh_is_code(const struct lh_target *target, uint64_t addr, uint64_t before);
/** lh_code_read() - the @len bytes at @addr, from memory or the module's file. Return: how many came without a gap. */
size_t lh_code_read(struct lh_heap *heap, uint64_t addr, uint8_t *buf, size_t len);
/** lh_is_signal_return() - whether the code at @addr is what handlers of signals return to: rt_sigreturn(), on x86-64 */
bool lh_is_signal_return(struct lh_heap *heap, uint64_t addr);

#endif
