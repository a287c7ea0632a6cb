/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer's entry: an input (input.h) is applied to its seed, run, and undone. PYHEAP_FUZZ_SEEDS names the folder of
 * seeds, or it is beside the program.
 * docs/testing.md says how to run it, tools/fuzz does.
 */
#include "folder.h"
#include "memory.h"
#include "run_all.h"

#include "util/cleanup.h"
#include "util/string.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer would keep what is compared, which takes a fifth of all time; the linker takes these instead (-z muldefs). */
void __sanitizer_weak_hook_strcmp(void *pc, const char *a, const char *b, int result);
void __sanitizer_weak_hook_strncmp(void *pc, const char *a, const char *b, size_t n, int result);
void __sanitizer_weak_hook_memcmp(void *pc, const void *a, const void *b, size_t n, int result);

void __sanitizer_weak_hook_strcmp(void *pc, const char *a, const char *b, int result)
{
}

void __sanitizer_weak_hook_strncmp(void *pc, const char *a, const char *b, size_t n, int result)
{
}

void __sanitizer_weak_hook_memcmp(void *pc, const void *a, const void *b, size_t n, int result)
{
}

/* Beside the program, as OSS-Fuzz has them, if nothing else is said. */
static const char *seeds_folder(char *path, size_t size)
{
	const char *named = getenv("PYHEAP_FUZZ_SEEDS");
	ssize_t len = named ? 0 : readlink("/proc/self/exe", path, size - sizeof("seeds"));

	if (named || len <= 0)
		return named;
	path[len] = '\0';
	strcpy(strrchr(path, '/') + 1, "seeds");
	return path;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[PATH_MAX];
	const char *seeds = seeds_folder(path, sizeof(path));

	if (!seeds || !seeds_open(seeds) || !folder_enter(seeds))
		exit(1);
	memory_watch();
	return 0;
}

/* The core of the build that the layout @seed is of, by that layout. */
static void run_layout(const struct input *input, const struct seed *seed, size_t len)
{
	const struct seed *core = seed_beside(seed, ".layout", ".core");
	_cleanup_string_ struct lh_string text = {0};
	struct input by_cache = *input;
	char id[LAYOUT_ID_MAX];

	by_cache.layout = LH_LAYOUT_DWARF;
	if (core && fix_layout(seed->image, len, &text, id) == 0 && folder_cache(id, text.text, text.len))
		run_input(&by_cache, core->pristine, core->len, NULL);
}

/* What is no core: read by itself, and with the core that it belongs to. */
static void run_other(const struct input *input, const struct seed *seed, const struct seed *program_of,
		      size_t len)
{
	if (program_of)
		run_input(input, program_of->pristine, program_of->len, MUTATED);
	else if (run_parts(seed->image, len))
		run_layout(input, seed, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct seed *program_of;
	struct input input;
	struct seed *seed;
	size_t len;

	input_read(&input, data, size);
	seed = seed_at(input.seed);
	program_of = seed_beside(seed, ".exe", ".core");
	len = input_apply(&input, seed);
	if (!folder_fill(&input, seed->image, len, program_of))
		abort();
	memory_begin();
	if (seed->core)
		run_input(&input, seed->image, len, NULL);
	else
		run_other(&input, seed, program_of, len);
	memory_end(&input, seed);
	if (!folder_clean())
		abort();
	input_undo(&input, seed);
	return 0;
}
