/* SPDX-License-Identifier: Apache-2.0 */
/* What the examples have in common: open the core or the process that the first word names, ask, free. */
#include <libheap.h>

#include <stdio.h>
#include <stdlib.h>

static int open_target(struct lh_ctx *ctx, const char *name, struct lh_target **ret)
{
	char *end;
	long pid = strtol(name, &end, 10);

	return *end ? lh_target_open_core(ctx, name, NULL, ret)
		    : lh_target_open_process(ctx, (pid_t)pid, NULL, ret);
}

/* @ask gets the words after the first; there must be @count of them. Return: exit status. */
static int example(int argc, char **argv, int count, const char *usage,
		   int (*ask)(struct lh_heap *heap, char **words))
{
	struct lh_ctx *ctx;
	struct lh_target *target = NULL;
	struct lh_heap *heap = NULL;
	int r;

	if (argc != count + 2 || lh_ctx_new(&ctx) < 0) {
		fprintf(stderr, "usage: %s CORE|PID%s\n", argv[0], usage);
		return 2;
	}
	r = open_target(ctx, argv[1], &target);
	if (r == 0)
		r = lh_heap_open(target, NULL, &heap);
	if (r == 0)
		r = ask(heap, argv + 2);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", argv[0],
			r == -LH_ENOMEM ? "out of memory" : lh_ctx_error(ctx)->text);
	lh_heap_free(heap);
	lh_target_free(target);
	lh_ctx_free(ctx);
	return r < 0;
}
