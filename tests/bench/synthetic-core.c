/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synthetic-core [--objects N] [--seed S] [--python VERSION] [--truth FILE] OUT
 *
 * Writes the core of a CPython that never ran, of about N objects, and what an analysis of it has to find. 75
 * million objects take under a minute and some megabytes of memory.
 */
#include "synthetic/core.h"
#include "synthetic/truth.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OLDEST LH_PYVER(3, 11, 0) /* before that instances have no values of their own */
#define OBJECTS_MAX 2000000000ull

struct request {
	uint64_t objects;
	uint32_t seed, version;
	const char *truth, *out;
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "synthetic-core: %s: %s\n", what, why);
	exit(2);
}

static uint32_t parse_version(const char *text)
{
	unsigned major, minor, micro = 0;

	if (sscanf(text, "%1u.%2u.%3u", &major, &minor, &micro) < 2)
		fail(text, "no version, as 3.13.0");
	return LH_PYVER(major, minor, micro);
}

static struct request parse(int argc, char **argv)
{
	static const struct option options[] = {{"objects", required_argument, NULL, 'n'},
						{"seed", required_argument, NULL, 's'},
						{"python", required_argument, NULL, 'p'},
						{"truth", required_argument, NULL, 't'},
						{0}};
	struct request r = {.objects = 1000000, .version = LH_PYVER(3, 13, 0)};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'n')
			r.objects = (uint64_t)strtod(optarg, NULL); /* 75e6, too */
		else if (option == 's')
			r.seed = (uint32_t)strtoul(optarg, NULL, 0) & 0xfffff;
		else if (option == 'p')
			r.version = parse_version(optarg);
		else if (option == 't')
			r.truth = optarg;
		else
			exit(2);
	}
	if (optind + 1 != argc)
		fail("usage",
		     "synthetic-core [--objects N] [--seed S] [--python VERSION] [--truth FILE] OUT");
	if (r.objects < 1000 || r.objects > OBJECTS_MAX)
		fail("--objects", "1000 to 2e9");
	r.out = argv[optind];
	return r;
}

static void choose_layout(struct heap *h, uint32_t version)
{
	struct lh_build build = {.version = version};

	if (version < OLDEST || lh_layout_from_table(&build, NULL, 0, &h->layout) != 0)
		fail("--python", "there is no table of this very version, or it is too old");
	lh_layout_set_constants(&h->layout);
	h->pool_size = lh_layout_constant(&h->layout, LH_C_POOL_SIZE);
	h->arena_size = lh_layout_constant(&h->layout, LH_C_ARENA_SIZE);
	h->pool_header = (off(h, LH_F_POOL_HEADER_SIZE) + 15) & ~15u;
}

int main(int argc, char **argv)
{
	struct request request = parse(argc, argv);
	static struct program program;
	static struct state state;
	static struct heap heap;
	FILE *truth;

	choose_layout(&heap, request.version);
	state_reserve(&heap, &state);
	program_new(&heap, request.objects, request.seed, &program);
	heap_place(&heap);
	heap_settle_counts(&heap);
	state_fill(&heap, &program, &state);
	core_write_heap(&heap, &state, request.out);
	if (!request.truth)
		return 0;
	truth = fopen(request.truth, "w");
	if (!truth)
		fail(request.truth, strerror(errno));
	truth_write(&heap, &program, truth);
	return fclose(truth) == 0 ? 0 : 1;
}
