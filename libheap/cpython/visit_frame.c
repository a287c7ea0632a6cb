/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames and generators. Up to 3.10 a frame object holds its locals and stack; since 3.11 an interpreter
 * frame does, which lies in a generator, in a frame object that outlived its call, or on a thread's data
 * stack.
 */
#include "cpython/frames.h"
#include "cpython/visit_parts.h"
#include "util/array.h"

/* Since 3.14 the words of an interpreter frame are stack references. */
static bool is_tagged(const struct lh_layout *l)
{
	return lh_layout_has(l, LH_F_IFRAME_STACKPOINTER);
}

static uint32_t off(struct lh_visitor *v, enum lh_field f)
{
	return lh_layout_at(&v->heap->layout, f);
}

void lh_visit_locals(struct lh_visitor *v, const uint8_t *words, uint64_t count, uint64_t code)
{
	lh_visit_emit(v, &(struct lh_span){.words = words,
					   .count = count,
					   .stride = 8,
					   .label = LH_LABEL_LOCAL,
					   .code = code,
					   .tagged = is_tagged(&v->heap->layout)});
}

/* 2.7 to 3.10: localsplus up to the value stack, then the stack as far as the frame says it is used. */
static void visit_old_frame(struct lh_visitor *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t start = o->addr + off(v, LH_F_FRAME_LOCALSPLUS),
		 stack = lh_u64(o->bytes + off(v, LH_F_FRAME_VALUESTACK)), end = stack;

	if (lh_layout_has(l, LH_F_FRAME_STACKDEPTH)) {
		int32_t depth = (int32_t)lh_u32(o->bytes + off(v, LH_F_FRAME_STACKDEPTH));

		end = stack +
		      8ull * (uint32_t)(depth > 0 ? depth : 0); /* -1 while the frame executes (3.10) */
	} else if (lh_u64(o->bytes + off(v, LH_F_FRAME_STACKTOP))) {
		end = lh_u64(o->bytes + off(v, LH_F_FRAME_STACKTOP));
	}
	if (stack < start || end < stack || (end - start) / 8 > LH_SLOTS_MAX)
		return;
	lh_visit_locals(v, lh_view_at(&v->view, start, end - start), (end - start) / 8,
			lh_u64(o->bytes + off(v, LH_F_FRAME_CODE)));
}

/* Slots in use: a count up to 3.13 (-1 while the frame executes), a pointer past the last one since 3.14. */
static uint64_t slots_used(struct lh_visitor *v, uint64_t frame, const uint8_t *p)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t count = 0;

	if (lh_layout_has(l, LH_F_IFRAME_STACKPOINTER))
		count = (lh_u64(p + off(v, LH_F_IFRAME_STACKPOINTER)) - frame -
			 off(v, LH_F_IFRAME_LOCALSPLUS)) /
			8;
	else if (lh_layout_has(l, LH_F_IFRAME_STACKTOP))
		count = (uint64_t)(int32_t)lh_u32(p + off(v, LH_F_IFRAME_STACKTOP));
	return count < LH_SLOTS_MAX ? count : 0;
}

/* A field of an interpreter frame that is a stack reference since 3.14. */
static void visit_frame_word(struct lh_visitor *v, const uint8_t *word, const char *name)
{
	lh_visit_emit(v, &(struct lh_span){.words = word,
					   .count = 1,
					   .stride = 8,
					   .label = LH_LABEL_FIELD,
					   .name = name,
					   .tagged = is_tagged(&v->heap->layout)});
}

/* _PyFrame_Traverse(): f_globals and f_builtins are borrowed. */
static void visit_interpreter_frame(struct lh_visitor *v, uint64_t frame)
{
	const uint8_t *p = lh_view_at(&v->view, frame, off(v, LH_F_IFRAME_LOCALSPLUS));
	uint64_t used;

	if (!p) {
		v->incomplete = true;
		return;
	}
	lh_visit_word(v, p + off(v, LH_F_IFRAME_FRAME), ".<frame>", false);
	lh_visit_word(v, p + off(v, LH_F_IFRAME_LOCALS), ".f_locals", false);
	visit_frame_word(v, p + off(v, LH_F_IFRAME_FUNCTION), ".<function>");
	visit_frame_word(v, p + off(v, LH_F_IFRAME_EXECUTABLE), ".<code>");
	used = slots_used(v, frame, p);
	if (used)
		lh_visit_locals(v, lh_view_at(&v->view, frame + off(v, LH_F_IFRAME_LOCALSPLUS), 8 * used),
				used, lh_u64(p + off(v, LH_F_IFRAME_EXECUTABLE)) & ~3ull);
}

void lh_visit_frame(struct lh_visitor *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p;
	uint64_t frame;

	if (lh_layout_has(l, LH_F_FRAME_LOCALSPLUS)) {
		visit_old_frame(v, o);
		return;
	}
	if (!lh_layout_has(l, LH_F_FRAME_FRAME) || !lh_layout_has(l, LH_F_IFRAME_OWNER))
		return;
	frame = lh_u64(o->bytes + off(v, LH_F_FRAME_FRAME));
	p = lh_view_at(&v->view, frame, off(v, LH_F_IFRAME_LOCALSPLUS));
	if (p && p[off(v, LH_F_IFRAME_OWNER)] == LH_OWNED_BY_FRAME_OBJECT)
		visit_interpreter_frame(v, frame);
}

static void visit_exception_state(struct lh_visitor *v, const uint8_t *item)
{
	static const struct lh_ref_row rows[] = {
		{LH_F_EXCITEM_TYPE, ".<exception type>", LH_ALWAYS},
		{LH_F_EXCITEM_VALUE, ".<exception>", LH_ALWAYS},
		{LH_F_EXCITEM_TRACEBACK, ".<exception traceback>", LH_ALWAYS},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++)
		if (lh_layout_has(&v->heap->layout, rows[i].field))
			lh_visit_word(v, item + off(v, rows[i].field), rows[i].edge, false);
}

void lh_visit_generator(struct lh_visitor *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;

	if (lh_layout_has(l, LH_F_GEN_IFRAME) && lh_layout_has(l, LH_F_GEN_FRAME_STATE)) {
		uint64_t frame = o->addr + off(v, LH_F_GEN_IFRAME);
		const uint8_t *code;

		if ((int8_t)o->bytes[off(v, LH_F_GEN_FRAME_STATE)] <
		    (int64_t)lh_layout_constant(l, LH_C_FRAME_CLEARED)) {
			visit_interpreter_frame(v, frame);
		} else if (is_tagged(l)) {
			/* gen_traverse() visits the code of a cleared frame too (3.14+) */
			code = lh_view_at(&v->view, frame + off(v, LH_F_IFRAME_EXECUTABLE), 8);
			visit_frame_word(v, code, ".<code>");
		}
	}
	if (lh_layout_has(l, LH_F_GEN_EXC_STATE))
		visit_exception_state(v, o->bytes + off(v, LH_F_GEN_EXC_STATE));
}
