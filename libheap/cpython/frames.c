/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Up to 3.10 a chain of frame objects hangs on the thread state. Since 3.11 interpreter frames lie on the
 * thread's data stack and in generators; the newest is told by the thread state or by the C frame that it
 * names.
 */
#include "cpython/frames.h"

/* Since 3.14 some words of an interpreter frame are references with tags in the low bits. */
#define TAGS 3ull

static uint64_t word_of(struct lh_heap *heap, struct lh_view *view, uint64_t addr, enum lh_field f)
{
	return lh_heap_word(heap, view, addr, f);
}

bool lh_chain_goes_on(struct lh_chain *chain, uint64_t addr)
{
	if (!addr || addr == chain->mark)
		return false;
	if (chain->steps++ == chain->power) {
		chain->power = chain->power * 2 + 1;
		chain->mark = addr;
	}
	return true;
}

/* ---- up to 3.10: frame objects ---- */

static uint64_t tuple_length(struct lh_heap *heap, struct lh_view *view, uint64_t code, enum lh_field f)
{
	uint64_t tuple = word_of(heap, view, code, f);

	return (uint32_t)word_of(heap, view, tuple, LH_F_VAR_SIZE);
}

static uint64_t count_slots(struct lh_heap *heap, struct lh_view *view, uint64_t code)
{
	uint64_t count;

	if (lh_layout_has(&heap->layout, LH_F_CODE_NLOCALSPLUS))
		count = (uint32_t)word_of(heap, view, code, LH_F_CODE_NLOCALSPLUS);
	else
		count = (uint32_t)word_of(heap, view, code, LH_F_CODE_NLOCALS) +
			tuple_length(heap, view, code, LH_F_CODE_CELLVARS) +
			tuple_length(heap, view, code, LH_F_CODE_FREEVARS);
	return count < LH_SLOTS_MAX ? count : 0;
}

static bool read_frame_object(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_frame *ret)
{
	const struct lh_layout *l = &heap->layout;

	if (!lh_layout_has(l, LH_F_FRAME_LOCALSPLUS) ||
	    !lh_view_at(view, addr, lh_layout_at(l, LH_F_FRAME_LOCALSPLUS)))
		return false;
	*ret = (struct lh_frame){.addr = addr, .code = word_of(heap, view, addr, LH_F_FRAME_CODE)};
	ret->has_at = lh_layout_has(l, LH_F_FRAME_LASTI);
	ret->at = (int32_t)word_of(heap, view, addr, LH_F_FRAME_LASTI) *
		  (int64_t)lh_layout_constant(l, LH_C_CODE_UNIT);
	ret->slots = addr + lh_layout_at(l, LH_F_FRAME_LOCALSPLUS);
	ret->slot_count = count_slots(heap, view, ret->code);
	ret->names = word_of(heap, view, addr, LH_F_FRAME_LOCALS);
	ret->globals = word_of(heap, view, addr, LH_F_FRAME_GLOBALS);
	return true;
}

/* ---- since 3.11: interpreter frames ---- */

/* prev_instr (3.11, 3.12) is in front of the next instruction, instr_ptr (3.13+) at the current one;
 * CPython's own line is that of either (_PyInterpreterFrame_LASTI()). A generator's is one further when it
 * has yielded.
 */
static void set_position(struct lh_heap *heap, struct lh_view *view, const uint8_t *p, struct lh_frame *frame)
{
	const struct lh_layout *l = &heap->layout;
	int64_t at, size = (int32_t)word_of(heap, view, frame->code, LH_F_VAR_SIZE) * 2ll;

	if (!lh_layout_has(l, LH_F_IFRAME_INSTR) || !lh_layout_has(l, LH_F_CODE_ADAPTIVE))
		return;
	at = (int64_t)(lh_u64(p + lh_layout_at(l, LH_F_IFRAME_INSTR)) - frame->code -
		       lh_layout_at(l, LH_F_CODE_ADAPTIVE));
	frame->has_at = at >= -2 && at <= size && at % 2 == 0;
	frame->at = at;
}

