/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heap made by hand: a buffer that is the target's only memory, and the layout of 3.11.7. A test lays out
 * what it wants to break, then opens it.
 */
#ifndef TESTS_FAKE_HEAP_H
#define TESTS_FAKE_HEAP_H

#include "cpython/heap.h"
#include "cpython/kinds.h"

#define FAKE_BASE 0x7f0000000000u
#define FAKE_MEMORY 0x80000 /* bytes */
/* Where things lie in it, as offsets. */
#define FAKE_GC 0x1000    /* the collector's state */
#define FAKE_TYPES 0x2000 /* type objects, a KiB each */
#define FAKE_NODES 0x10000
#define FAKE_NODE 64 /* bytes of a tracked object: gc head, then room for a list */
#define FAKE_NODES_MAX 1000
#define FAKE_STORAGE 0x40000 /* from here on: whatever the test likes */

struct fake {
	struct lh_ctx *ctx;
	struct lh_target *target; /* NULL until fake_open() */
	struct lh_heap heap;
	struct lh_interp interp;
	uint64_t storage; /* address of the next free byte of storage */
	uint8_t memory[FAKE_MEMORY];
};

/* Three empty generations and an empty permanent one. Never NULL; end it with fake_free(). */
struct fake *fake_new(void);
/* The memory is complete: from here on it can be read. */
void fake_open(struct fake *f);
void fake_free(struct fake *f);

uint8_t *fake_at(struct fake *f, uint64_t addr);
void fake_put(struct fake *f, uint64_t addr, uint64_t word);
void fake_put_u32(struct fake *f, uint64_t addr, uint32_t word);
/* @size bytes of zeros, 16-aligned */
uint64_t fake_storage(struct fake *f, uint64_t size);

/* Address of the gc head of node @i, and of its object. */
uint64_t fake_node(unsigned i);
uint64_t fake_object(unsigned i);
uint64_t fake_ring_head(const struct fake *f, unsigned generation);
/* a <-> b */
void fake_link(struct fake *f, uint64_t a, uint64_t b);
void fake_ring(struct fake *f, uint64_t head, unsigned first, unsigned count);

/* Makes 'type' (number 0) and a type of that name (1, 2, ...), with @flags. Returns its address. */
uint64_t fake_type(struct fake *f, unsigned number, const char *name, uint64_t basicsize, uint64_t flags);
/* A list at node @i that holds @count objects. */
void fake_list(struct fake *f, unsigned i, uint64_t type, uint64_t refcnt, const uint64_t *items,
	       size_t count);

#endif
