/* SPDX-License-Identifier: Apache-2.0 */
#include "util/populate.h"
#include "util/parallel.h"

#include <stdint.h>
#include <sys/mman.h>

#define PAGE ((uintptr_t)4096)
#define PART ((uintptr_t)4 << 20)

struct range {
	uintptr_t start, end; /* whole pages */
};

/* Where it fails, the pages come one by one, as they are written. */
static int populate(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	const struct range *range = arg;
	uintptr_t from = range->start + i * PART, rest = range->end - from;

	(void)ctx, (void)worker;
	(void)madvise((void *)from, rest < PART ? rest : PART, MADV_POPULATE_WRITE);
	return 0;
}

int lh_populate(struct lh_ctx *ctx, void *memory, size_t bytes)
{
	uintptr_t start = (uintptr_t)memory;
	struct range range = {(start + PAGE - 1) & ~(PAGE - 1), (start + bytes) & ~(PAGE - 1)};
	const struct lh_parallel work = {.ctx = ctx,
					 .phase = "getting memory",
					 .count = (range.end - range.start + PART - 1) / PART,
					 .run = populate,
					 .arg = &range};
	unsigned workers = lh_workers(ctx);

	return bytes < 2 * PART || workers < 2 ? 0 : lh_parallel_run(&work, workers);
}
