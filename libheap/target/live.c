/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live process: stopped, copied, let go.
 *
 * Private memory that the process can write, or has written (read-only after relocation), is copied while it
 * is stopped, and only pages that exist (/proc/PID/pagemap): untouched pages are zeros there and in our
 * reserved copy too. The process need not be stopped for what does not change: constants and code of modules are read when
 * they are first needed (constants of modules right after the stop, so that a process that ends soon leaves
 * its type names). Shared memory comes on demand as well; it may be newer than the rest.
 */
#include "target/live.h"

#include "util/array.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#define BATCH 256                  /* runs of pages in one call; the kernel takes 1024 */
#define PIECE ((uint64_t)16 << 20) /* so that an interrupt is seen soon */
#define FILE_COPY_MAX \
	((uint64_t)256 << 20) /* bigger private file mappings are data files, not modules: on demand */
#define CONST_COPY_MAX ((uint64_t)64 << 20)

#define RESERVED_MAX ((uint64_t)1 << 42) /* nothing of that much is read */

struct copy {
	struct lh_target *target;
	struct lh_pages pages;
	bool gently; /* it may share pages with a parent or child */
	uint64_t done, total;
	/* the region being copied */
	const struct lh_mapping *map;
	uint8_t *data;
	struct iovec local[BATCH], remote[BATCH];
	size_t runs;
	uint64_t piece; /* start of the segment that is growing */
	uint64_t there; /* end of the last run of pages that exist */
};

/* [copy->piece, end) is whole: a segment. */
static int end_piece(struct copy *copy, uint64_t end)
{
	const struct lh_mapping *m = copy->map;

	return lh_target_add_segment(copy->target,
				     &(struct lh_segment){.start = copy->piece,
							  .end = end,
							  .data = copy->data + (copy->piece - m->start),
							  .writable = m->writable});
}

/*
 * Pages that cannot be read are left out of the target, so that they are not taken for zeros. As a rule the
 * process cannot read them either, and nothing is missing: guards (glibc 2.42+ makes them with
 * MADV_GUARD_INSTALL inside the mappings of stacks), pages past the end of a mapped file. A device's memory
 * can be read by the process alone.
 */
static bool is_of_device(const struct lh_mapping *m)
{
	return m->path && strncmp(m->path, "/dev/", 5) == 0;
}

static int copy_run_slowly(struct copy *copy, const struct iovec *remote)
{
	uint64_t at = (uintptr_t)remote->iov_base, end = at + remote->iov_len;
	int r = 0;

	while (at < end && r == 0) {
		uint64_t got = (uint64_t)lh_live_read(copy->target, at, copy->data + (at - copy->map->start),
						      end - at);

		at += got & ~(uint64_t)(LH_PAGE - 1);
		if (at >= end)
			break;
		r = end_piece(copy, at);
		if (is_of_device(copy->map))
			copy->target->missing_bytes += LH_PAGE;
		at += LH_PAGE;
		copy->piece = at;
	}
	return r;
}

static int flush(struct copy *copy)
{
	uint64_t total = 0;
	ssize_t n;
	int r = 0;

	for (size_t i = 0; i < copy->runs; i++)
		total += copy->remote[i].iov_len;
	if (!total)
		return 0;
	n = process_vm_readv(copy->target->pid, copy->local, copy->runs, copy->remote, copy->runs, 0);
	if (n < 0 && errno == ESRCH)
		return lh_fail_process(copy->target->ctx, copy->target->pid, "copy memory of", ESRCH);
	if (n < 0 && errno == EPERM)
		return lh_fail_process(copy->target->ctx, copy->target->pid, "copy memory of", EPERM);
	if (n < 0 || (uint64_t)n < total)
		for (size_t i = 0; i < copy->runs && r == 0; i++)
			r = copy_run_slowly(copy, &copy->remote[i]);
	copy->runs = 0;
	copy->done += total;
	return r < 0 ? r : lh_progress(copy->target->ctx, "copying memory", copy->done, copy->total);
}

