/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames and generators. Up to 3.10 a frame object holds its locals and stack; since 3.11 an interpreter
 * frame does, which lies in a generator, in a frame object that outlived its call, or on a thread's data
 * stack.
 */
#include "cpython/visit.h"

#define OWNER_FRAME_OBJECT 2 /* enum _frameowner FRAME_OWNED_BY_FRAME_OBJECT, 3.12+; 3.11 the same value */
#define SLOTS_MAX (1u << 20)

static uint32_t off(struct lh_visitor *v, enum lh_field f)
{
	return lh_layout_at(&v->heap->layout, f);
}

static void emit_locals(struct lh_visitor *v, const uint8_t *words, uint64_t count, uint64_t code)
{
	struct lh_span span = {
		.words = words, .count = count, .stride = 8, .label = LH_LABEL_LOCAL, .code = code};

	if (words && count)
		v->fn(v->arg, &span);
}

/* 2.7 to 3.10: localsplus up to the value stack, then the stack as far as the frame says it is used. */
static void visit_old_frame(struct lh_visitor *v, const uint8_t *bytes, uint64_t addr)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t start = addr + off(v, LH_F_FRAME_LOCALSPLUS),
		 stack = lh_u64(bytes + off(v, LH_F_FRAME_VALUESTACK)), end = stack;

	if (lh_layout_has(l, LH_F_FRAME_STACKDEPTH))
		end = stack + 8ull * (uint32_t)(lh_u32(bytes + off(v, LH_F_FRAME_STACKDEPTH)));
	else if (lh_u64(bytes + off(v, LH_F_FRAME_STACKTOP)))
		end = lh_u64(bytes + off(v, LH_F_FRAME_STACKTOP));
	if (stack < start || end < stack || (end - start) / 8 > SLOTS_MAX)
		return;
	emit_locals(v, lh_view_at(&v->view, start, end - start), (end - start) / 8,
		    lh_u64(bytes + off(v, LH_F_FRAME_CODE)));
}

/* _PyFrame_Traverse(): f_globals and f_builtins are borrowed. */
static void visit_interpreter_frame(struct lh_visitor *v, uint64_t frame)
{
	const uint8_t *p = lh_view_at(&v->view, frame, off(v, LH_F_IFRAME_LOCALSPLUS));
	int32_t top;
	uint64_t code;

	if (!p) {
		v->incomplete = true;
		return;
	}
	code = lh_u64(p + off(v, LH_F_IFRAME_EXECUTABLE));
	lh_visit_word(v, p + off(v, LH_F_IFRAME_FRAME), ".<frame>", false);
	lh_visit_word(v, p + off(v, LH_F_IFRAME_LOCALS), ".f_locals", false);
	lh_visit_word(v, p + off(v, LH_F_IFRAME_FUNCTION), ".<function>", false);
	lh_visit_word(v, p + off(v, LH_F_IFRAME_EXECUTABLE), ".<code>", false);
	if (!lh_layout_has(&v->heap->layout, LH_F_IFRAME_STACKTOP))
		return;
	top = (int32_t)lh_u32(p + off(v, LH_F_IFRAME_STACKTOP));
	if (top > 0 && (uint32_t)top < SLOTS_MAX)
		emit_locals(
			v, lh_view_at(&v->view, frame + off(v, LH_F_IFRAME_LOCALSPLUS), 8ull * (uint32_t)top),
			(uint32_t)top, code);
}

void lh_visit_frame(struct lh_visitor *v, uint64_t addr, const uint8_t *bytes)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p;
	uint64_t frame;

	if (lh_layout_has(l, LH_F_FRAME_LOCALSPLUS)) {
		visit_old_frame(v, bytes, addr);
		return;
	}
	if (!lh_layout_has(l, LH_F_FRAME_FRAME) || !lh_layout_has(l, LH_F_IFRAME_OWNER))
		return;
	frame = lh_u64(bytes + off(v, LH_F_FRAME_FRAME));
	p = lh_view_at(&v->view, frame, off(v, LH_F_IFRAME_LOCALSPLUS));
	if (p && p[off(v, LH_F_IFRAME_OWNER)] == OWNER_FRAME_OBJECT)
		visit_interpreter_frame(v, frame);
}

/* gi_frame_state is negative until the frame is cleared: FRAME_CLEARED is the first state past those with a
 * frame. */
#define FRAME_CLEARED 4

static void visit_exception_state(struct lh_visitor *v, const uint8_t *item)
{
	static const struct lh_ref_row rows[] = {
		{LH_F_EXCITEM_TYPE, ".<exception type>", LH_ALWAYS},
		{LH_F_EXCITEM_VALUE, ".<exception>", LH_ALWAYS},
		{LH_F_EXCITEM_TRACEBACK, ".<exception traceback>", LH_ALWAYS},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (lh_layout_has(&v->heap->layout, rows[i].field))
			lh_visit_word(v, item + off(v, rows[i].field), rows[i].edge, false);
}

void lh_visit_generator(struct lh_visitor *v, uint64_t addr, const uint8_t *bytes)
{
	const struct lh_layout *l = &v->heap->layout;

	if (lh_layout_has(l, LH_F_GEN_IFRAME) && lh_layout_has(l, LH_F_GEN_FRAME_STATE) &&
	    (int8_t)bytes[off(v, LH_F_GEN_FRAME_STATE)] < FRAME_CLEARED)
		visit_interpreter_frame(v, addr + off(v, LH_F_GEN_IFRAME));
	if (lh_layout_has(l, LH_F_GEN_EXC_STATE))
		visit_exception_state(v, bytes + off(v, LH_F_GEN_EXC_STATE));
}
