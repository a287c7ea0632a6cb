/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of malloc's of which no pointer is left, and others of which there are some. Addresses go to a file, as text. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
	struct node *next, *back;
	char name[32];
};

void *volatile kept_start, *volatile kept_inside, *volatile kept_tagged;

static void note(FILE *to, const char *what, const void *p)
{
	fprintf(to, "%s %p\n", what, p);
}

static char *take(size_t size, int fill)
{
	return memset(malloc(size), fill, size);
}

static __attribute__((noinline)) void lose_all(FILE *to)
{
	struct node *last = NULL;

	for (int i = 0; i < 10; i++)
		note(to, "lost", strcpy(take(200, 0), "session that nobody closed"));
	for (int i = 0; i < 5; i++) { /* a list, and a circle of two: they lead to each other */
		struct node *n = (struct node *)take(sizeof(*n), 0);

		n->next = last;
		if (i == 1)
			n->back = n, last->back = n;
		note(to, "lost", last = n);
	}
	note(to, "lost", take(1 << 20, 7));
	note(to, "lost", take(30000, 9));
}

static __attribute__((noinline)) void keep_all(FILE *to)
{
	struct node *n = (struct node *)take(sizeof(*n), 0);

	kept_start = n;
	n->next = (struct node *)take(sizeof(*n), 0);
	kept_inside = take(500, 1) + 104;
	kept_tagged = (void *)((uintptr_t)take(300, 1) | 1);
	note(to, "kept", n);
	note(to, "kept", n->next);
}

/* What is left on the stack of the calls before. */
static __attribute__((noinline)) int wipe(void)
{
	volatile char room[1 << 16];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
	return room[100];
}

static void *work(void *arg)
{
	FILE *to = fopen(arg, "w");

	lose_all(to);
	keep_all(to);
	fclose(to);
	wipe();
	return NULL;
}

/* On a thread: its arena has addresses that nothing had before, and so no old word points to. */
int plant(char *path)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, work, path) || pthread_join(thread, NULL);
}