/* Entries from C, and the shims around a class's __init__ (3.12+), whose function is None. */
static bool is_call(struct lh_heap *heap, struct lh_view *view, const uint8_t *p)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_object function;

	if (p[lh_layout_at(l, LH_F_IFRAME_OWNER)] > LH_OWNED_BY_FRAME_OBJECT)
		return false;
	if (!lh_layout_has(l, LH_F_IFRAME_FUNCTION))
		return true;
	return lh_object_at(heap, view, lh_u64(p + lh_layout_at(l, LH_F_IFRAME_FUNCTION)) & ~TAGS,
			    &function) != 0 ||
	       function.type->kind->id != LH_KIND_NONE;
}

static const uint8_t *interpreter_frame_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;

	if (!lh_layout_has(l, LH_F_IFRAME_OWNER) || !lh_layout_has(l, LH_F_IFRAME_LOCALSPLUS) ||
	    !lh_layout_has(l, LH_F_IFRAME_EXECUTABLE))
		return NULL;
	return lh_view_at(view, addr, lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));
}

static void read_interpreter_frame(struct lh_heap *heap, struct lh_view *view, uint64_t addr,
				   const uint8_t *p, struct lh_frame *ret)
{
	const struct lh_layout *l = &heap->layout;

	*ret = (struct lh_frame){
		.addr = addr,
		.code = lh_u64(p + lh_layout_at(l, LH_F_IFRAME_EXECUTABLE)) & ~TAGS,
		.slots = addr + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS),
		.names = word_of(heap, view, addr, LH_F_IFRAME_LOCALS),
		.globals = word_of(heap, view, addr, LH_F_IFRAME_GLOBALS),
	};
	ret->slot_count = count_slots(heap, view, ret->code);
	set_position(heap, view, p, ret);
}

/* ---- threads ---- */

static void start_calls(struct lh_frames *f)
{
	const struct lh_layout *l = &f->heap->layout;
	uint64_t thread = f->thread.addr, cframe = word_of(f->heap, &f->view, thread, LH_F_THREAD_CFRAME);

	f->calls = (struct lh_chain){0};
	f->next_link = NULL;
	if (lh_layout_has(l, LH_F_THREAD_FRAME)) {
		f->next_link = lh_view_at(&f->view, thread + lh_layout_at(l, LH_F_THREAD_FRAME), 8);
		f->next_frame = f->next_link ? lh_u64(f->next_link) : 0;
	} else if (!lh_layout_has(l, LH_F_IFRAME_PREVIOUS)) {
		f->next_frame = 0;
	} else if (lh_layout_has(l, LH_F_THREAD_CURRENT_FRAME)) {
		f->next_frame = word_of(f->heap, &f->view, thread, LH_F_THREAD_CURRENT_FRAME);
	} else {
		f->next_frame = word_of(f->heap, &f->view, cframe, LH_F_CFRAME_CURRENT_FRAME);
		f->incomplete |= cframe && !lh_view_at(&f->view, cframe, 8);
	}
}

void lh_frames_init(struct lh_frames *f, struct lh_heap *heap, const struct lh_interp *interp)
{
	*f = (struct lh_frames){.heap = heap, .view = lh_view_of(heap->target)};
	f->next_thread = word_of(heap, &f->view, interp->addr, LH_F_INTERP_THREADS);
}

bool lh_frames_next_thread(struct lh_frames *f)
{
	uint64_t addr = f->next_thread;

	if (!lh_chain_goes_on(&f->threads, addr)) {
		f->incomplete |= addr != 0;
		return false;
	}
	if (!lh_layout_has(&f->heap->layout, LH_F_THREAD_NEXT) ||
	    !lh_view_at(&f->view, addr + lh_layout_at(&f->heap->layout, LH_F_THREAD_NEXT), 8)) {
		f->incomplete = true;
		return false;
	}
	f->thread = (struct lh_thread){
		.addr = addr,
		.id = word_of(f->heap, &f->view, addr, LH_F_THREAD_ID),
		.native_id = word_of(f->heap, &f->view, addr, LH_F_THREAD_NATIVE_ID),
	};
	f->next_thread = word_of(f->heap, &f->view, addr, LH_F_THREAD_NEXT);
	start_calls(f);
	return true;
}

