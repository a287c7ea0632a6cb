/* SPDX-License-Identifier: Apache-2.0 */
#include "util/background.h"

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

int lh_background_finish(struct lh_background *b, struct lh_ctx *ctx)
{
	join(b);
	return b->result < 0 ? lh_fail(ctx, -b->result, "%s", b->ctx.text) : b->result;
}

void lh_background_stop(struct lh_background *b)
{
	lh_ctx_interrupt(&b->ctx);
	join(b);
}
