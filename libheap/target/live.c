/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live process: stopped, copied, let go.
 *
 * Private memory that the process can write, or has written (read-only after relocation), is copied while it
 * is stopped, and only pages that exist (/proc/PID/pagemap): untouched pages are zeros there and in our
 * reserved copy too. While it still runs, memory for the copy is had from the system (live_copy.c): as much as the process has
 * then. The process need not be stopped for what does not change: constants and code of modules are read when
 * they are first needed (constants of modules right after the stop, so that a process that ends soon leaves
 * its type names). Shared memory comes on demand as well; it may be newer than the rest.
 *
 * Which pages are written to while a copy is made could be asked of the system (soft-dirty), which would then be told to forget
 * which were before (/proc/PID/clear_refs): that changes the process, and its next write to each page is slower. So all is copied
 * in the stop.
 */
#include "target/live.h"
#include "target/live_copy.h"
#include "target/live_room.h"
#include "target/live_uncopied.h"
#include "util/memory_left.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct copy {
	struct lh_target *target;
	struct lh_pages pages;
	struct lh_rooms rooms;
	struct lh_copier copier;
	const struct lh_uncopied_list *without; /* NULL: all is copied */
	bool gently;                            /* it may share pages with a parent or child */
	bool ahead;                             /* it still runs: the target is told of nothing */
	/* the mapping that is planned */
	const struct lh_vma *vma;
	uint64_t there; /* end of the last run of pages that exist */
};

/* Untouched pages are zeros, here as there: nobody has to read them. */
static int add_hole(struct copy *copy, uint64_t end)
{
	const struct lh_vma *v = copy->vma;

	return copy->ahead ? 0
			   : lh_holes_add(copy->target, v->data + (copy->there - v->map.start),
					  v->data + (end - v->map.start));
}

static int add_run(struct copy *copy, uint64_t start, uint64_t end, bool gently)
{
	struct lh_range piece = {start, start};
	int r = 0;

	while (r == 0 && lh_uncopied_next(copy->target, end, &piece))
		r = lh_copier_add(&copy->copier, piece.start, piece.end,
				  copy->vma->data + (piece.start - copy->vma->map.start), gently);
	return r;
}

static int on_run(void *arg, uint64_t start, uint64_t end)
{
	struct copy *copy = arg;
	int r = add_hole(copy, start);

	copy->there = end;
	return r < 0 ? r : add_run(copy, start, end, copy->gently);
}

static enum lh_when choose(const struct copy *copy, const struct lh_vma *v)
{
	return lh_vma_when(v, copy->pages.scans);
}

/* The pages of a mapping that exist; all of them if that is not known, or if untouched ones have content. */
static int plan_pages(struct copy *copy, const struct lh_vma *v)
{
	const struct lh_page_runs runs = {on_run, copy};
	int r;

	copy->vma = v;
	copy->there = v->map.start;
	r = lh_vma_is_file(v) ? LH_ABSENT : lh_pages_runs(&copy->pages, v->map.start, v->map.end, &runs);
	if (r == LH_ABSENT)
		return add_run(copy, copy->there, v->map.end, true);
	return r < 0 ? r : add_hole(copy, v->map.end);
}

/* Neighbours share one buffer, so that they are one segment: a static object may begin in .data and end in .bss. */
static uint64_t end_of_run(const struct copy *copy, const struct lh_vmas *vmas, size_t i, enum lh_when when)
{
	uint64_t end = vmas->all[i].map.end;

	while (++i < vmas->count && vmas->all[i].map.start == end && choose(copy, &vmas->all[i]) == when)
		end = vmas->all[i].map.end;
	return end;
}

static int plan(struct copy *copy, struct lh_vmas *vmas, enum lh_when when)
{
	uint64_t room = 0, end = 0; /* what has room up to end, and where it began */
	uint8_t *data = NULL;
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0; i++) {
		struct lh_vma *v = &vmas->all[i];

		if (choose(copy, v) != when)
			continue;
		if (v->map.start >= end) {
			room = v->map.start;
			end = end_of_run(copy, vmas, i, when);
			r = lh_rooms_get(&copy->rooms, room, end, &data);
		}
		if (r < 0)
			return r;
		v->data = data + (v->map.start - room);
		r = plan_pages(copy, v);
	}
	return r;
}

