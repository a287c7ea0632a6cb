/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handler of a signal (faulthandler's, a crash reporter's) writes what it has to say and raises the signal again. Then the core has that
 * second one, and the first is on the stack, where the kernel put it for the handler.
 */
#include "crash/crash.h"

#include "crash/code.h"
#include "crash/signals.h"
#include "target/word_run.h"
#include "util/array.h"

#include <signal.h>

#define SCAN_MAX (256u << 10) /* bytes: what a handler has on the stack */

/* struct rt_sigframe {char *pretcode; struct ucontext uc; ...} (arch/x86/include/asm/sigframe.h): struct sigcontext is 40 bytes into the
 * ucontext (include/uapi/asm-generic/ucontext.h), of 32 words. There is a siginfo only if the handler asked for it. */
#define CONTEXT (8 + 40)
#define FRAME_SIZE (CONTEXT + 256)

/* Words of struct sigcontext (arch/x86/include/uapi/asm/sigcontext.h): registers by DWARF's numbers, and what the processor said */
static const uint8_t words[LH_X86_64_REGISTERS] = {
	[LH_R8] = 0,   [LH_R9] = 1,   [LH_R10] = 2,  [LH_R11] = 3,  [LH_R12] = 4,  [LH_R13] = 5,
	[LH_R14] = 6,  [LH_R15] = 7,  [LH_RDI] = 8,  [LH_RSI] = 9,  [LH_RBP] = 10, [LH_RBX] = 11,
	[LH_RDX] = 12, [LH_RAX] = 13, [LH_RCX] = 14, [LH_RSP] = 15, [LH_RIP] = 16,
};
#define SEGMENTS 18 /* cs in the low 16 bits */
#define ERROR 19    /* of a page fault: bit 0: the page is there */
#define TRAP 20
#define CR2 22       /* the address of a page fault */
#define USER_CS 0x33 /* arch/x86/include/asm/segment.h */

/* Which exception of the processor (Intel's manual, volume 3, 6.15) is which signal. */
static const struct {
	int number;
	uint64_t trap;
	int code;
} traps[] = {
	{SIGSEGV, 14, SEGV_MAPERR}, {SIGSEGV, 13, SI_KERNEL}, {SIGBUS, 14, BUS_ADRERR},
	{SIGFPE, 0, FPE_INTDIV},    {SIGFPE, 16, FPE_FLTINV}, {SIGFPE, 19, FPE_FLTINV},
	{SIGILL, 6, ILL_ILLOPC},
};

static uint64_t word_of(const uint8_t *frame, unsigned word)
{
	return lh_u64(frame + CONTEXT + 8 * word);
}

/* What the processor said; of a signal that was raised it says nothing of use. */
static void take_signal(struct lh_crash *c, const uint8_t *frame)
{
	bool paging = word_of(frame, TRAP) == 14;

	for (size_t i = 0; i < LH_ARRAY_SIZE(traps); i++) {
		if (traps[i].number != c->signal.number || traps[i].trap != word_of(frame, TRAP))
			continue;
		c->signal = (struct lh_signal){.number = traps[i].number, .code = traps[i].code};
		if (paging && c->signal.code == SEGV_MAPERR && word_of(frame, ERROR) & 1)
			c->signal.code = SEGV_ACCERR;
		c->signal.addr = paging ? word_of(frame, CR2) : word_of(frame, words[LH_RIP]);
		return;
	}
}

static void take_frame(struct lh_crash *c, const uint8_t *frame)
{
	if ((word_of(frame, SEGMENTS) & 0xffff) != USER_CS || !lh_is_signal_return(c->heap, lh_u64(frame)))
		return;
	for (unsigned i = 0; i < LH_X86_64_REGISTERS; i++)
		c->registers[i] = word_of(frame, words[i]);
	take_signal(c, frame);
	c->handled = true;
}

static void look_for_frame(struct lh_crash *c)
{
	struct lh_view view = lh_view_of(c->heap->target), frame = view;
	uint64_t start = c->registers[LH_RSP];
	struct lh_word_run run = lh_word_run_of(start, start + SCAN_MAX < start ? start : start + SCAN_MAX);

	while (!c->handled && lh_word_run_next(&run, &view, SCAN_MAX))
		for (uint64_t i = 0; i < run.len && !c->handled; i += 8) {
			const uint8_t *p = lh_view_at(&frame, run.at + i, FRAME_SIZE);

			if (p)
				take_frame(c, p);
		}
}

void lh_crash_before_handler(struct lh_crash *c)
{
	if (!c->crashed || !c->has_registers || c->signal.code > 0 ||
	    lh_signal_sender(&c->signal, c->heap->target->pid))
		return;
	look_for_frame(c);
}
