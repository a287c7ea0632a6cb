/* SPDX-License-Identifier: Apache-2.0 */
/* Structs of the interpreter that are no objects: its runtime, interpreters, threads, frames on data stacks. */
#include "cpython/data_stack.h"
#include "cpython/frames.h"
#include "snapshot/mark.h"
#include "util/string.h"

#include <string.h>

#define DATA_STACK_HEAD 24u /* struct _PyStackChunk: previous, size, top */
#define CHUNKS_MAX (1u << 20)
#define COOKIE 8u /* of _Py_DebugOffsets: text, and no contents */

struct walk {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_snapshot_marks *marks;
};

static uint64_t at(const struct walk *w, enum lh_field field)
{
	return lh_layout_has(&w->heap->layout, field) ? lh_layout_at(&w->heap->layout, field) : 0;
}

static void mark_struct(struct walk *w, uint64_t addr, enum lh_field size)
{
	if (addr)
		lh_kept_numbers(w->marks, addr, at(w, size));
}

/* All variables of the interpreter's own code, where its collector's and its free lists' counts are up to 3.11. */
static void mark_module(struct walk *w)
{
	const struct lh_module *module = w->heap->module;
	struct lh_range run = {.end = module ? module->start : 0};

	while (module && lh_target_next_writable(w->heap->target, run.end, module->end, &run))
		lh_kept_numbers(w->marks, run.start, run.end - run.start);
}

/* Frames that C code made to enter the interpreter (3.12+) lie on C stacks, and are no calls. */
#define ENTRIES_MAX 4u

static void mark_frame(struct walk *w, uint64_t frame)
{
	for (unsigned i = 0; frame && i < ENTRIES_MAX; i++) {
		lh_kept_keep(w->marks, frame, at(w, LH_F_IFRAME_LOCALSPLUS));
		frame = lh_heap_word(w->heap, &w->view, frame, LH_F_IFRAME_PREVIOUS);
	}
}

/* The newest frame of a thread, which may be such an entry. */
static uint64_t first_frame(struct walk *w, uint64_t thread)
{
	uint64_t cframe;

	if (lh_layout_has(&w->heap->layout, LH_F_THREAD_CURRENT_FRAME))
		return lh_heap_word(w->heap, &w->view, thread, LH_F_THREAD_CURRENT_FRAME);
	cframe = lh_heap_word(w->heap, &w->view, thread, LH_F_THREAD_CFRAME);
	return lh_heap_word(w->heap, &w->view, cframe, LH_F_CFRAME_CURRENT_FRAME);
}

static void mark_frames(struct walk *w, struct lh_frames *f)
{
	if (!at(w, LH_F_IFRAME_SIZE))
		return;
	mark_frame(w, first_frame(w, f->thread.addr));
	while (lh_frames_next(f))
		mark_frame(w, f->frame.addr);
}

static void mark_data_stack(struct walk *w, uint64_t thread, unsigned *chunks)
{
	struct lh_data_stack s;

	for (bool is = lh_data_stack_first(w->heap, &w->view, thread, &s); is && (*chunks)++ < CHUNKS_MAX;
	     is = lh_data_stack_next(&w->view, &s))
		lh_kept_keep(w->marks, s.chunk, DATA_STACK_HEAD);
}

static void mark_interp(struct walk *w, const struct lh_interp *interp)
{
	unsigned chunks = 0;
	struct lh_frames f;

	mark_struct(w, interp->addr, LH_F_INTERP_SIZE);
	mark_struct(w, interp->gc, LH_F_GC_SIZE);
	mark_struct(w, lh_pymalloc_state(w->heap, interp), LH_F_OBMALLOC_SIZE);
	lh_frames_init(&f, w->heap, interp);
	while (lh_frames_next_thread(&f)) {
		mark_struct(w, f.thread.addr,
			    lh_layout_has(&w->heap->layout, LH_F_THREAD_IMPL_SIZE) ? LH_F_THREAD_IMPL_SIZE
										   : LH_F_THREAD_SIZE);
		mark_data_stack(w, f.thread.addr, &chunks);
		mark_frames(w, &f);
	}
}

/* What glibc says before it ends a process: struct abort_msg_s {unsigned size; char msg[]} (include/stdlib.h). */
static void mark_message(struct walk *w)
{
	const struct lh_target *t = w->heap->target;

	for (size_t i = 0; i < t->module_count; i++) {
		const char *name = lh_base_name(t->modules[i].path);
		struct lh_modfile *file = strncmp(name, "libc.so", 7) == 0 || strncmp(name, "libc-", 5) == 0
						  ? lh_heap_file(w->heap, t->modules[i].start)
						  : NULL;
		uint64_t addr;
		const uint8_t *p;

		if (!file || lh_modfile_symbol(file, "__abort_msg", &addr, NULL) != 0)
			continue;
		p = lh_view_at(&w->view, addr, 8);
		if (p && lh_u64(p))
			lh_kept_string(w->marks, lh_u64(p) + 4);
	}
}

int lh_mark_runtime(struct lh_heap *heap, struct lh_snapshot_marks *marks)
{
	struct walk w = {.heap = heap, .view = lh_view_of(heap->target), .marks = marks};
	int r = 0;

	mark_module(&w);
	mark_message(&w);
	mark_struct(&w, heap->runtime, LH_F_RUNTIME_SIZE);
	if (heap->runtime && lh_layout_has(&heap->layout, LH_F_RUNTIME_DEBUG_OFFSETS))
		lh_kept_keep(marks, heap->runtime + at(&w, LH_F_RUNTIME_DEBUG_OFFSETS), COOKIE);
	for (unsigned i = 0; i < LH_GC_VARIABLES; i++)
		if (heap->gc_variables[i].addr)
			lh_kept_numbers(marks, heap->gc_variables[i].addr, sizeof(uint64_t));
	for (size_t i = 0; i < heap->interp_count && r == 0; i++) {
		mark_interp(&w, &heap->interps[i]);
		r = lh_progress(heap->ctx, "marking interpreters", i, heap->interp_count);
	}
	return r;
}