/*
 * Pages that cannot be read are left out of the target, so that they are not taken for zeros. As a rule the
 * process cannot read them either, and nothing is missing: guards (glibc 2.42+ makes them with
 * MADV_GUARD_INSTALL inside the mappings of stacks), pages past the end of a mapped file. A device's memory
 * can be read by the process alone.
 */
static bool is_of_device(const struct lh_vma *v)
{
	return v->map.path && strncmp(v->map.path, "/dev/", 5) == 0;
}

static int add_segment(struct lh_target *target, const struct lh_vma *v, uint64_t start, uint64_t end)
{
	return lh_target_add_segment(target, &(struct lh_segment){.start = start,
								  .end = end,
								  .data = v->data + (start - v->map.start),
								  .writable = v->map.writable});
}

/* Segments of what was copied of a mapping; @gap is the first one that may be in it, or in those after it. */
static int add_segments(const struct copy *copy, const struct lh_vma *v, size_t *gap)
{
	uint64_t start = v->map.start;
	int r = 0;

	for (; *gap < copy->copier.gap_count && copy->copier.gaps[*gap].start < v->map.end && r == 0;
	     ++*gap) {
		const struct lh_range *range = &copy->copier.gaps[*gap];

		r = add_segment(copy->target, v, start, range->start);
		if (is_of_device(v))
			copy->target->missing_bytes += range->end - range->start;
		start = range->end;
	}
	return r < 0 ? r : add_segment(copy->target, v, start, v->map.end);
}

static int copy_all(struct copy *copy, struct lh_vmas *vmas, enum lh_when when)
{
	size_t gap = 0;
	int r = plan(copy, vmas, when);

	for (size_t i = 0; i < vmas->count && r == 0; i++)
		if (choose(copy, &vmas->all[i]) == when)
			r = lh_uncopied_gaps(copy->target, &vmas->all[i], &copy->copier);
	if (r == 0)
		r = lh_copier_run(&copy->copier);
	for (size_t i = 0; i < vmas->count && r == 0; i++)
		if (choose(copy, &vmas->all[i]) == when)
			r = add_segments(copy, &vmas->all[i], &gap);
	lh_copier_clear(&copy->copier);
	return r;
}

static int add_on_demand(struct copy *copy, const struct lh_vmas *vmas)
{
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0; i++) {
		const struct lh_mapping *m = &vmas->all[i].map;

		if (choose(copy, &vmas->all[i]) == LH_ON_DEMAND)
			r = lh_target_add_lazy(copy->target, m->start, m->end, m->writable);
	}
	return r;
}

/* ------------------------------------------------------------------------------------- while it runs */

/* About as much as the process has that is no file's. */
static uint64_t bytes_to_copy(const struct lh_target *target)
{
	uint64_t without = lh_target_uncopied(target, 0, UINT64_MAX);
	uint64_t bytes = lh_status_bytes(target->pid, "RssAnon") + lh_status_bytes(target->pid, "VmSwap");

	return bytes > without ? bytes - without : 0;
}

/* Rooms for mappings, and what will be copied of them if nothing changes. */
static int foresee(struct copy *copy, struct lh_vmas *vmas)
{
	int r = lh_vmas_read(copy->target, vmas);

	for (size_t i = 0; i < vmas->count && r == 0; i++)
		if (choose(copy, &vmas->all[i]) == LH_STOPPED)
			r = lh_rooms_foresee(&copy->rooms, vmas->all[i].map.start, vmas->all[i].map.end);
	if (r == 0)
		r = lh_rooms_choose(&copy->rooms, bytes_to_copy(copy->target));
	if (r < 0)
		return r;
	lh_rooms_reserve(&copy->rooms);
	return plan(copy, vmas, LH_STOPPED);
}

