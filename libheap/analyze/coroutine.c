/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/coroutine.h"
#include "cpython/visit.h"
#include "util/array.h"

#include <stdlib.h>

#define STACK_LOOKED_AT 2 /* 3.15 keeps another word above what is awaited */

static bool is_generator(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	struct lh_object o;

	return lh_object_at(heap, view, addr, &o) == 0 && o.type->kind->id == LH_KIND_GENERATOR;
}

/* ---- what a generator delegates to: _PyGen_yf(), as in cr_await, gi_yieldfrom and ag_await ---- */

static uint8_t code_byte(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame,
			 int64_t after)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t code = lh_heap_word(heap, view, frame->code, LH_F_CODE_CODE), at;
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_CODE_ADAPTIVE))
		at = frame->code + lh_layout_at(l, LH_F_CODE_ADAPTIVE);
	else if (code)
		at = code + lh_layout_at(l, LH_F_BYTES_DATA);
	else
		return 0;
	p = frame->has_at ? lh_view_at(view, at + (uint64_t)(frame->at + after), 1) : NULL;
	return p ? *p : 0;
}

/* By the state (3.13+), or by the instruction after the current one: YIELD_FROM (-3.10), RESUME (3.11,
 * 3.12). */
static bool delegates(struct lh_heap *heap, struct lh_view *view, uint64_t generator,
		      const struct lh_frame *frame)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t state = lh_layout_constant(l, LH_C_FRAME_YIELDS_FROM),
		 opcode = lh_layout_constant(l, LH_C_YIELD_FROM),
		 resume = lh_layout_constant(l, LH_C_RESUME_YIELD_FROM);

	if (frame->at < 0)
		return false;
	if (state)
		return (uint8_t)lh_heap_word(heap, view, generator, LH_F_GEN_FRAME_STATE) == state;
	if (opcode)
		return code_byte(heap, view, frame, 2) == opcode;
	return resume && code_byte(heap, view, frame, 3) >= resume;
}

/* Return: the object; 0 if there is none. */
static uint64_t awaited(struct lh_heap *heap, struct lh_view *view, uint64_t generator,
			const struct lh_frame *frame)
{
	struct lh_span span = {.stride = 8, .tagged = lh_layout_has(&heap->layout, LH_F_IFRAME_STACKPOINTER)};
	struct lh_object o;

	if (!delegates(heap, view, generator, frame))
		return 0;
	span.words = lh_frame_stack(heap, view, frame, &span.count);
	for (uint64_t i = 1; span.words && i <= span.count && i <= STACK_LOOKED_AT; i++) {
		uint64_t word = lh_span_word(&span, span.count - i);

		if (word && lh_object_at(heap, view, word, &o) == 0)
			return word;
	}
	return 0;
}

/* ---- from there to the next generator ---- */

struct inner {
	struct lh_heap *heap;
	struct lh_view view;
	uint64_t found;
};

static void look_for_generator(void *arg, const struct lh_span *span)
{
	struct inner *in = arg;

	if ((span->label == LH_LABEL_BODY || span->label == LH_LABEL_FIELD) && !in->found &&
	    is_generator(in->heap, &in->view, lh_span_word(span, 0)))
		in->found = lh_span_word(span, 0);
}

/* The object itself, or the one in a wrapper: coroutine_wrapper, async_generator_asend. */
static uint64_t next_generator(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	struct inner in = {.heap = heap, .view = *view};
	struct lh_visitor v = {.heap = heap, .view = *view, .fn = look_for_generator, .arg = &in};
	struct lh_object o;

	if (!addr || lh_object_at(heap, view, addr, &o) != 0)
		return 0;
	if (o.type->kind->id == LH_KIND_GENERATOR)
		return addr;
	if ((o.type->conservative || o.type->body) && !o.type->python)
		lh_visit(&v, &o);
	return in.found;
}

/* ---- stacks ---- */

static int push(struct lh_heap *heap, struct lh_calls *stack, const struct lh_frame *frame)
{
	return lh_append(heap->ctx, stack->items, stack->count, stack->capacity, *frame);
}

static void turn_around(struct lh_calls *stack)
{
	for (size_t i = 0; i < stack->count / 2; i++) {
		struct lh_frame frame = stack->items[i];

		stack->items[i] = stack->items[stack->count - 1 - i];
		stack->items[stack->count - 1 - i] = frame;
	}
}

/* The newest calls of the thread that runs @frame, down to it; *ret_found stays false if no thread does. */
static int running_stack(struct lh_heap *heap, const struct lh_interp *interp, uint64_t frame,
			 struct lh_calls *ret, bool *ret_found)
{
	struct lh_frames f;
	int r = 0;

	lh_frames_init(&f, heap, interp);
	while (lh_frames_next_thread(&f)) {
		ret->count = 0;
		while (r == 0 && lh_frames_next(&f)) {
			r = push(heap, ret, &f.frame);
			if (r == 0 && f.frame.addr == frame) {
				*ret_found = true;
				return 0;
			}
		}
		if (r < 0)
			return r;
	}
	ret->count = 0;
	return 0;
}

static int find_running(struct lh_heap *heap, const struct lh_frame *frame, struct lh_calls *ret)
{
	bool found = false;
	int r = 0;

	for (size_t i = 0; i < heap->interp_count && r == 0 && !found; i++)
		r = running_stack(heap, &heap->interps[i], frame->addr, ret, &found);
	return r < 0 || found ? r : push(heap, ret, frame);
}

int lh_coroutine_calls(struct lh_heap *heap, uint64_t coroutine, struct lh_calls *ret)
{
	struct lh_view view = lh_view_of(heap->target);
	uint64_t generator = next_generator(heap, &view, coroutine);
	struct lh_chain chain = {0};
	enum lh_generator_state state;
	struct lh_frame frame;
	int r = 0;

	while (r == 0 && lh_chain_goes_on(&chain, generator) &&
	       lh_generator_frame(heap, &view, generator, &frame, &state) == 0) {
		if (state == LH_GENERATOR_RUNS)
			return find_running(heap, &frame, ret);
		r = push(heap, ret, &frame);
		generator = next_generator(heap, &view, awaited(heap, &view, generator, &frame));
	}
	turn_around(ret);
	return r;
}

void lh_calls_fini(struct lh_calls *stack)
{
	free(stack->items);
}
