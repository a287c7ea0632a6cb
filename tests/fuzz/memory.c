/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The peak of memory that is allocated at once, by the sanitizers' hooks. What the seed itself takes for the same answer is measured when
 * an input takes a lot.
 */
#include "memory.h"
#include "run_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

/* Of the sanitizer's run-time library; gcc does not install its header. Without the sanitizer nothing is counted. */
__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *,
										      size_t),
								    void (*on_free)(const volatile void *));
__attribute__((weak)) size_t __sanitizer_get_allocated_size(const volatile void *ptr);

#define SLACK \
	(48   \
	 << 20) /* bytes: of a damaged core an interpreter's DWARF is read, which a sound one does without */

static ssize_t current, peak; /* bytes since memory_begin(); less than 0: what was there before was freed */

static void on_malloc(const volatile void *ptr, size_t size)
{
	current += (ssize_t)size;
	if (current > peak)
		peak = current;
}

static void on_free(const volatile void *ptr)
{
	if (ptr)
		current -= (ssize_t)__sanitizer_get_allocated_size(ptr);
}

void memory_watch(void)
{
	if (__sanitizer_install_malloc_and_free_hooks)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

void memory_begin(void)
{
	current = 0;
	peak = 0;
}

void memory_end(const struct input *input, const struct seed *seed)
{
	ssize_t taken = peak;

	if (taken <= SLACK || !seed->core)
		return;
	memory_begin();
	run_input(input, seed->pristine, seed->len, NULL);
	if (taken <= 2 * peak + SLACK)
		return;
	fprintf(stderr, "memory: %zd bytes at once, of %s as it is: %zd\n", taken, seed->name, peak);
	abort();
}
