/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/crash.h"

#include "crash/signals.h"

#include <signal.h>
#include <stdlib.h>

bool lh_crash_happened(const struct lh_heap *heap)
{
	const struct lh_target *t = heap->target;

	/* gcore says SIGTRAP or SIGSTOP where it stopped a process, without a code of the processor's. */
	if (t->kind != LH_TARGET_CORE || !lh_signal_words(t->signal.number))
		return false;
	return t->signal.number != SIGTRAP || t->signal.code == SI_KERNEL || t->signal.code == TRAP_BRKPT;
}

int lh_crash_find(struct lh_heap *heap, struct lh_crash *ret)
{
	struct lh_target *t = heap->target;
	int r;

	*ret = (struct lh_crash){.heap = heap,
				 .crashed = lh_crash_happened(heap),
				 .signal = t->signal,
				 .tid = t->lwp_count ? t->lwps[0].tid : 0};
	ret->has_registers = lh_lwp_registers(t, 0, ret->registers, &ret->tls) == 0;
	if (!ret->has_registers && t->stack_count)
		ret->tls = t->stacks[0].tls;
	lh_crash_before_handler(ret);
	r = lh_native_stack_find(heap, ret->has_registers ? ret->registers : NULL, &ret->native);
	if (r == 0)
		r = lh_crash_held(ret);
	if (r == 0)
		r = lh_crash_calls(ret);
	if (r == 0)
		r = lh_crash_exceptions(ret);
	if (r == 0 && ret->crashed)
		r = lh_crash_where(ret);
	if (r == 0 && ret->crashed && !lh_signal_sender(&ret->signal, t->pid))
		r = lh_crash_message(ret);
	return r == 0 ? lh_crash_verdict(ret) : r;
}

bool lh_crash_is_whole(const struct lh_crash *crash)
{
	return crash->has_registers && crash->native.whole && !crash->broken;
}

void lh_crash_fini(struct lh_crash *crash)
{
	lh_native_stack_fini(&crash->native);
	for (size_t i = 0; i < crash->line_count; i++) {
		free(crash->lines[i].function);
		free(crash->lines[i].file);
	}
	for (size_t i = 0; i < crash->held_count; i++)
		free(crash->held[i].name);
	free(crash->lines);
	free(crash->calls);
	free(crash->message);
	free(crash->where);
	free(crash->verdict);
	*crash = (struct lh_crash){0};
}
