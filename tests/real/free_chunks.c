/* SPDX-License-Identifier: Apache-2.0 */
/*
 * free-chunks PID: what the library takes to be free in glibc's heaps of a process, "ADDRESS LENGTH" a line,
 * and in the last line "arenas N heaps N caches N torn N". For tests/real/test_free_chunks.py.
 */
#include "libheap.h"
#include "malloc/glibc_free.h"
#include "target/target.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

LH_DEFINE_CLEANUP(struct lh_ctx, lh_ctx_free);

static void tell(void *arg, uint64_t addr, uint64_t len)
{
	fprintf(arg, "%" PRIu64 " %" PRIu64 "\n", addr, len);
}

int main(int argc, char **argv)
{
	_cleanup_(lh_ctx_freep) struct lh_ctx *ctx = NULL;
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	struct lh_glibc_findings found;
	int r = argc == 2 ? lh_ctx_new(&ctx) : -1;

	if (r == 0)
		r = lh_target_open_process(ctx, (pid_t)atoi(argv[1]), NULL, &target);
	if (r == 0)
		r = lh_glibc_report_free(target, tell, stdout, &found);
	if (r == 0)
		printf("arenas %u heaps %u caches %u torn %u\n", found.arenas, found.heaps, found.caches,
		       found.torn);
	else
		fprintf(stderr, "free-chunks: %d\n", r);
	return r != 0;
}