/* Memory for the copy, while nobody waits for it. What there is to copy is asked again in the stop. */
static int prepare(struct copy *copy)
{
	_cleanup_(lh_vmas_fini) struct lh_vmas vmas = {0};
	int r = lh_live_open(copy->target);

	if (r < 0)
		return r;
	copy->ahead = true;
	(void)lh_pages_open(&copy->pages, copy->target->pid);
	if (copy->without)
		r = lh_uncopied_expect(copy->target, copy->without);
	if (r == 0)
		r = foresee(copy, &vmas);
	if (r == 0)
		r = lh_copier_prepare(&copy->copier);
	lh_pages_close(&copy->pages);
	lh_copier_clear(&copy->copier);
	copy->ahead = false;
	return r;
}

/* ------------------------------------------------------------------------------------- while it is stopped */

/* The stopped part: maps and memory belong to one moment. */
static int copy_stopped(struct copy *copy, struct lh_vmas *vmas, struct lh_pagemap *resident, bool hold)
{
	struct lh_target *target = copy->target;
	_cleanup_(lh_stop_release) struct lh_stop stop = {.ctx = target->ctx, .pid = target->pid};
	int r = hold ? lh_stop_all(&stop) : 0;

	/* What was open before would be the memory of another program, if this one has started it in its place. */
	if (r == 0)
		r = lh_live_open(target);
	if (r == 0)
		r = lh_stop_registers(&stop, target);
	if (r == 0)
		r = lh_vmas_read(target, vmas);
	if (r == 0 && copy->without)
		lh_uncopied_check(target, copy->without);
	if (r == 0)
		(void)lh_pages_open(&copy->pages, target->pid); /* else everything is copied */
	/* First, for copying a page that is swapped out brings it back. */
	if (r == 0)
		lh_vmas_read_dirty(target, vmas, false);
	if (r == 0)
		r = lh_pagemap_read(resident, &copy->pages, vmas);
	copy->gently = resident->forked || !target->private_known;
	if (r == 0)
		r = copy_all(copy, vmas, LH_STOPPED);
	lh_stop_release(&stop);
	target->pause_ms = hold ? lh_stop_ms(&stop) : 0;
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

static void copy_fini(struct copy *copy)
{
	lh_pages_close(&copy->pages);
	lh_rooms_fini(&copy->rooms);
	lh_copier_fini(&copy->copier);
}

int lh_live_finish(struct lh_target *target, const struct lh_vmas *vmas)
{
	struct lh_auxv auxv = {0};
	int r = 0;

	for (size_t i = 0; i < vmas->count && r == 0; i++) {
		struct lh_mapping m = vmas->all[i].map;

		r = lh_target_keep_path(target, vmas->all[i].map.path, &m.path);
		if (r == 0)
			r = lh_target_add_mapping(target, &m);
	}
	if (r == 0)
		r = read_auxv(target, &auxv);
	if (r < 0)
		return r;
	target->first_stack = auxv.random;
	lh_holes_settle(target);
	lh_target_settle(target);
	return lh_modules_find(target, &auxv);
}

static int read_process(struct lh_target *target, const struct lh_uncopied_list *without)
{
	_cleanup_(lh_vmas_fini) struct lh_vmas vmas = {0};
	_cleanup_(lh_pagemap_fini) struct lh_pagemap resident = {.target = target};
	_cleanup_(copy_fini) struct copy copy = {
		.target = target,
		.without = without,
		.pages.fd = -1,
		.rooms.target = target,
		.copier = {.target = target, .lock = PTHREAD_MUTEX_INITIALIZER}};
	int r = prepare(&copy);

	if (r == 0)
		r = copy_stopped(&copy, &vmas, &resident, !target->stopped);
	if (r == 0)
		r = copy_all(&copy, &vmas, LH_AFTERWARDS);
	if (r == 0)
		r = add_on_demand(&copy, &vmas);
	if (r == 0)
		r = lh_live_finish(target, &vmas);
	return r < 0 ? r : lh_pagemap_settle(&resident);
}

int lh_target_open_process(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   struct lh_target **ret)
{
	return lh_target_open_without(ctx, pid, options, NULL, ret);
}

int lh_target_open_without(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   const struct lh_uncopied_list *list, struct lh_target **ret)
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
	r = read_process(target, target->stopped ? NULL : list);
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}
