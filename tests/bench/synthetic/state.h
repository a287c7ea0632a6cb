/* SPDX-License-Identifier: Apache-2.0 */
/* What an interpreter keeps of itself: _PyRuntime, its interpreter and thread, the collector, pymalloc's
 * arenas. */
#ifndef SYNTHETIC_STATE_H
#define SYNTHETIC_STATE_H

#include "program.h"

struct state {
	uint64_t runtime, interp, thread, obmalloc; /* addresses */
	uint8_t *bytes;  /* heap->state_size of them, from STATIC_BASE on: a page for the header first */
	uint8_t *arenas; /* the array of arena objects, behind all other arrays */
	uint64_t arenas_size, arenas_at;
};

/* Before places are given: sets heap->state_size. */
void state_reserve(struct heap *h, struct state *s);
/* After that. */
void state_fill(struct heap *h, const struct program *program, struct state *s);

#define STATE_PID 4242

#endif
