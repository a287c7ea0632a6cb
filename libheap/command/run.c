/* SPDX-License-Identifier: Apache-2.0 */
/* Running an invocation: its words and options, its result. */
#include "command/findings.h"
#include "command/invocation.h"
#include "command/open.h"
#include "command/options.h"
#include "command/watch.h"
#include "result/result_impl.h"
#include "target/held.h"

#include <string.h>

static int set_text(struct lh_invocation *invocation, char **text, const char *to)
{
	char *copy = strdup(to);

	if (!copy)
		return lh_nomem(invocation->ctx);
	free(*text);
	*text = copy;
	return 0;
}

int lh_invocation_set_target(struct lh_invocation *invocation, const char *path)
{
	return set_text(invocation, &invocation->target, path);
}

int lh_invocation_expect_more(struct lh_invocation *invocation, const char *folder)
{
	invocation->more = true;
	return folder ? set_text(invocation, &invocation->folder, folder) : 0;
}

int lh_invocation_open(struct lh_invocation *invocation, struct lh_target **ret_target,
		       struct lh_heap **ret_heap)
{
	int r;

	lh_invocation_take_threads(invocation);
	if (lh_invocation_has(invocation, "watch"))
		return lh_watch_open(invocation, ret_target, ret_heap);
	r = lh_invocation_open_as(invocation, invocation->more, ret_target, ret_heap);
	return r == LH_ABSENT ? lh_invocation_open_as(invocation, true, ret_target, ret_heap) : r;
}

/* The result outlives the invocation and the heap's strings may not. */
static int describe(struct lh_result *result, const struct lh_heap *heap)
{
	struct lh_heap_description *target = &result->target;
	int r = lh_heap_describe(heap, target);

	if (r < 0)
		return r;
	if (target->path && !(target->path = lh_result_keep(result, target->path)))
		return lh_nomem(result->ctx);
	return 0;
}

static int take_options(struct lh_result *result, const struct lh_invocation *invocation)
{
	const char *format = lh_invocation_get(invocation, "format");
	const char *sort = lh_invocation_get(invocation, "sort");
	uint64_t limit = 0;

	if (format)
		result->format = strcmp(format, "json") == 0  ? LH_FORMAT_JSON
				 : strcmp(format, "csv") == 0 ? LH_FORMAT_CSV
							      : LH_FORMAT_TEXT;
	/* Who watches says by it how many moments. */
	result->limited = !lh_invocation_has(invocation, "watch") &&
			  lh_invocation_number(invocation, "limit", &limit) == 0;
	result->limit = limit;
	if (sort && !(result->sort = lh_result_keep(result, sort)))
		return lh_nomem(result->ctx);
	return 0;
}

/* A core holds secrets: contents are left out of a file that others will see, and may be left out of an answer, once or always. */
static bool hides_values(const struct lh_invocation *invocation)
{
	const char *always = secure_getenv("PYHEAP_VALUES");

	if (lh_invocation_has(invocation, "values"))
		return false;
	return invocation->command->writes_file || lh_invocation_has(invocation, "no-values") ||
	       (always && strcmp(always, "off") == 0);
}

void lh_invocation_hide_values(const struct lh_invocation *invocation, struct lh_heap *heap)
{
	heap->hide_values = heap->target->blanked || hides_values(invocation);
}

/* What asking cost a process that others may be waiting for. */
static int note_pause(struct lh_result *result, double ms)
{
	if (ms <= 0)
		return 0;
	return ms < 1000 ? lh_result_note(result, "The process was stopped for %" PRIu64 " ms.",
					  (uint64_t)ms + 1)
			 : lh_result_note(result, "The process was stopped for %.1f s.", ms / 1000);
}

/* What a snapshot does not have is not what the program had. */
static int tell_blanks(const struct lh_invocation *invocation, const struct lh_heap *heap, uint64_t redacted,
		       struct lh_result *result)
{
	if (!heap->target->blanked)
		return 0;
	if (lh_invocation_has(invocation, "values"))
		return lh_result_warn(
			result, "contents-blanked", NULL,
			"contents were blanked when this snapshot was written: --values has nothing to show");
	if (lh_invocation_has(invocation, "key")) {
		lh_result_incomplete(result);
		return lh_result_warn(
			result, "contents-blanked", NULL,
			"keys that are no names of code are blanked in this snapshot: they are not found");
	}
	return redacted == heap->redacted
		       ? 0
		       : lh_result_note(result, "Contents of strings, bytes and numbers are blanked in "
						"this snapshot.");
}

/* Return: LH_ABSENT: the process was let go before all was read; as run(). */
static int ask_heap(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	uint64_t redacted = heap->redacted;
	int r;

	lh_invocation_hide_values(invocation, heap);
	lh_heap_ask(heap);
	r = describe(result, heap);
	if (r == 0)
		r = invocation->command->run(invocation, heap, result);
	if (r == 0)
		r = tell_blanks(invocation, heap, redacted, result);
	heap->hide_values = heap->target->blanked; /* typed answers (libheap.h) have all contents */
	if (r == 0)
		r = lh_result_missing(result, heap);
	if (!lh_target_let_go(heap->target) && r != -LH_EINTR)
		return lh_invocation_let_go(invocation, heap->target);
	return r == 0 ? note_pause(result, heap->target->pause_ms + invocation->held_ms) : r;
}

static int run_once(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result **ret)
{
	_cleanup_(lh_result_freep) struct lh_result *result = NULL;
	int r = lh_result_new(invocation->ctx, invocation->command->name, &result);

	lh_ctx_begin(invocation->ctx);
	lh_invocation_take_threads(invocation);
	if (r == 0)
		r = take_options(result, invocation);
	if (r == 0)
		r = lh_command_has_heap(invocation->command)
			    ? ask_heap(invocation, heap, result)
			    : invocation->command->run(invocation, NULL, result);
	if (r == 0)
		r = lh_result_finish(result);
	/* What was found wrong because memory ran out (a type without its name) may be right. */
	if (r != -LH_EINTR && lh_ctx_finish(invocation->ctx) < 0)
		r = -LH_ENOMEM;
	if (r != 0)
		return r;
	*ret = lh_take(result);
	return 0;
}

/* It took longer to read little than a process may be held for: all is copied. */
static int run_on_copy(struct lh_invocation *invocation, struct lh_result **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	_cleanup_(lh_heap_freep) struct lh_heap *heap = NULL;
	int r = lh_invocation_open_as(invocation, true, &target, &heap);

	return r == 0 ? run_once(invocation, heap, ret) : r;
}

int lh_invocation_run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result **ret)
{
	int r;

	if (lh_invocation_has(invocation, "help")) /* then the words were not looked at */
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: --help asks for its help, not for an answer",
			       invocation->command->name);
	r = run_once(invocation, heap, ret);
	return r == LH_ABSENT && heap ? run_on_copy(invocation, ret) : r;
}
