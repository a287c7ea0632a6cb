/* SPDX-License-Identifier: Apache-2.0 */
/* What an instruction of x86-64 was about to do to memory. */
#ifndef LH_CRASH_OPERAND_H
#define LH_CRASH_OPERAND_H

#include "cpython/heap.h"

enum lh_access { LH_ACCESS_UNKNOWN, LH_ACCESS_READ, LH_ACCESS_WRITE, LH_ACCESS_RUN };

#define LH_NO_REGISTER LH_X86_64_REGISTERS

/** struct lh_operand - an operand in memory */
struct lh_operand {
	enum lh_access access;
	uint64_t addr;
	enum lh_x86_64 base; /* the register that has the pointer; LH_NO_REGISTER: none has */
};

#define LH_INSTRUCTION_MAX 15 /* bytes */

/**
 * lh_operand_decode() - of the instruction with the bytes @code
 * @fs_base: where the thread's data begin
 * @fault: the address that the processor was at fault with; 0: one that no process can have, so it was not noted. What
 * the instruction uses is believed only if it is that one.
 * Return: 0; LH_ABSENT: it uses no such address, or is not known here.
 */
int lh_operand_decode(const uint8_t *code, size_t len, const uint64_t registers[LH_X86_64_REGISTERS],
		      uint64_t fs_base, uint64_t fault, struct lh_operand *ret);

#endif
