/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While work goes on: one line on stderr that rewrites itself, and ^C.
 *
 * The first ^C asks libheap to stop, which undoes what must be undone (a stopped process runs on); the
 * handler is then reset, so that a second one kills us.
 */
#include "cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 1000

static struct lh_ctx *volatile watched;
static struct timespec started;
static volatile bool shown;
static bool enabled;
static bool survives; /* ^C ends questions alone */

static void on_interrupt(int number)
{
	struct lh_ctx *ctx = watched;

	if (ctx)
		lh_ctx_interrupt(ctx);
}

static long elapsed_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - started.tv_sec) * 1000 + (now.tv_nsec - started.tv_nsec) / 1000000;
}

static int on_progress(const struct lh_progress *progress, void *arg)
{
	if (!enabled || elapsed_ms() < PATIENCE_MS)
		return 0;
	if (progress->total)
		fprintf(stderr, "\r\033[K%s: %d%%", progress->phase,
			(int)(100.0 * (double)progress->done / (double)progress->total));
	else
		fprintf(stderr, "\r\033[K%s: %llu", progress->phase, (unsigned long long)progress->done);
	fflush(stderr);
	shown = true;
	return 0;
}

static bool wants_progress(const struct lh_invocation *invocation)
{
	const char *when = lh_invocation_get(invocation, "progress");

	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "on") == 0;
	return !lh_invocation_get(invocation, "quiet") && isatty(STDERR_FILENO);
}

void cli_watch(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

	if (!watched)
		clock_gettime(CLOCK_MONOTONIC, &started);
	enabled = wants_progress(invocation);
	watched = ctx;
	lh_ctx_set_progress(ctx, on_progress, NULL);
	sigaction(SIGINT, &action, NULL);
}

bool cli_progress_shown(void)
{
	return shown;
}

void cli_clear_progress(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}

void cli_unwatch(struct lh_ctx *ctx)
{
	cli_clear_progress();
	lh_ctx_set_progress(ctx, NULL, NULL);
	signal(SIGINT, survives ? SIG_IGN : SIG_DFL);
	watched = NULL;
}

void cli_survive_interrupts(void)
{
	survives = true;
	signal(SIGINT, SIG_IGN);
}