static int add_run(struct copy *copy, uint64_t start, uint64_t end)
{
	while (start < end) {
		uint64_t len = end - start < PIECE ? end - start : PIECE;
		int r;

		copy->local[copy->runs] = (struct iovec){copy->data + (start - copy->map->start), len};
		copy->remote[copy->runs++] = (struct iovec){(void *)(uintptr_t)start, len};
		start += len;
		if (copy->runs < BATCH && len < PIECE)
			continue;
		r = flush(copy);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Untouched pages are zeros, here as there: nobody has to read them. */
static int add_hole(struct copy *copy, uint64_t end)
{
	uint64_t start = copy->map->start;

	return lh_holes_add(copy->target, copy->data + (copy->there - start), copy->data + (end - start));
}

/* Without changing them, slower than many at a time; see live_read.c. */
static int read_run(struct copy *copy, uint64_t start, uint64_t end)
{
	int r = flush(copy);

	while (start < end && r == 0) {
		uint64_t len = end - start < PIECE ? end - start : PIECE;

		r = copy_run_slowly(copy, &(struct iovec){(void *)(uintptr_t)start, len});
		start += len;
		copy->done += len;
		if (r == 0)
			r = lh_progress(copy->target->ctx, "copying memory", copy->done, copy->total);
	}
	return r;
}

static int on_run(void *arg, uint64_t start, uint64_t end)
{
	struct copy *copy = arg;
	int r = add_hole(copy, start);

	copy->there = end;
	if (r < 0)
		return r;
	return copy->gently ? read_run(copy, start, end) : add_run(copy, start, end);
}

/* Copy the pages of a mapping that exist; all of them if that is not known, or if untouched ones have
 * content. */
static int copy_pages(struct copy *copy, bool all)
{
	const struct lh_mapping *m = copy->map;
	const struct lh_page_runs runs = {on_run, copy};
	int r = all ? LH_ABSENT : lh_pages_runs(&copy->pages, m->start, m->end, &runs);

	if (r == LH_ABSENT)
		return read_run(copy, copy->there, m->end);
	return r == 0 ? add_hole(copy, m->end) : r;
}

/* @data: room for the mapping. */
static int copy_mapping(struct copy *copy, const struct lh_mapping *m, uint8_t *data, bool all)
{
	int r;

	copy->map = m;
	copy->piece = copy->there = m->start;
	copy->runs = 0;
	copy->data = data;
	r = copy_pages(copy, all);
	if (r == 0)
		r = flush(copy);
	return r < 0 ? r : end_piece(copy, m->end);
}

/* ------------------------------------------------------------------------------------- which mapping how and
 * when */

enum when { NEVER, STOPPED, AFTERWARDS, ON_DEMAND };

static bool is_file(const struct lh_vma *v)
{
	return v->map.path && v->map.path[0] == '/';
}

static bool is_device(const struct lh_vma *v)
{
	const char *path = v->map.path;

	return path && strncmp(path, "/dev/", 5) == 0 && strncmp(path, "/dev/shm/", 9) != 0 &&
	       strncmp(path, "/dev/zero", 9) != 0;
}

static enum when choose(const struct copy *copy, const struct lh_vma *v)
{
	uint64_t size = v->map.end - v->map.start;

	if (!v->map.readable || is_device(v) || (v->map.path && strncmp(v->map.path, "[vvar", 5) == 0) ||
	    (v->map.path && strcmp(v->map.path, "[vsyscall]") == 0))
		return NEVER;
	if (size >= RESERVED_MAX)
		return NEVER;
	if (v->shared || (size >= LH_PAGES_RESERVED_MIN && !copy->pages.scans))
		return ON_DEMAND;
	if (!is_file(v))
		return STOPPED;
	if (v->map.writable)
		return size <= FILE_COPY_MAX ? STOPPED : ON_DEMAND;
	return !v->map.executable && size <= CONST_COPY_MAX ? AFTERWARDS : ON_DEMAND;
}

/* Neighbours share one buffer, so that they are one segment: a static object may begin in .data and end in .bss. */
static uint64_t end_of_run(const struct copy *copy, const struct lh_vmas *vmas, size_t i, enum when when)
{
	uint64_t end = vmas->all[i].map.end;

	while (++i < vmas->count && vmas->all[i].map.start == end && choose(copy, &vmas->all[i]) == when)
		end = vmas->all[i].map.end;
	return end;
}

static int copy_all(struct copy *copy, const struct lh_vmas *vmas, enum when when)
{
	uint64_t room = 0, end = 0; /* what is reserved up to end, and where it began */
	uint8_t *data = NULL;
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0; i++) {
		const struct lh_vma *v = &vmas->all[i];

		if (choose(copy, v) != when)
			continue;
		if (when == ON_DEMAND) {
			r = lh_target_add_lazy(copy->target, v->map.start, v->map.end, v->map.writable);
			continue;
		}
		if (v->map.start >= end) {
			room = v->map.start;
			end = end_of_run(copy, vmas, i, when);
			r = lh_target_reserve(copy->target, end - room, &data);
		}
		if (r == 0)
			r = copy_mapping(copy, &v->map, data + (v->map.start - room), is_file(v));
	}
	return r;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* The stopped part: maps and memory belong to one moment. */
static int copy_stopped(struct copy *copy, struct lh_vmas *vmas, struct lh_pagemap *resident, bool hold)
{
	struct lh_target *target = copy->target;
	_cleanup_(lh_stop_release) struct lh_stop stop = {.ctx = target->ctx, .pid = target->pid};
	double begin = now_ms();
	int r = hold ? lh_stop_all(&stop) : 0;

	if (r == 0)
		r = lh_stop_registers(&stop, target);
	if (r == 0)
		r = lh_vmas_read(target, vmas);
	if (r == 0)
		(void)lh_pages_open(&copy->pages, target->pid); /* else everything is copied */
	for (size_t i = 0; i < vmas->count && r == 0; i++)
		copy->total += choose(copy, &vmas->all[i]) == STOPPED
				       ? vmas->all[i].map.end - vmas->all[i].map.start
				       : 0;
	/* First, for copying a page that is swapped out brings it back. */
	if (r == 0)
		lh_vmas_read_dirty(target, vmas, false);
	if (r == 0)
		r = lh_pagemap_read(resident, &copy->pages, vmas);
	copy->gently = resident->forked || !target->private_known;
	if (r == 0)
		r = copy_all(copy, vmas, STOPPED);
	lh_stop_release(&stop);
	target->pause_ms = hold ? now_ms() - begin : 0;
	if (hold)
		lh_log(target->ctx, 6, "process %d was stopped for %.1f ms", (int)target->pid,
		       target->pause_ms);
	return r;
}

static int read_auxv(struct lh_target *target, struct lh_auxv *auxv)
{
	char name[64], data[4096];
	_cleanup_close_ int fd = -1;
	ssize_t n;

	snprintf(name, sizeof(name), "/proc/%d/auxv", (int)target->pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, data, sizeof(data));
	if (n > 0)
		lh_auxv_parse(data, (size_t)n, auxv);
	if (n > 0 && lh_target_keep_auxv(target, data, (size_t)n) < 0)
		return lh_nomem(target->ctx);
	snprintf(name, sizeof(name), "/proc/%d/exe", (int)target->pid);
	n = readlink(name, data, sizeof(data) - 1);
	if (n <= 0)
		return 0;
	target->executable = strndup(data, (size_t)n);
	return target->executable ? 0 : lh_nomem(target->ctx);
}

static int read_process(struct lh_target *target)
{
	_cleanup_(lh_vmas_fini) struct lh_vmas vmas = {0};
	_cleanup_(lh_pagemap_fini) struct lh_pagemap resident = {.target = target};
	_cleanup_free_ struct copy *copy = lh_new0(struct copy, 1);
	struct lh_auxv auxv = {0};
	int r;

	if (!copy)
		return lh_nomem(target->ctx);
	copy->target = target;
	copy->pages.fd = -1;
	r = copy_stopped(copy, &vmas, &resident, !target->stopped);
	lh_pages_close(&copy->pages);
	if (r == 0)
		r = copy_all(copy, &vmas, AFTERWARDS);
	if (r == 0)
		r = copy_all(copy, &vmas, ON_DEMAND);
	for (size_t i = 0; i < vmas.count && r == 0; i++)
		r = lh_target_add_mapping(target, &vmas.all[i].map);
	if (r == 0)
		r = read_auxv(target, &auxv);
	if (r < 0)
		return r;
	target->first_stack = auxv.random;
	lh_holes_settle(target);
	lh_target_settle(target);
	r = lh_pagemap_settle(&resident);
	return r < 0 ? r : lh_modules_find(target, &auxv);
}

int lh_target_open_process(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	int r;

	if (pid <= 0)
		return lh_fail(ctx, LH_ESRCH, "open process %d: not a process id", (int)pid);
	if (pid == getpid())
		return lh_fail(ctx, LH_EPERM, "open process %d: a process cannot stop and copy itself",
			       (int)pid);
	r = lh_target_new(ctx, LH_TARGET_PROCESS, options, &target);
	if (r < 0)
		return r;
	target->pid = pid;
	r = lh_live_open(target);
	if (r == 0)
		r = read_process(target);
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}
