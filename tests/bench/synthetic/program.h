/* SPDX-License-Identifier: Apache-2.0 */
/* The program whose heap it is: a module with lists and a cache,
 * what it lost, and what nobody has found yet. */
#ifndef SYNTHETIC_PROGRAM_H
#define SYNTHETIC_PROGRAM_H

#include "objects.h"

#define CYCLES_MAX 16
#define KEEPERS_MAX 8
#define SAMPLES_MAX 16
#define PATH_MAX_CHARS 80

/* Components of references that lead back: so many records with these blocks each. */
struct cycles {
	uint64_t components, objects, bytes;
	bool garbage;
};

/* An object of population 0, or the first record's, that alone keeps all records of a population. */
struct keeper {
	const char *path;
	struct id id;
	uint32_t population;
};

/* A record's object that can be asked for, and how Python would write it; "": nothing keeps it. */
struct sample {
	struct id id;
	uint32_t record;
	char path[PATH_MAX_CHARS];
};

struct program {
	struct id sysdict, modules, builtins; /* what the interpreter's state refers to */
	struct cycles cycles[CYCLES_MAX];
	unsigned cycle_count;
	struct keeper keepers[KEEPERS_MAX];
	unsigned keeper_count;
	struct sample samples[SAMPLES_MAX];
	unsigned sample_count;
};

/* About @objects objects. */
void program_new(struct heap *h, uint64_t objects, uint32_t seed, struct program *ret);

#endif
