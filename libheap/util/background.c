/* SPDX-License-Identifier: Apache-2.0 */
#include "util/background.h"

#include <time.h>

#define NS_PER_S 1000000000
#define MOMENT_NS (NS_PER_S / 20)

static void *thread_main(void *arg)
{
	struct lh_background *b = arg;

	b->result = b->run(b->arg, &b->ctx);
	return NULL;
}

void lh_background_start(struct lh_background *b, int (*run)(void *arg, struct lh_ctx *ctx), void *arg)
{
	b->run = run;
	b->arg = arg;
	b->runs = pthread_create(&b->thread, NULL, thread_main, b) == 0;
	if (!b->runs)
		thread_main(b);
}

static void join(struct lh_background *b)
{
	if (b->runs)
		pthread_join(b->thread, NULL);
	b->runs = false;
}

/* Return: whether it has ended, within a moment in which ^C can wait. */
static bool has_ended(struct lh_background *b)
{
	struct timespec until;

	if (!b->runs)
		return true;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += MOMENT_NS;
	until.tv_sec += until.tv_nsec / NS_PER_S;
	until.tv_nsec %= NS_PER_S;
	b->runs = pthread_timedjoin_np(b->thread, NULL, &until) != 0;
	return !b->runs;
}

int lh_background_finish(struct lh_background *b, struct lh_ctx *ctx, const char *phase)
{
	while (!has_ended(b)) {
		int r = lh_progress(ctx, phase, 0, 1);

		if (r < 0) {
			lh_background_stop(b);
			return r;
		}
	}
	return b->result < 0 ? lh_fail(ctx, -b->result, "%s", b->ctx.text) : b->result;
}

void lh_background_stop(struct lh_background *b)
{
	lh_ctx_interrupt(&b->ctx);
	join(b);
}
