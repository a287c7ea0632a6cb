/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded: the blocks of malloc's that were taken since record_begin() and not freed, each with the number that was given there.
 * The test's truth on native memory, whatever library takes it. Where malloc is asked to fill memory, blocks have no old words: the
 * C library does not fill what comes from a thread's cache, nor what rounding adds to a block.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__asm__(".symver dlsym, dlsym@GLIBC_2.2.5"); /* programs of older C libraries load this, too */

#define SLOTS (1u << 20)
#define GONE ((void *)1)

static struct slot {
	void *block;
	int number;
} table[SLOTS];
static int number; /* 0: nothing is recorded */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *(*next_malloc)(size_t), *(*next_calloc)(size_t, size_t), *(*next_realloc)(void *, size_t);
static void *(*next_memalign)(size_t, size_t);
static void (*next_free)(void *);
static _Alignas(64) char early[1 << 16]; /* dlsym() takes memory itself */
static size_t early_used;

static int is_early(const void *p)
{
	return (const char *)p >= early && (const char *)p < early + sizeof(early);
}

static void *take_early(size_t size)
{
	void *p = early + early_used;

	early_used += (size + 63) & ~(size_t)63;
	return p;
}

static void find_next(void)
{
	static int busy;

	if (next_free || busy)
		return;
	busy = 1;
	next_malloc = dlsym(RTLD_NEXT, "malloc");
	next_calloc = dlsym(RTLD_NEXT, "calloc");
	next_realloc = dlsym(RTLD_NEXT, "realloc");
	next_memalign = dlsym(RTLD_NEXT, "memalign");
	next_free = dlsym(RTLD_NEXT, "free");
	busy = 0;
}

static size_t place(const void *p)
{
	return ((uintptr_t)p >> 4) * 0x9e3779b97f4a7c15u >> 44 & (SLOTS - 1);
}

/* The block @p behind its first @size bytes */
static void fill_rest(char *p, size_t size)
{
	static int fills = -1;
	const char *value;

	if (fills < 0) {
		value = getenv("MALLOC_PERTURB_");
		fills = value && *value != '0';
	}
	if (fills && malloc_usable_size(p) > size)
		memset(p + size, 0, malloc_usable_size(p) - size);
}

/* @p is a block of which the first @size bytes are what they have to be. */
static void *taken(void *p, size_t size)
{
	if (p)
		fill_rest(p, size);
	if (!p || !number)
		return p;
	pthread_mutex_lock(&lock);
	for (size_t i = place(p), n = 0; n < SLOTS; i = (i + 1) & (SLOTS - 1), n++) {
		if (table[i].block && table[i].block != GONE)
			continue;
		table[i] = (struct slot){p, number};
		break;
	}
	pthread_mutex_unlock(&lock);
	return p;
}

static void gone(void *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&lock);
	for (size_t i = place(p); table[i].block; i = (i + 1) & (SLOTS - 1))
		if (table[i].block == p) {
			table[i].block = GONE;
			break;
		}
	pthread_mutex_unlock(&lock);
}

void *malloc(size_t size)
{
	find_next();
	return next_malloc ? taken(next_malloc(size), 0) : take_early(size);
}

void *calloc(size_t count, size_t size)
{
	find_next();
	return next_calloc ? taken(next_calloc(count, size), count * size) : take_early(count * size);
}

void *realloc(void *p, size_t size)
{
	void *to;

	find_next();
	if (is_early(p)) {
		to = malloc(size);
		return to ? memcpy(to, p, size) : NULL;
	}
	gone(p);
	to = next_realloc(p, size);
	return to || !size ? taken(to, p ? size : 0) : taken(p, malloc_usable_size(p));
}

void *memalign(size_t alignment, size_t size)
{
	find_next();
	return next_memalign ? taken(next_memalign(alignment, size), 0) : take_early(size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **ret, size_t alignment, size_t size)
{
	*ret = memalign(alignment, size);
	return *ret ? 0 : 12; /* ENOMEM */
}

void free(void *p)
{
	if (is_early(p))
		return;
	find_next();
	gone(p);
	next_free(p);
}

void record_begin(int as)
{
	number = as;
}

void record_end(void)
{
	number = 0;
}

/* Lines of number, address and bytes. */
void record_write(const char *path)
{
	FILE *to = fopen(path, "w");

	for (size_t i = 0; i < SLOTS; i++)
		if (table[i].block && table[i].block != GONE)
			fprintf(to, "%d %p %zu\n", table[i].number, table[i].block,
				malloc_usable_size(table[i].block));
	fclose(to);
}
