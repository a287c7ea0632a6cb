/* SPDX-License-Identifier: Apache-2.0 */
/* An arena of glibc's malloc made by hand, with one heap of chunks of one size. Include after cmocka.h. */
#ifndef FAKE_GLIBC_H
#define FAKE_GLIBC_H

#include "fake_heap.h"

#include <stdlib.h>

static inline void put_chunk(struct fake *f, uint64_t addr, uint64_t before, uint64_t word)
{
	fake_put(f, addr, before);
	fake_put(f, addr + 8, word);
}

/* struct malloc_state of 2.36; the heap is the second half of the memory, the state in a module before it. */
enum { FASTBINS = 16, TOP = 96, BINS = 112, NEXT = BINS + 127 * 16 + 16, BYTES = NEXT + 24 };
#define STATE (MODULE + 0x108)
#define MODULE (FAKE_BASE + 0x10000)
#define HEAP (FAKE_BASE + FAKE_MEMORY / 2)
#define CHUNK 0x40 /* of each chunk but the first, which a thread's cache would be, and the top */
#define CHUNKS 16

static inline uint64_t chunk(unsigned i)
{
	return HEAP + 0x290 + i * CHUNK;
}

/* All lists empty, one arena */
static inline void put_state(struct fake *f, uint64_t state, uint64_t top, uint64_t bytes)
{
	fake_put(f, state + TOP, top);
	for (uint64_t at = state + BINS; at < state + BINS + 127 * 16; at += 16) {
		fake_put(f, at, at - 16);
		fake_put(f, at + 8, at - 16);
	}
	fake_put(f, state + NEXT, state);
	fake_put(f, state + BYTES, bytes);
}

static inline struct fake *arena(void)
{
	struct fake *f = fake_new();

	memset(f->memory, 0, sizeof(f->memory));
	put_chunk(f, HEAP, 0, 0x290 | 1);
	for (unsigned i = 0; i < CHUNKS; i++)
		put_chunk(f, chunk(i), 0, CHUNK | 1);
	put_chunk(f, chunk(CHUNKS), 0, (FAKE_BASE + FAKE_MEMORY - chunk(CHUNKS)) | 1);
	put_state(f, STATE, chunk(CHUNKS), FAKE_MEMORY / 2);
	return f;
}

static inline void give_module(struct fake *f)
{
	fake_open(f);
	f->target->modules = calloc(1, sizeof(struct lh_module));
	f->target->modules[0] =
		(struct lh_module){.path = strdup("/lib/libc.so.6"), .start = MODULE, .end = MODULE + 0x1000};
	f->target->module_count = 1;
}

/* A list of the chunks in @order, which ends with a number that is none. */
static inline void put_list(struct fake *f, uint64_t head, const int *order, bool masked, uint64_t to_user)
{
	uint64_t at = head, place = 0;

	for (;; order++) {
		uint64_t link = *order < 0 ? 0 : chunk((unsigned)*order) + to_user;

		fake_put(f, at, link ^ (masked ? place >> 12 : 0));
		if (!link)
			return;
		at = place = chunk((unsigned)*order) + 16;
	}
}

#define FASTBIN (STATE + FASTBINS + 8 * (CHUNK / 16 - 2))

#endif
