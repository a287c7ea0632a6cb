/* SPDX-License-Identifier: Apache-2.0 */
#include "command/watch.h"
#include "analyze/moments.h"
#include "command/open.h"
#include "command/options.h"
#include "command/process.h"
#include "snapshot/snapshot.h"
#include "util/array.h"
#include "util/memory_left.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TICK_MS 100 /* how often it is looked whether the process is there, and the user still waits */

struct watcher {
	struct lh_invocation *invocation;
	struct lh_watch *watch;
	struct lh_moment last;
	struct lh_process_id process;
	uint64_t every_ms, begin_ms;
};

static void moment_fini(struct lh_moment *moment)
{
	lh_heap_free(moment->heap);
	lh_target_free(moment->target);
	*moment = (struct lh_moment){0};
}

struct lh_watch *lh_watch_free(struct lh_watch *watch)
{
	if (!watch)
		return NULL;
	moment_fini(&watch->first);
	moment_fini(&watch->middle);
	free(watch->ended);
	free(watch);
	return NULL;
}

const struct lh_watch *lh_invocation_watch(const struct lh_invocation *invocation)
{
	return invocation->watch;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- one moment ---- */

/* Its file has a name in /proc alone, which is nothing to the user. */
static int reopen(struct watcher *w, int fd, struct lh_moment *ret)
{
	char path[64];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	r = lh_invocation_open_file(w->invocation, path, &ret->target);
	if (r < 0)
		return r;
	ret->target->opened.st_size = 0;
	free(ret->target->path);
	ret->target->path = NULL;
	return lh_invocation_open_heap(w->invocation, ret->target, &ret->heap);
}

/* What watches a terminal reads: it says what was taken, while the next one is waited for. */
static void tell(const struct watcher *w, uint64_t number, const struct lh_snapshot *s, double pause_ms)
{
	char clock[16] = "", size[LH_SIZE_MAX], pause[48] = "not stopped";
	time_t now = time(NULL);
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (pause_ms > 0)
		snprintf(pause, sizeof(pause), "stopped for %.0f ms", pause_ms);
	lh_log(w->invocation->ctx, LH_LOG_NOTICE,
	       "moment %" PRIu64 " of %" PRIu64 ": %s, %s resident, %s objects, %s", number, w->watch->wanted,
	       clock, lh_size_text(lh_status_bytes(w->process.pid, "VmRSS"), size), LH_COUNTED(s->objects),
	       pause);
}

static int keep(struct watcher *w, struct lh_heap *heap, struct lh_snapshot *s, struct lh_moment *ret)
{
	_cleanup_close_ int fd = -1;
	int r = lh_snapshot_keep(heap, &fd, s);

	return r == 0 ? reopen(w, fd, ret) : r;
}

/* Whether it is a moment of the process that the first one is of, which may have ended since it was read. */
static int check_same(const struct watcher *w, const struct lh_moment *moment)
{
	char text[LH_MOMENTS_TEXT_MAX];
	const char *differ = NULL;

	if (lh_process_is_replaced(&w->process))
		return lh_process_check(w->invocation->ctx, &w->process);
	if (w->watch->first.heap)
		differ = lh_moments_differ(w->watch->first.heap, moment->heap, text);
	if (differ)
		return lh_fail(w->invocation->ctx, LH_ESRCH, "process %d runs another program now: %s",
			       (int)w->process.pid, differ);
	return 0;
}

static int take(struct watcher *w, struct lh_moment *ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	_cleanup_(lh_heap_freep) struct lh_heap *heap = NULL;
	struct lh_snapshot s;
	int r = lh_invocation_open_as(w->invocation, true, &target, &heap);

	*ret = (struct lh_moment){.number = w->watch->taken + 1};
	if (r == 0)
		r = keep(w, heap, &s, ret);
	if (r == 0)
		r = check_same(w, ret);
	if (r < 0) {
		moment_fini(ret);
		return r;
	}
	if (target->pause_ms > w->watch->longest_ms)
		w->watch->longest_ms = target->pause_ms;
	tell(w, ret->number, &s, target->pause_ms);
	return 0;
}

/* ---- all of them ---- */

/* The middle one is that of all that are wanted: if fewer come, the last but one. */
static void add(struct watcher *w, const struct lh_moment *moment)
{
	struct lh_watch *watch = w->watch;

	watch->taken++;
	if (!watch->first.heap) {
		watch->first = *moment;
		return;
	}
	if (w->last.heap && w->last.number <= (watch->wanted + 1) / 2) {
		moment_fini(&watch->middle);
		watch->middle = w->last;
	} else {
		moment_fini(&w->last);
	}
	w->last = *moment;
}

/* Until the next moment's time: they do not drift. */
static int wait_for_next(const struct watcher *w)
{
	uint64_t due = w->begin_ms + w->watch->taken * w->every_ms, now;
	int r = 0;

	while (r == 0 && (now = now_ms()) < due) {
		uint64_t left = due - now, ms = left < TICK_MS ? left : TICK_MS;

		nanosleep(&(struct timespec){.tv_nsec = (long)ms * 1000000}, NULL);
		r = lh_progress(w->invocation->ctx, "waiting for the next moment",
				w->every_ms - (left < w->every_ms ? left : w->every_ms), w->every_ms);
		if (r == 0)
			r = lh_process_check(w->invocation->ctx, &w->process);
	}
	return r;
}

static int take_next(struct watcher *w)
{
	struct lh_moment moment;
	int r = w->watch->taken ? wait_for_next(w) : 0;

	if (r == 0)
		r = take(w, &moment);
	if (r == 0)
		add(w, &moment);
	return r;
}

/* Two moments are an answer, whatever ended it. */
static int settle(struct watcher *w, int r)
{
	struct lh_ctx *ctx = w->invocation->ctx;
	_cleanup_free_ char *text = r < 0 ? strdup(lh_ctx_error(ctx)->text) : NULL;

	if (r == 0 || r == -LH_ENOMEM || !w->watch->taken)
		return r;
	if (!text)
		return lh_nomem(ctx);
	if (w->watch->taken < 2)
		return r == -LH_EINTR
			       ? r
			       : lh_fail(ctx, -r, "one moment was taken, and no other could be: %s", text);
	w->watch->interrupted = r == -LH_EINTR;
	if (!w->watch->interrupted)
		w->watch->ended = lh_take(text);
	return 0;
}

static int watch(struct watcher *w)
{
	struct lh_invocation *invocation = w->invocation;
	uint64_t pid = 0;
	int r;

	w->watch->wanted = LH_WATCH_COUNT;
	lh_invocation_number(invocation, "limit", &w->watch->wanted);
	lh_invocation_number(invocation, "pid", &pid);
	lh_option_time(lh_invocation_get(invocation, "watch"), &w->every_ms);
	r = lh_process_identify(invocation->ctx, pid, &w->process);
	w->begin_ms = now_ms();
	while (r == 0 && w->watch->taken < w->watch->wanted)
		r = take_next(w);
	return settle(w, r);
}

int lh_watch_open(struct lh_invocation *invocation, struct lh_target **ret_target, struct lh_heap **ret_heap)
{
	struct watcher w = {.invocation = invocation, .watch = lh_new0(struct lh_watch, 1)};
	int r = w.watch ? watch(&w) : lh_nomem(invocation->ctx);

	if (r < 0) {
		moment_fini(&w.last);
		lh_watch_free(w.watch);
		return r;
	}
	lh_watch_free(invocation->watch);
	invocation->watch = w.watch;
	*ret_target = w.last.target;
	*ret_heap = w.last.heap;
	return 0;
}
