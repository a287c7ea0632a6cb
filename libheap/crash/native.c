/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/native.h"

#include "crash/code.h"
#include "crash/dwfl.h"
#include "crash/scan.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/bytes.h"
#include "util/sort.h"

#include <string.h>

/* ---- frame pointers ---- */

/* Where a function began with push %rbp; mov %rsp, %rbp, %rbp leads to the caller's and to where it returns to. */
static int follow_chain(struct lh_unwinding *from, struct lh_native_stack *stack)
{
	uint64_t at = from->registers[LH_RBP], below = from->registers[LH_RSP];
	struct lh_view view = lh_view_of(from->heap->target);
	int r = lh_native_add(stack, from->registers[LH_RIP]);

	stack->how = LH_UNWOUND_NONE;
	while (r == 0 && at % 8 == 0 && at >= below) {
		const uint8_t *p = lh_view_at(&view, at, 16);
		uint64_t pc = p ? lh_u64(p + 8) : 0;

		if (!lh_is_code(from->heap->target, pc, 0))
			break;
		r = lh_native_add(stack, pc - 1);
		stack->how = LH_UNWOUND_CHAIN;
		below = at + 16;
		at = lh_u64(p);
	}
	return r < 0 ? r : 0;
}

/* ---- places ---- */

static int name_without_dwfl(struct lh_native_stack *stack, struct lh_native_place *place)
{
	struct lh_modfile *file = lh_heap_file(stack->heap, place->pc);
	const char *name;
	uint64_t offset;
	int r = file ? lh_modfile_symbol_at(file, place->pc, &name, &offset) : LH_ABSENT;

	if (r != 0)
		return r < 0 ? r : 0;
	place->at.function = lh_function_name(name);
	return place->at.function ? 0 : lh_nomem(stack->heap->ctx);
}

static int name_place(struct lh_native_stack *stack, struct lh_dwfl *dwfl, struct lh_native_place *place)
{
	int r = 0;

	place->module = lh_target_module(stack->heap->target, place->pc);
	if (dwfl)
		r = lh_dwfl_name(dwfl, place);
	return r == 0 && !place->at.function ? name_without_dwfl(stack, place) : r;
}

static size_t sorted_places(const struct lh_native_stack *stack, uint64_t *words)
{
	size_t count = 0;

	for (size_t i = 0; i < stack->count; i++)
		words[i] = stack->calls[i].pc;
	lh_sort_words(words, stack->count);
	for (size_t i = 0; i < stack->count; i++)
		if (i == 0 || words[i] != words[i - 1])
			words[count++] = words[i];
	return count;
}

/* Each place once: a recursion is at the same few all the time. */
static int name_places(struct lh_native_stack *stack, struct lh_dwfl *dwfl)
{
	_cleanup_free_ uint64_t *words = lh_new0(uint64_t, stack->count + 1);
	int r = 0;

	if (!words)
		return lh_nomem(stack->heap->ctx);
	stack->place_count = sorted_places(stack, words);
	stack->places = lh_new0(struct lh_native_place, stack->place_count + 1);
	if (!stack->places)
		return lh_nomem(stack->heap->ctx);
	for (size_t i = 0; i < stack->place_count && r == 0; i++) {
		stack->places[i].pc = words[i];
		r = name_place(stack, dwfl, &stack->places[i]);
		if (r == 0)
			r = lh_progress(stack->heap->ctx, "naming functions", i, stack->place_count);
	}
	for (size_t i = 0; i < stack->count; i++)
		stack->calls[i].place = (uint32_t)lh_bsearch_first(stack->place_count, k,
								   stack->places[k].pc < stack->calls[i].pc);
	return r;
}

/* ---- all of it ---- */

/*
 * A call through a pointer to nowhere: no table knows that place, but the call has just pushed where it came from.
 * Return: 0, or what lh_native_add() returns.
 */
static int step_back_to_code(struct lh_unwinding *from, struct lh_native_stack *stack)
{
	struct lh_target *target = from->heap->target;
	struct lh_view view = lh_view_of(target);
	uint64_t *r = from->registers, pc = r[LH_RIP];
	const uint8_t *p = lh_view_at(&view, r[LH_RSP], 8);
	uint64_t caller = p ? lh_u64(p) : 0;

	if (lh_is_code(target, pc, 0) || lh_target_module(target, pc) || !lh_is_code(target, caller, 0))
		return 0;
	r[LH_RSP] += 8;
	r[LH_RIP] = caller - 1;
	return lh_native_add(stack, pc);
}

/* By tables; if these do not lead to any other call, by frame pointers; if there are none, by looking. */
static int find_calls(struct lh_unwinding *from, struct lh_dwfl **dwfl, struct lh_native_stack *ret)
{
	size_t before = ret->count;
	int r = lh_dwfl_open(from, dwfl);

	if (r == 0)
		r = lh_dwfl_unwind(*dwfl, ret);
	if (r < 0 || ret->whole || ret->count > before + 1)
		return r;
	ret->count = before;
	r = follow_chain(from, ret);
	if (r < 0 || ret->how == LH_UNWOUND_CHAIN)
		return r;
	ret->count = before;
	return lh_scan_stack(from, ret);
}

int lh_native_stack_find(struct lh_heap *heap, const uint64_t *registers, struct lh_native_stack *ret)
{
	_cleanup_(lh_dwfl_freep) struct lh_dwfl *dwfl = NULL;
	struct lh_unwinding from = {.heap = heap};
	int r;

	*ret = (struct lh_native_stack){.heap = heap, .how = LH_UNWOUND_NONE};
	if (!registers)
		return 0;
	memcpy(from.registers, registers, sizeof(from.registers));
	r = step_back_to_code(&from, ret);
	if (r == 0)
		r = find_calls(&from, &dwfl, ret);
	return r == 0 ? name_places(ret, dwfl) : r;
}
