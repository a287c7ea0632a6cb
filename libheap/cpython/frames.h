/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads of an interpreter and the calls they are in, newest call first. The one walk over them: roots,
 * stacks and locals all come from here.
 *
 *	struct lh_frames f;
 *
 *	lh_frames_init(&f, heap, interp);
 *	while (lh_frames_next_thread(&f))
 *		while (lh_frames_next(&f))
 *			... f.thread, f.frame ...
 */
#ifndef LH_CPYTHON_FRAMES_H
#define LH_CPYTHON_FRAMES_H

#include "cpython/object.h"

/* enum _frameowner (3.11+): whom an interpreter frame lies in. Higher ones (3.12+) are entries from C,
 * without locals. */
enum lh_frame_owner { LH_OWNED_BY_THREAD, LH_OWNED_BY_GENERATOR, LH_OWNED_BY_FRAME_OBJECT };

#define LH_SLOTS_MAX (1u << 20) /* a frame with more is damaged */

/** struct lh_thread - a thread state; 0 where the layout does not tell */
struct lh_thread {
	uint64_t addr;
	uint64_t id;        /* threading.get_ident() */
	uint64_t native_id; /* the system's (3.11+) */
};

/** struct lh_frame - one call */
struct lh_frame {
	uint64_t addr; /* of the frame object (-3.10) or of the interpreter frame */
	uint64_t code;
	int64_t at; /* of its instruction, in bytes; < 0: before the first, see lh_code_line() */
	bool has_at;
	uint64_t slots, slot_count; /* locals, cells, free variables: address and count */
	uint64_t names, globals;    /* f_locals, f_globals; f_locals may be 0 */
	const uint8_t *link;        /* the word that refers to the frame object (-3.10), else NULL */
	bool from_c; /* of a walk over a thread's calls: C code called it, and it began a loop of the interpreter's of its own */
};

/** struct lh_chain - guards a walk along addresses of a hostile target: a circle ends it (Brent) */
struct lh_chain {
	uint64_t mark, steps, power;
};

struct lh_frames {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_thread thread;
	struct lh_frame frame;
	bool incomplete; /* a chain went in a circle, or into memory that is not here */
	/* for frames.c: where the walk goes on */
	uint64_t next_thread, next_frame;
	const uint8_t *next_link;
	struct lh_chain threads, calls;
};

void lh_frames_init(struct lh_frames *frames, struct lh_heap *heap, const struct lh_interp *interp);
bool lh_frames_next_thread(struct lh_frames *frames);
bool lh_frames_next(struct lh_frames *frames);
/** lh_frames_of() - the walk as it is after lh_frames_next_thread() gave @thread, which is known to be a thread state.
 * Return: whether its memory is here. */
bool lh_frames_of(struct lh_frames *frames, struct lh_heap *heap, uint64_t thread);
/** lh_frame_at() - the call whose frame is at @addr, as lh_frames_next() gives it, but for its link. Return: whether
 * its memory is here, and its code is code. */
bool lh_frame_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_frame *ret);

/** lh_chain_goes_on() - whether @addr is a next link: not 0, not seen before */
bool lh_chain_goes_on(struct lh_chain *chain, uint64_t addr);

/* NEW: it waits for its start */
enum lh_generator_state { LH_GENERATOR_NEW, LH_GENERATOR_WAITS, LH_GENERATOR_RUNS, LH_GENERATOR_FINISHED };

/**
 * lh_generator_frame() - the call that a generator or coroutine keeps, and whether it waits or runs
 * Return: 0; LH_ABSENT when it has finished, or the layout does not tell.
 */
int lh_generator_frame(struct lh_heap *heap, struct lh_view *view, uint64_t generator, struct lh_frame *ret,
		       enum lh_generator_state *ret_state);

/**
 * lh_frame_stack() - the value stack of a frame that does not run
 * Return: its first word; NULL when it is empty, runs, or is not here. *ret_count: how many.
 */
const uint8_t *lh_frame_stack(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame,
			      uint64_t *ret_count);

#endif
