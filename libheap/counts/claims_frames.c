/* SPDX-License-Identifier: Apache-2.0 */
/* Frames: what lies behind the slots in use is left from earlier calls. */
#include "counts/claims_parts.h"
#include "cpython/data_stack.h"
#include "cpython/visit.h"

#define CHUNKS_MAX (1u << 20) /* of all threads; 16 GiB */

/* 2.7 to 3.10: slots end behind tp_itemsize times ob_size (PyFrame_New()); the struct has one of them. */
static uint64_t old_frame_end(struct lh_claims *c, uint64_t addr, const uint8_t *bytes)
{
	uint64_t slots = lh_u64(bytes + lh_claims_at(c, LH_F_VAR_SIZE));

	return slots < LH_SLOTS_MAX ? addr + lh_claims_at(c, LH_F_FRAME_SIZE) + 8 * slots : 0;
}

/* While it executes the frame does not say how much of its stack is in use. */
static void claim_old_frame(struct lh_claims *c, uint64_t addr, const uint8_t *bytes)
{
	uint64_t stack = lh_u64(bytes + lh_claims_at(c, LH_F_FRAME_VALUESTACK)), top = 0,
		 end = old_frame_end(c, addr, bytes);

	if (lh_claims_has(c, LH_F_FRAME_STACKDEPTH)) {
		int32_t depth = (int32_t)lh_u32(bytes + lh_claims_at(c, LH_F_FRAME_STACKDEPTH));

		top = depth < 0 ? 0 : stack + 8 * (uint64_t)depth;
	} else if (lh_claims_has(c, LH_F_FRAME_STACKTOP)) {
		top = lh_u64(bytes + lh_claims_at(c, LH_F_FRAME_STACKTOP));
	}
	if (top >= stack && stack > addr && top < end)
		lh_marks_claim(c->marks, top, end - top);
}

/* Slots in use of an interpreter frame; UINT64_MAX: it does not say. */
static uint64_t slots_in_use(struct lh_claims *c, const uint8_t *iframe)
{
	int32_t top;

	if (!lh_claims_has(c, LH_F_IFRAME_STACKTOP) || lh_claims_has(c, LH_F_IFRAME_STACKPOINTER))
		return UINT64_MAX;
	top = (int32_t)lh_u32(iframe + lh_claims_at(c, LH_F_IFRAME_STACKTOP));
	return top < 0 || top > (int32_t)LH_SLOTS_MAX ? UINT64_MAX : (uint64_t)top;
}

void lh_claim_frame(struct lh_claims *c, uint64_t addr, const uint8_t *bytes)
{
	uint64_t data, slots;
	const uint8_t *p;

	if (lh_claims_has(c, LH_F_FRAME_LOCALSPLUS)) {
		claim_old_frame(c, addr, bytes);
		return;
	}
	if (!lh_claims_has(c, LH_F_FRAME_FRAME) || !lh_claims_has(c, LH_F_FRAME_DATA) ||
	    !lh_claims_has(c, LH_F_IFRAME_LOCALSPLUS))
		return;
	data = addr + lh_claims_at(c, LH_F_FRAME_DATA);
	if (lh_u64(bytes + lh_claims_at(c, LH_F_FRAME_FRAME)) != data) {
		lh_claim_rest(c, addr, data); /* its frame is elsewhere yet */
		return;
	}
	p = lh_view_at(&c->view, data, lh_claims_at(c, LH_F_IFRAME_LOCALSPLUS));
	slots = p ? slots_in_use(c, p) : UINT64_MAX;
	if (slots != UINT64_MAX)
		lh_claim_rest(c, addr, data + lh_claims_at(c, LH_F_IFRAME_LOCALSPLUS) + 8 * slots);
}

void lh_claim_generator(struct lh_claims *c, uint64_t addr, const uint8_t *bytes)
{
	uint64_t frame, slots;
	const uint8_t *p;

	if (!lh_claims_has(c, LH_F_GEN_IFRAME) || !lh_claims_has(c, LH_F_GEN_FRAME_STATE))
		return;
	frame = addr + lh_claims_at(c, LH_F_GEN_IFRAME);
	p = lh_view_at(&c->view, frame, lh_claims_at(c, LH_F_IFRAME_LOCALSPLUS));
	slots = p ? slots_in_use(c, p) : UINT64_MAX;
	if ((int8_t)bytes[lh_claims_at(c, LH_F_GEN_FRAME_STATE)] >=
	    (int64_t)lh_layout_constant(&c->heap->layout, LH_C_FRAME_CLEARED))
		slots = 0;
	if (slots != UINT64_MAX)
		lh_claim_rest(c, addr, frame + lh_claims_at(c, LH_F_IFRAME_LOCALSPLUS) + 8 * slots);
}

/* Up to 3.10 code keeps its last frame for the next call; it holds nothing (Objects/frameobject.c). */
void lh_claim_zombie(struct lh_claims *c, uint64_t frame)
{
	const uint8_t *p = frame ? lh_view_at(&c->view, frame, lh_claims_at(c, LH_F_FRAME_SIZE)) : NULL;
	uint64_t end = p ? old_frame_end(c, frame, p) : 0;

	/* Objects/frameobject.c code_zombie frames keep a count of 0. */
	if (end && lh_u64(p + lh_claims_at(c, LH_F_OBJECT_REFCNT)) == 0)
		lh_marks_claim(c->marks, frame, end - frame);
}

/* What lies above the top of each thread's data stack, and of each chunk that is full. */
void lh_claim_threads(struct lh_claims *c)
{
	struct lh_data_stack stack;
	struct lh_frames f;
	unsigned chunks = 0;

	for (size_t i = 0; i < c->heap->interp_count; i++) {
		lh_frames_init(&f, c->heap, &c->heap->interps[i]);
		while (lh_frames_next_thread(&f))
			for (bool is = lh_data_stack_first(c->heap, &c->view, f.thread.addr, &stack);
			     is && chunks++ < CHUNKS_MAX; is = lh_data_stack_next(&c->view, &stack))
				lh_marks_claim(c->marks, stack.top, stack.limit - stack.top);
	}
}
