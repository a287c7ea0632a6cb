/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heap of a process that never ran, as populations of like records.
 *
 * A record is a few blocks that refer to each other: objects, and the storage of lists and dicts. It is built
 * once, as bytes and as patches (what differs from record to record: addresses, numbers, digits), then
 * written as often as its population has records. Where a block of a record lies can be computed, so 75
 * million objects are written one after the other, in the order of addresses, and nothing is kept of them.
 *
 * References between records of a population are bijections, so each block has the same count of references
 * in all records: counts, bytes and what is garbage are known without looking at what was written.
 */
#ifndef SYNTHETIC_HEAP_H
#define SYNTHETIC_HEAP_H

#include "layout/layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POPULATIONS_MAX 16
#define CLASSES 32    /* of 16 bytes each: pymalloc's size classes (3.7.4+) */
#define SMALL_MAX 512 /* bytes that pymalloc serves */
#define PEERS 8       /* records that refer to each other in a ring */
#define FREED_AT 5    /* in each pool that is full, two blocks from here on were freed */
#define FREED 2
#define GENERATIONS 3

#define STATIC_BASE 0x558100000000u /* the program: what it has in .data and .bss, behind its header */
#define LARGE_BASE 0x558200000000u  /* objects that are too large for pools */
#define ARRAYS_BASE 0x7f1000000000u /* storage of large lists and dicts */
#define ARENAS_BASE 0x7f2000000000u

/* Names a block: block 3 of population 2. Which record's, the context says. */
struct id {
	uint32_t population, block;
};

enum patch_kind {
	TO_BLOCK, /* of the same record; of the only one in a population of one */
	TO_PEER,  /* of the next one among PEERS records */
	TO_NEXT,  /* of the next record; the last has NULL */
	TO_FIRST, /* of the first record, which none is next to */
	TO_ARRAY,
	SERIAL_INT,   /* a digit of 30 bits */
	SERIAL_FLOAT, /* a double */
	SERIAL_TEXT,  /* eight decimal digits */
};

struct patch {
	uint32_t at; /* in the block */
	uint32_t add;
	enum patch_kind kind;
	struct id to; /* TO_ARRAY: to.block is its number */
};

struct block {
	uint8_t *bytes;
	uint32_t size;
	uint32_t head; /* bytes in front of the object */
	int type;      /* number in heap->types; -1: storage */
	bool tracked, immortal;
	uint64_t sizeof_; /* as sys.getsizeof() says */
	uint64_t refs;    /* references to it, in each record */
	uint32_t extra;   /* references that nobody holds: leaked */
	struct patch *patches;
	size_t patch_count, patch_capacity;
	/* Where it is: */
	int class;        /* of pymalloc; -1: outside of pools */
	uint32_t place;   /* among the record's blocks of the class */
	uint32_t ring;    /* among the record's tracked blocks */
	uint64_t address; /* outside of pools */
};

struct population {
	const char *name;
	uint32_t count;
	bool garbage;
	struct block *blocks;
	size_t block_count, block_capacity;
	uint32_t *tracked; /* numbers of the tracked blocks */
	size_t tracked_count, tracked_capacity;
	uint32_t *of_class[CLASSES]; /* numbers of the blocks of a class */
	size_t class_count[CLASSES], class_capacity[CLASSES];
	uint64_t class_start[CLASSES];      /* number of its first block among all of the class */
	uint32_t limit[GENERATIONS];        /* records below are of this generation, or of an older one */
	uint32_t half, multiplier, inverse; /* odd records are scattered: see slot_of() */
};

/* Storage too large to be built in memory: a head, then a row for each record of a population. */
struct array {
	uint64_t address, size;
	uint8_t *head;
	uint32_t head_size, stride;
	struct id columns[2];
	unsigned column_count;
};

struct class_range {
	uint64_t blocks, pools, first_pool; /* first_pool: address */
	uint32_t size, per_pool, usable;
	uint32_t arenas, first_arena;
};

struct type_info {
	const char *name;
	struct id id, mro;
	uint64_t flags;
	uint32_t basicsize, itemsize, head;
	bool heap_type;
	unsigned attributes; /* kept in values beside the keys of the class */
	struct id keys;
};

struct heap {
	struct lh_layout layout;
	uint64_t pool_size, arena_size;
	uint32_t pool_header;
	struct population populations[POPULATIONS_MAX];
	uint32_t population_count;
	struct array *arrays;
	size_t array_count, array_capacity;
	struct type_info *types;
	size_t type_count, type_capacity;
	struct class_range classes[CLASSES];
	uint32_t arena_count;
	uint64_t ring_heads[GENERATIONS];
	uint64_t state_size;                        /* of what comes before static objects */
	uint64_t static_end, large_end, arrays_end; /* addresses */
};

/* @size bytes of zeros; ends the program for want of memory, as all here. */
void *zeros(size_t size);
/* Grows @items, an array of @count with room for @capacity, by one. */
void *grow(void *items, size_t count, size_t *capacity, size_t size);
#define PUSH(items, count, capacity, value) \
	((items) = grow((items), (count), &(capacity), sizeof(*(items))), (items)[(count)++] = (value))

static inline uint32_t off(const struct heap *h, enum lh_field field)
{
	return lh_layout_at(&h->layout, field);
}

static inline bool has(const struct heap *h, enum lh_field field)
{
	return lh_layout_has(&h->layout, field);
}

struct population *population_of(struct heap *h, struct id id);
struct block *block_of(struct heap *h, struct id id);

/* A population of @count records, rounded up to PEERS unless it is one. Return: its number. */
uint32_t population_new(struct heap *h, const char *name, uint32_t count);
/* A block of @size bytes of zeros; storage until it gets a type. */
struct id block_new(struct heap *h, uint32_t population, uint32_t size);
void patch_add(struct heap *h, struct id in, struct patch patch);
/* The word at @at of @from's object (or storage) refers to @to, which counts it. */
void refer(struct heap *h, struct id from, uint32_t at, struct id to, enum patch_kind kind);
/* The same, not counted, to @add bytes into @to. */
void point(struct heap *h, struct id from, uint32_t at, struct id to, uint32_t add);
void put(struct heap *h, struct id in, uint32_t at, const void *bytes, size_t size);
void put_u64(struct heap *h, struct id in, uint32_t at, uint64_t value);

/* ---- place.c ---- */

/* All is built: where is it? Then counts are written into the blocks. */
void heap_place(struct heap *h);
void heap_settle_counts(struct heap *h);
/* Number of the place of @record among all of its population, and back. */
uint32_t slot_of(const struct population *p, uint32_t record);
uint32_t record_at(const struct population *p, uint32_t slot);
/* Where the object (or storage) is. */
uint64_t address_of(const struct heap *h, struct id id, uint32_t record);
/* Neighbours in the ring of its generation: addresses of gc heads. */
void ring_neighbours(const struct heap *h, struct id id, uint32_t record, uint64_t *ret_next,
		     uint64_t *ret_prev);
/* First and last gc head of a generation; its head when it is empty. */
void ring_ends(const struct heap *h, unsigned generation, uint64_t *ret_first, uint64_t *ret_last);
/* First record of @generation, and the one behind its last. */
void records_of(const struct population *p, unsigned generation, uint32_t *ret_first, uint32_t *ret_end);

/* ---- fill.c ---- */

/* The block of @record as it stands in memory; @out has room for its bytes. */
void block_fill(const struct heap *h, struct id id, uint32_t record, uint8_t *out);

#endif
