/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where nothing says how to undo calls: each word of the stack that points behind a call instruction may be where a call
 * returns to. Some are left over from calls that returned.
 */
#include "crash/scan.h"

#include "crash/code.h"
#include "target/word_run.h"
#include "util/bytes.h"

#define SCAN_MAX (8u << 20) /* bytes: the usual limit of a stack */
#define CALL_MAX 7          /* bytes of the longest call: FF 94 SIB disp32 */

/* E8 rel32, or FF /2 with whatever its operand takes (Intel's manual, volume 2, CALL) */
static bool is_after_call(struct lh_heap *heap, uint64_t addr)
{
	uint8_t code[CALL_MAX];

	if (lh_code_read(heap, addr - CALL_MAX, code, CALL_MAX) != CALL_MAX)
		return false;
	if (code[CALL_MAX - 5] == 0xe8)
		return true;
	for (unsigned len = 2; len <= CALL_MAX; len++)
		if (code[CALL_MAX - len] == 0xff && (code[CALL_MAX - len + 1] >> 3 & 7) == 2)
			return true;
	return false;
}

int lh_scan_stack(struct lh_unwinding *from, struct lh_native_stack *stack)
{
	struct lh_target *target = from->heap->target;
	struct lh_view view = lh_view_of(target);
	uint64_t start = from->registers[LH_RSP];
	const struct lh_mapping *m = lh_target_mapping(target, start);
	struct lh_word_run run;
	int r = lh_native_add(stack, from->registers[LH_RIP]);

	if (!m || r != 0)
		return r < 0 ? r : 0;
	run = lh_word_run_of(start, m->end - start < SCAN_MAX ? m->end : start + SCAN_MAX);
	while (r == 0 && lh_word_run_next(&run, &view, SCAN_MAX))
		for (uint64_t i = 0; i < run.len && r == 0; i += 8) {
			uint64_t word = lh_u64(run.words + i);

			if (lh_is_code(target, word, CALL_MAX) && is_after_call(from->heap, word))
				r = lh_native_add(stack, word - 1);
		}
	stack->how = stack->count > 1 ? LH_UNWOUND_SCAN : LH_UNWOUND_NONE;
	return r < 0 ? r : 0;
}
