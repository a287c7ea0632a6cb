/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copying pages of a live process, on all processors.
 *
 * The process waits for this, so memory to copy into is had from the system before: clearing a page and mapping it takes
 * longer than copying one. A part is one system call, or as many as it has runs that are read gently.
 */
#include "target/live_copy.h"
#include "target/live.h"
#include "util/array.h"
#include "util/parallel.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>

#define PART_RUNS 256 /* the kernel takes 1024 in one call */
#define PART_BYTES   \
	((uint64_t)4 \
	 << 20) /* so that an interrupt is seen soon, and no processor is idle at the end for long */

static int add_piece(struct lh_copier *copier, const struct lh_copy_run *run)
{
	struct lh_ctx *ctx = copier->target->ctx;
	size_t first = copier->part_count ? copier->parts[copier->part_count - 1] : 0;
	int r = 0;

	if (!copier->part_count || copier->part_bytes >= PART_BYTES ||
	    copier->run_count - first >= PART_RUNS) {
		r = lh_append(ctx, copier->parts, copier->part_count, copier->part_capacity,
			      copier->run_count);
		copier->part_bytes = 0;
	}
	copier->part_bytes += run->len;
	return r < 0 ? r : lh_append(ctx, copier->runs, copier->run_count, copier->run_capacity, *run);
}

int lh_copier_add(struct lh_copier *copier, uint64_t start, uint64_t end, uint8_t *to, bool gently)
{
	int r = 0;

	for (uint64_t at = start, len; at < end && r == 0; at += len) {
		len = end - at < PART_BYTES ? end - at : PART_BYTES;
		r = add_piece(copier, &(struct lh_copy_run){at, len, to + (at - start), gently});
	}
	return r;
}

struct part {
	const struct lh_copy_run *first, *end;
};

static struct part part_of(const struct lh_copier *copier, size_t i)
{
	size_t end = i + 1 < copier->part_count ? copier->parts[i + 1] : copier->run_count;

	return (struct part){copier->runs + copier->parts[i], copier->runs + end};
}

/* Where it fails (Linux before 5.14), the pages come one by one, as they are written. */
static int prepare_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	const struct part part = part_of(arg, i);

	(void)ctx, (void)worker;
	for (const struct lh_copy_run *run = part.first; run < part.end; run++)
		(void)madvise(run->to, run->len, MADV_POPULATE_WRITE);
	return 0;
}

static int add_gap(struct lh_copier *copier, struct lh_ctx *ctx, uint64_t page)
{
	int r;

	pthread_mutex_lock(&copier->lock);
	r = lh_append(ctx, copier->gaps, copier->gap_count, copier->gap_capacity,
		      ((struct lh_range){page, page + LH_PAGE}));
	pthread_mutex_unlock(&copier->lock);
	return r;
}

/* Page by page where some cannot be read. */
static int read_run(struct lh_copier *copier, struct lh_ctx *ctx, const struct lh_copy_run *run)
{
	uint64_t at = run->start, end = run->start + run->len;
	int r = 0;

	while (at < end && r == 0) {
		at += (uint64_t)lh_live_read(copier->target, at, run->to + (at - run->start), end - at);
		at &= ~(uint64_t)(LH_PAGE - 1);
		if (at < end)
			r = add_gap(copier, ctx, at);
		at += LH_PAGE;
	}
	return r;
}

/* Return: whether all runs that need not be read gently were copied; -LH_ESRCH, -LH_EPERM. */
static int copy_runs(const struct lh_copier *copier, struct lh_ctx *ctx, const struct part *part)
{
	struct iovec to[PART_RUNS], from[PART_RUNS];
	uint64_t total = 0;
	size_t n = 0;
	ssize_t got;

	for (const struct lh_copy_run *run = part->first; run < part->end; run++) {
		if (run->gently)
			continue;
		to[n] = (struct iovec){run->to, run->len};
		from[n++] = (struct iovec){(void *)(uintptr_t)run->start, run->len};
		total += run->len;
	}
	got = n ? process_vm_readv(copier->target->pid, to, n, from, n, 0) : 0;
	if (got < 0 && (errno == ESRCH || errno == EPERM))
		return lh_fail_process(ctx, copier->target->pid, "copy memory of", errno);
	return got >= 0 && (uint64_t)got == total;
}

static int copy_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	struct lh_copier *copier = arg;
	const struct part part = part_of(copier, i);
	int copied = copy_runs(copier, ctx, &part), r = copied < 0 ? copied : 0;

	(void)worker;
	for (const struct lh_copy_run *run = part.first; run < part.end && r == 0; run++)
		if (run->gently || !copied)
			r = read_run(copier, ctx, run);
	return r;
}

static int run_parts(struct lh_copier *copier, const char *phase,
		     int (*run)(void *, struct lh_ctx *, unsigned, size_t))
{
	const struct lh_parallel work = {.ctx = copier->target->ctx,
					 .phase = phase,
					 .count = copier->part_count,
					 .run = run,
					 .arg = copier};

	return lh_parallel_run(&work, lh_workers(copier->target->ctx));
}

int lh_copier_prepare(struct lh_copier *copier)
{
	return run_parts(copier, "getting memory", prepare_part);
}

static int by_start(const void *a, const void *b)
{
	const struct lh_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int lh_copier_run(struct lh_copier *copier)
{
	int r = run_parts(copier, "copying memory", copy_part);

	if (copier->gap_count)
		qsort(copier->gaps, copier->gap_count, sizeof(*copier->gaps), by_start);
	return r;
}

void lh_copier_clear(struct lh_copier *copier)
{
	copier->run_count = copier->part_count = copier->gap_count = 0;
	copier->part_bytes = 0;
}

void lh_copier_fini(struct lh_copier *copier)
{
	free(copier->runs);
	free(copier->parts);
	free(copier->gaps);
	pthread_mutex_destroy(&copier->lock);
}