bool lh_frames_of(struct lh_frames *f, struct lh_heap *heap, uint64_t thread)
{
	*f = (struct lh_frames){.heap = heap, .view = lh_view_of(heap->target), .next_thread = thread};
	return lh_frames_next_thread(f);
}

bool lh_frame_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_frame *ret)
{
	struct lh_object code;
	const uint8_t *p;

	if (lh_layout_has(&heap->layout, LH_F_THREAD_FRAME)) {
		if (!lh_layout_has(&heap->layout, LH_F_FRAME_BACK) ||
		    !read_frame_object(heap, view, addr, ret))
			return false;
	} else {
		p = interpreter_frame_at(heap, view, addr);
		if (!p)
			return false;
		read_interpreter_frame(heap, view, addr, p, ret);
	}
	return lh_object_at(heap, view, ret->code, &code) == 0 && code.type->kind->id == LH_KIND_CODE;
}

enum step {
	STEP_ON,    /* to the next one: this is no call */
	STEP_FRAME, /* f->frame is one */
	STEP_LOST,  /* it is not here */
};

/* In 3.11 a call says that itself; later the one before it does, which is an entry from C. */
static bool is_from_c(struct lh_frames *f, const uint8_t *p)
{
	const struct lh_layout *l = &f->heap->layout;
	const uint8_t *before;

	if (lh_layout_has(l, LH_F_IFRAME_IS_ENTRY))
		return p[lh_layout_at(l, LH_F_IFRAME_IS_ENTRY)] != 0;
	before = f->next_frame ? interpreter_frame_at(f->heap, &f->view, f->next_frame) : NULL;
	return !before || before[lh_layout_at(l, LH_F_IFRAME_OWNER)] > LH_OWNED_BY_FRAME_OBJECT;
}

static enum step step_interpreter_frame(struct lh_frames *f, uint64_t addr)
{
	const uint8_t *p = interpreter_frame_at(f->heap, &f->view, addr);

	if (!p)
		return STEP_LOST;
	f->next_frame = lh_u64(p + lh_layout_at(&f->heap->layout, LH_F_IFRAME_PREVIOUS));
	if (!is_call(f->heap, &f->view, p))
		return STEP_ON;
	read_interpreter_frame(f->heap, &f->view, addr, p, &f->frame);
	f->frame.from_c = is_from_c(f, p);
	/* Every call has code: zeros are a stack that was not dumped (gcore, behind guard pages of
	 * glibc 2.42). */
	return f->frame.code ? STEP_FRAME : STEP_LOST;
}

static enum step step_frame_object(struct lh_frames *f, uint64_t addr)
{
	const struct lh_layout *l = &f->heap->layout;
	const uint8_t *link = f->next_link;

	if (!lh_layout_has(l, LH_F_FRAME_BACK) || !read_frame_object(f->heap, &f->view, addr, &f->frame))
		return STEP_LOST;
	f->frame.link = link;
	f->frame.from_c = true; /* each call of Python's is a call of C's */
	f->next_link = lh_view_at(&f->view, addr + lh_layout_at(l, LH_F_FRAME_BACK), 8);
	f->next_frame = f->next_link ? lh_u64(f->next_link) : 0;
	return STEP_FRAME;
}

bool lh_frames_next(struct lh_frames *f)
{
	uint64_t addr;
	enum step step = STEP_ON;

	while (step == STEP_ON) {
		addr = f->next_frame;
		if (!lh_chain_goes_on(&f->calls, addr)) {
			f->incomplete |= addr != 0;
			return false;
		}
		step = f->next_link ? step_frame_object(f, addr) : step_interpreter_frame(f, addr);
	}
	f->incomplete |= step == STEP_LOST;
	return step == STEP_FRAME;
}

