/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holding a process while little of it is read.
 *
 * What is done meanwhile may wait: for a server that has debug files, for a terminal. So the process is stopped by a thread that does
 * nothing else (the system wants the thread that has stopped it to let go of it), and that does so when its time is over, whatever
 * the others do. Nothing is read after that, for it would be of another moment: who asked has to begin again.
 */
#include "target/live_hold.h"
#include "target/live.h"
#include "util/array.h"

#include <pthread.h>
#include <time.h>

#define LOOK_MS 50 /* how often an interrupt is looked for while threads are being stopped */

enum state { STOPPING, HELD, FREE };

struct lh_hold {
	struct lh_target *target;
	unsigned most_ms;
	struct lh_ctx ctx; /* the keeper's, for what goes wrong */
	pthread_t keeper;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t changed;
	struct timespec end; /* of its time */
	enum state state;
	bool enough;  /* the keeper shall let go of it */
	bool refused; /* a read came too late */
	bool joined;
	int r; /* of stopping it */
};

static struct timespec after(unsigned ms)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_nsec += (long)(ms % 1000) * 1000000;
	ts.tv_sec += ms / 1000 + ts.tv_nsec / 1000000000;
	ts.tv_nsec %= 1000000000;
	return ts;
}

static void set_state(struct lh_hold *hold, enum state state)
{
	hold->state = state;
	pthread_cond_broadcast(&hold->changed);
}

/* Until somebody says that it is enough, or its time is over. */
static void keep(struct lh_hold *hold)
{
	pthread_mutex_lock(&hold->lock);
	hold->end = after(hold->most_ms);
	set_state(hold, HELD);
	while (hold->r == 0 && !hold->enough &&
	       pthread_cond_timedwait(&hold->changed, &hold->lock, &hold->end) == 0)
		;
	set_state(hold, FREE);
	pthread_mutex_unlock(&hold->lock);
}

static void *keeper_main(void *arg)
{
	struct lh_hold *hold = arg;
	struct lh_stop stop = {.ctx = &hold->ctx, .pid = hold->target->pid};

	hold->r = lh_stop_all(&stop);
	if (hold->r == 0)
		hold->r = lh_stop_registers(&stop, hold->target);
	keep(hold);
	lh_stop_release(&stop);
	hold->target->pause_ms = lh_stop_ms(&stop);
	return NULL;
}

/* An interrupt is the user's: it ends the wait for a thread that does not stop. */
static int wait_until_held(struct lh_hold *hold)
{
	int r = 0;

	pthread_mutex_lock(&hold->lock);
	while (hold->state == STOPPING) {
		struct timespec end = after(LOOK_MS);

		pthread_cond_timedwait(&hold->changed, &hold->lock, &end);
		if (r == 0 && (r = lh_progress(hold->target->ctx, "stopping threads", 0, 0)) < 0)
			lh_ctx_interrupt(&hold->ctx);
	}
	pthread_mutex_unlock(&hold->lock);
	if (r == 0 && hold->r < 0)
		r = lh_fail(hold->target->ctx, -hold->r, "%s", hold->ctx.text);
	return r;
}

static struct lh_hold *make(struct lh_target *target, unsigned most_ms)
{
	struct lh_hold *hold = lh_new0(struct lh_hold, 1);
	pthread_condattr_t attr;

	if (!hold)
		return NULL;
	*hold = (struct lh_hold){.target = target, .most_ms = most_ms};
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&hold->changed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&hold->lock, NULL);
	return hold;
}

int lh_hold_new(struct lh_target *target, unsigned most_ms, struct lh_hold **ret)
{
	struct lh_hold *hold = make(target, most_ms);
	int r;

	if (!hold)
		return lh_nomem(target->ctx);
	hold->joined = pthread_create(&hold->keeper, NULL, keeper_main, hold) != 0;
	r = hold->joined ? LH_ABSENT : wait_until_held(hold);
	if (r != 0)
		lh_hold_free(hold);
	else
		*ret = hold;
	return r;
}

static bool is_over(const struct lh_hold *hold)
{
	struct timespec now = after(0);

	return now.tv_sec > hold->end.tv_sec ||
	       (now.tv_sec == hold->end.tv_sec && now.tv_nsec >= hold->end.tv_nsec);
}

bool lh_hold_enter(struct lh_hold *hold)
{
	pthread_mutex_lock(&hold->lock);
	/* One read after another would keep the lock from the keeper. */
	if (hold->state == HELD && !is_over(hold))
		return true;
	hold->refused = true;
	pthread_mutex_unlock(&hold->lock);
	return false;
}

void lh_hold_leave(struct lh_hold *hold)
{
	pthread_mutex_unlock(&hold->lock);
}

void lh_hold_let_go(struct lh_hold *hold)
{
	if (!hold->joined) {
		pthread_mutex_lock(&hold->lock);
		hold->enough = true;
		pthread_cond_broadcast(&hold->changed);
		pthread_mutex_unlock(&hold->lock);
		pthread_join(hold->keeper, NULL);
		hold->joined = true;
	}
}

bool lh_hold_refused(struct lh_hold *hold)
{
	bool refused;

	pthread_mutex_lock(&hold->lock);
	refused = hold->refused;
	pthread_mutex_unlock(&hold->lock);
	return refused;
}

struct lh_hold *lh_hold_free(struct lh_hold *hold)
{
	if (!hold)
		return NULL;
	lh_hold_let_go(hold);
	pthread_mutex_destroy(&hold->lock);
	pthread_cond_destroy(&hold->changed);
	free(hold);
	return NULL;
}
