/* SPDX-License-Identifier: Apache-2.0 */
/* A process that is read while it runs: how much it did meanwhile says how far the copy can be believed. */
#include "target/live.h"
#include "target/running.h"

#include <time.h>

/* Of all threads, those that have ended among them; 0: not known. */
static double used_ms(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &ts) != 0)
		return 0;
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* How many mappings are not what they were when the copy began: gone, come, grown. Return: -LH_E*. */
static int count_changed(struct lh_target *target, size_t *ret)
{
	_cleanup_(lh_vmas_fini) struct lh_vmas now = {0};
	int r = lh_vmas_read(target, &now);
	size_t same = 0;

	for (size_t i = 0; i < now.count; i++) {
		const struct lh_mapping *m = lh_target_mapping(target, now.all[i].map.start);

		same += m && m->start == now.all[i].map.start && m->end == now.all[i].map.end;
	}
	*ret = (now.count > target->mapping_count ? now.count : target->mapping_count) - same;
	return r;
}

int lh_target_open_running(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   struct lh_target **ret)
{
	struct lh_target_options running = *options;
	double before = used_ms(pid);
	struct lh_target *target;
	int r;

	running.stopped = true; /* nothing is done to it */
	r = lh_target_open_process(ctx, pid, &running, &target);
	if (r < 0)
		return r;
	target->stopped = false;
	target->running = (struct lh_running){.is = true, .used_ms = used_ms(pid) - before};
	r = count_changed(target, &target->running.changed);
	if (r == -LH_ENOMEM || r == -LH_EINTR) {
		lh_target_free(target);
		return r;
	}
	*ret = target;
	return 0;
}
