/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seeds: the files that inputs are edits of. All lie in one folder and are numbered by the order of their names, so that an input
 * (input.h) is some hundred bytes and not a core.
 */
#ifndef SEEDS_H
#define SEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of struct user_regs_struct (sys/user.h), 8 bytes each */
#define SEED_REGISTERS 27
#define SEED_RIP 16
#define SEED_RSP 19

/** enum place_kind - structures that an edit may hit */
enum place_kind {
	PLACE_HEAD,      /* ELF header, program headers, notes: the file's first bytes */
	PLACE_OBJECT,    /* objects, at most OF_TYPE of each type */
	PLACE_TYPE,      /* type objects */
	PLACE_STATE,     /* states of interpreters, of threads, and the runtime's */
	PLACE_POOL,      /* heads of pymalloc's pools */
	PLACE_ARENA,     /* pymalloc's own lists of arenas */
	PLACE_FRAME,     /* frames of calls */
	PLACE_ALLOCATOR, /* memory that malloc gave: the process's heap */
	PLACE_CHUNK,     /* sizes of glibc's chunks */
	PLACE_FIELD, /* fields that say how much there is and where: of containers, texts, numbers, arenas */
	PLACE_STACK, /* the stack of the first thread */
	PLACE_KINDS,
};

/** struct places - addresses of one kind */
struct places {
	uint64_t *addrs;
	size_t count, capacity;
};

struct segment {
	uint64_t addr, offset, size; /* in memory, in the file, of both */
};

struct seed {
	char *name;
	const uint8_t *pristine; /* the file */
	uint8_t *image;          /* the copy that inputs edit; no byte after it can be read */
	size_t len, head;        /* bytes; of them, before the first segment */
	/* Where notes have registers of the first thread, and the signal; 0: they do not. */
	size_t registers, siginfo;
	bool core, searched; /* whether places were looked for */
	struct segment *segments;
	size_t segment_count;
	struct places places[PLACE_KINDS];
};

/** seeds_open() - map all files in @folder. Return: how many; 0: none, which stderr explains. */
size_t seeds_open(const char *folder);
/** seed_at() - seed number @index, modulo their count */
struct seed *seed_at(size_t index);
/** seed_beside() - the seed with the name of @seed but for its suffix: @to instead of @from. Return: NULL if there is none. */
struct seed *seed_beside(const struct seed *seed, const char *from, const char *to);
/** seed_find_places() - have libheap say where its structures are; once, before the first edit */
void seed_find_places(struct seed *seed);
/** seed_register() - number @number of the first thread; the notes have it */
uint64_t seed_register(const struct seed *seed, unsigned number);
/** place_add() - one more address of @kind */
void place_add(struct seed *seed, enum place_kind kind, uint64_t addr);
/** seed_offset() - where the 8 bytes at @addr are in the file. Return: whether they are there. */
bool seed_offset(const struct seed *seed, uint64_t addr, size_t *ret);

#endif
