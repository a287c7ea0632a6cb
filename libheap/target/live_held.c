/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live process that is held while it is read.
 *
 * The memory that a copy would be made of comes on demand, and stops coming when the process is let go: all of it is of one moment.
 * Pages that do not exist are zeros, and are not read: that would make them.
 */
#include "target/held.h"
#include "target/live.h"
#include "target/live_hold.h"
#include "target/uncopied.h"
#include "util/memory_left.h"

#include <string.h>

#define HELD_MIN ((uint64_t)256 << 20)
#define MOST_MS 200

struct existing {
	struct lh_target *target;
	uint8_t *to;
	uint64_t start, end; /* end: of what has come without a gap */
	bool broken;
};

static int read_run(void *arg, uint64_t start, uint64_t end)
{
	struct existing *e = arg;

	if (e->broken)
		return 0;
	e->end = start + (uint64_t)lh_live_read(e->target, start, e->to + (start - e->start), end - start);
	e->broken = e->end < end;
	return 0;
}

static uint64_t read_existing(struct lh_target *target, uint64_t start, uint64_t end, uint8_t *to)
{
	const struct lh_live *live = target->medium;
	struct existing e = {.target = target, .to = to, .start = start};
	const struct lh_page_runs runs = {read_run, &e};

	if (lh_pages_runs(&live->pages, start, end, &runs) != 0)
		return (uint64_t)lh_live_read(target, start, to, end - start);
	return (e.broken ? e.end : end) - start;
}

/* Mapping by mapping: untouched pages of a file's have content. */
static int64_t read_mappings(struct lh_target *target, uint64_t addr, uint8_t *to, uint64_t len)
{
	uint64_t at = addr, end = addr + len, stop, got;

	do {
		const struct lh_mapping *m = lh_target_mapping(target, at);

		stop = m && m->end < end ? m->end : end;
		got = !m || (m->path && m->path[0] == '/')
			      ? (uint64_t)lh_live_read(target, at, to + (at - addr), stop - at)
			      : read_existing(target, at, stop, to + (at - addr));
		at += got;
	} while (at == stop && at < end);
	return (int64_t)(at - addr);
}

static int64_t fetch(struct lh_target *target, uint64_t addr, void *buf, uint64_t len)
{
	struct lh_live *live = target->medium;
	int64_t n;

	if (live->hold && !lh_hold_enter(live->hold))
		return lh_fail_at(target->ctx, LH_EIO, addr, "read process %d: it was let go",
				  (int)target->pid);
	n = read_mappings(target, addr, buf, len);
	if (live->hold)
		lh_hold_leave(live->hold);
	return n;
}

/* Neighbours are one segment, as in a copy: a static object may begin in .data and end in .bss. */
static int add_lazy(struct lh_target *target, const struct lh_vmas *vmas, bool scans)
{
	int r = 0;

	for (size_t i = 0, next; i < vmas->count && r == 0; i = next) {
		const struct lh_vma *v = &vmas->all[i];
		uint64_t end = v->map.end;

		next = i + 1;
		if (lh_vma_when(v, scans) == LH_NEVER)
			continue;
		for (; next < vmas->count && vmas->all[next].map.start == end &&
		       vmas->all[next].map.writable == v->map.writable &&
		       lh_vma_when(&vmas->all[next], scans) != LH_NEVER;
		     next++)
			end = vmas->all[next].map.end;
		r = lh_target_add_lazy(target, v->map.start, end, v->map.writable);
	}
	return r;
}

/* @held: NULL: it runs on. */
static int open_lazily(struct lh_target *target, struct lh_hold *held)
{
	static const struct lh_target_ops ops = {.fetch = fetch, .free = lh_live_close};
	_cleanup_(lh_vmas_fini) struct lh_vmas vmas = {0};
	struct lh_live *live;
	int r = lh_live_open(target);

	if (r < 0) {
		lh_hold_free(held);
		return r;
	}
	live = target->medium;
	live->hold = held;
	target->ops = &ops;
	(void)lh_pages_open(&live->pages, target->pid); /* else all that is asked for is read */
	r = lh_vmas_read(target, &vmas);
	if (r == 0)
		r = add_lazy(target, &vmas, live->pages.scans);
	return r < 0 ? r : lh_live_finish(target, &vmas);
}

static int hold(struct lh_target *target)
{
	struct lh_hold *held;
	int r = lh_hold_new(target, MOST_MS, &held);

	return r == 0 ? open_lazily(target, held) : r;
}

static struct lh_hold *hold_of(const struct lh_target *target)
{
	const struct lh_live *live = target->kind == LH_TARGET_PROCESS ? target->medium : NULL;

	return live ? live->hold : NULL;
}

bool lh_target_missed(const struct lh_target *target)
{
	struct lh_hold *hold = hold_of(target);

	return hold && lh_hold_refused(hold);
}

bool lh_target_let_go(struct lh_target *target)
{
	struct lh_hold *hold = hold_of(target);

	if (!hold)
		return true;
	lh_hold_let_go(hold);
	lh_log(target->ctx, 6, "process %d was stopped for %.1f ms, and read as needed", (int)target->pid,
	       target->pause_ms);
	return !lh_hold_refused(hold);
}

int lh_target_open_held(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			struct lh_target **ret, double *ret_ms)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	int r = lh_status_bytes(pid, "RssAnon") < HELD_MIN
			? LH_ABSENT
			: lh_target_new(ctx, LH_TARGET_PROCESS, options, &target);

	if (r != 0)
		return r;
	target->pid = pid;
	r = hold(target);
	if (r < 0 && r != -LH_EINTR && !lh_target_let_go(target)) {
		*ret_ms = target->pause_ms;
		return LH_ABSENT;
	}
	if (r == 0)
		*ret = lh_take(target);
	return r;
}

int lh_target_open_looked(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			  struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	int r = lh_target_new(ctx, LH_TARGET_PROCESS, options, &target);

	if (r < 0)
		return r;
	target->pid = pid;
	r = open_lazily(target, NULL);
	if (r == 0)
		*ret = lh_take(target);
	return r;
}