/* ---- generators ---- */

/* Up to 3.10 a frame that runs has no stack top: f_stacktop is NULL (-3.9), f_stackdepth -1 (3.10). */
static bool frame_object_runs(struct lh_heap *heap, struct lh_view *view, uint64_t frame)
{
	if (lh_layout_has(&heap->layout, LH_F_FRAME_STACKDEPTH))
		return (int32_t)word_of(heap, view, frame, LH_F_FRAME_STACKDEPTH) < 0;
	return word_of(heap, view, frame, LH_F_FRAME_STACKTOP) == 0;
}

static int old_generator(struct lh_heap *heap, struct lh_view *view, uint64_t generator, struct lh_frame *ret,
			 enum lh_generator_state *ret_state)
{
	uint64_t frame = word_of(heap, view, generator, LH_F_GEN_FRAME);

	*ret_state = LH_GENERATOR_FINISHED;
	if (!frame || !read_frame_object(heap, view, frame, ret))
		return LH_ABSENT;
	*ret_state = frame_object_runs(heap, view, frame) ? LH_GENERATOR_RUNS
		     : ret->has_at && ret->at < 0         ? LH_GENERATOR_NEW
							  : LH_GENERATOR_WAITS;
	return 0;
}

int lh_generator_frame(struct lh_heap *heap, struct lh_view *view, uint64_t generator, struct lh_frame *ret,
		       enum lh_generator_state *ret_state)
{
	const struct lh_layout *l = &heap->layout;
	int64_t state, runs = (int64_t)lh_layout_constant(l, LH_C_FRAME_EXECUTING);
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_GEN_FRAME))
		return old_generator(heap, view, generator, ret, ret_state);
	if (!lh_layout_has(l, LH_F_GEN_IFRAME) || !lh_layout_has(l, LH_F_GEN_FRAME_STATE))
		return LH_ABSENT;
	state = (int8_t)word_of(heap, view, generator, LH_F_GEN_FRAME_STATE);
	*ret_state = state > runs    ? LH_GENERATOR_FINISHED
		     : state == runs ? LH_GENERATOR_RUNS
		     : runs - state == (int64_t)lh_layout_constant(l, LH_C_FRAME_CREATED)
			     ? LH_GENERATOR_NEW
			     : LH_GENERATOR_WAITS;
	p = interpreter_frame_at(heap, view, generator + lh_layout_at(l, LH_F_GEN_IFRAME));
	if (!p || state > runs)
		return LH_ABSENT;
	read_interpreter_frame(heap, view, generator + lh_layout_at(l, LH_F_GEN_IFRAME), p, ret);
	return 0;
}

/* ---- the value stack ---- */

static uint64_t stack_end(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t stack = word_of(heap, view, frame->addr, LH_F_FRAME_VALUESTACK);
	int64_t depth;

	if (lh_layout_has(l, LH_F_IFRAME_STACKPOINTER))
		return word_of(heap, view, frame->addr, LH_F_IFRAME_STACKPOINTER);
	if (lh_layout_has(l, LH_F_FRAME_STACKTOP))
		return word_of(heap, view, frame->addr, LH_F_FRAME_STACKTOP);
	depth = lh_layout_has(l, LH_F_FRAME_STACKDEPTH)
			? (int32_t)word_of(heap, view, frame->addr, LH_F_FRAME_STACKDEPTH)
			: (int32_t)word_of(heap, view, frame->addr, LH_F_IFRAME_STACKTOP);
	if (depth < 0)
		return 0;
	return (stack ? stack : frame->slots) + (uint64_t)depth * 8;
}

const uint8_t *lh_frame_stack(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame,
			      uint64_t *ret_count)
{
	uint64_t start = frame->slots + frame->slot_count * 8, end = stack_end(heap, view, frame);

	if (end <= start || (end - start) / 8 > LH_SLOTS_MAX)
		return NULL;
	*ret_count = (end - start) / 8;
	return lh_view_at(view, start, end - start);
}
