/* SPDX-License-Identifier: Apache-2.0 */
/* Frees what it is told to, and stays: nothing is allocated in this process any more. */
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int done;

static void free_all(void *const *blocks, long count)
{
	for (long i = 0; i < count; i++)
		free(blocks[i]);
}

void free_and_stay(void *const *blocks, long count)
{
	free_all(blocks, count);
	__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

/* The last one, when @others are done: malloc_info() goes to the file @info, and a file @ready says that all is done. */
void free_and_tell(void *const *blocks, long count, int others, const char *info, const char *ready)
{
	static char buffer[BUFSIZ];
	FILE *out = fopen(info, "w");

	setvbuf(out, buffer, _IOFBF, sizeof(buffer));
	while (__atomic_load_n(&done, __ATOMIC_SEQ_CST) < others)
		usleep(1000);
	free_all(blocks, count);
	malloc_info(0, out);
	fflush(out);
	close(creat(ready, 0600));
	for (;;)
		pause();
}
