/* SPDX-License-Identifier: Apache-2.0 */
/* Opening what an invocation names: its target and heap, and others that words of it name. */
#include "command/open.h"
#include "command/invocation.h"
#include "command/options.h"
#include "command/process.h"
#include "inventory/large_contents.h"
#include "layout/layout.h"
#include "target/held.h"
#include "target/running.h"
#include "target/uncopied.h"
#include "util/memory_left.h"
#include "util/parallel.h"

#include <stdlib.h>
#include <string.h>

/* Of a process that does nothing but make objects, on two processors, a fourth of the copies cannot be opened. */
#define RUNNING_TRIES 10

static enum lh_layout_source layout_of(const struct lh_invocation *invocation)
{
	const char *name = lh_invocation_get(invocation, "layout");

	for (size_t i = 0; name && lh_layout_source_names[i]; i++)
		if (strcmp(lh_layout_source_names[i], name) == 0)
			return (enum lh_layout_source)i;
	return LH_LAYOUT_AUTO;
}

static struct lh_target_options options_of(const struct lh_invocation *invocation)
{
	return (struct lh_target_options){
		.size = sizeof(struct lh_target_options),
		.exe = lh_invocation_get(invocation, "exe"),
		.sysroot = lh_invocation_get(invocation, "sysroot"),
		.debug_dir = lh_invocation_get(invocation, "debug-dir"),
	};
}

int lh_invocation_open_file(const struct lh_invocation *invocation, const char *path, struct lh_target **ret)
{
	struct lh_target_options options = options_of(invocation);

	return lh_target_open_core(invocation->ctx, path, &options, ret);
}

int lh_invocation_open_heap(const struct lh_invocation *invocation, struct lh_target *target,
			    struct lh_heap **ret)
{
	struct lh_heap_options options = {.size = sizeof(options), .layout = layout_of(invocation)};

	return lh_heap_open(target, &options, ret);
}

/* Smaller processes are copied as soon as they are looked through. */
#define WITHOUT_MIN ((uint64_t)256 << 20)

/* Contents of large objects, while the process runs. */
static int look(const struct lh_invocation *invocation, pid_t pid, struct lh_uncopied_list *ret)
{
	struct lh_target_options options = options_of(invocation);
	_cleanup_(lh_target_freep) struct lh_target *looked = NULL;
	_cleanup_(lh_heap_freep) struct lh_heap *heap = NULL;
	int r = lh_target_open_looked(invocation->ctx, pid, &options, &looked);

	if (r == 0)
		r = lh_invocation_open_heap(invocation, looked, &heap);
	return r == 0 ? lh_large_contents_find(heap, ret) : r;
}

/* What cannot be found is copied. Return: 0, -LH_EINTR, -LH_ENOMEM. */
static int find_contents(const struct lh_invocation *invocation, pid_t pid, struct lh_uncopied_list *ret)
{
	int r = look(invocation, pid, ret);

	for (int try = 1; r == -LH_ELAYOUT && try < RUNNING_TRIES; try++)
		r = look(invocation, pid, ret);
	if (r != 0)
		ret->count = 0;
	return r == -LH_EINTR || r == -LH_ENOMEM ? r : 0;
}

static int open_without(const struct lh_invocation *invocation, pid_t pid, struct lh_target **ret)
{
	struct lh_target_options options = options_of(invocation);
	struct lh_uncopied_list list = {0};
	int r = find_contents(invocation, pid, &list);

	if (r == 0)
		r = lh_target_open_without(invocation->ctx, pid, &options, &list, ret);
	free(list.all);
	return r;
}

/* Whether an option makes the command read more than it does without, or what is read a copy of all. */
static bool reads_all(const struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;

	if (lh_invocation_has(invocation, "no-stop"))
		return true;
	for (size_t i = 0; command->reads_all[i]; i++)
		if (lh_invocation_has(invocation, command->reads_all[i]))
			return true;
	return false;
}

/* To look through a process takes as much address space as it has: a limit would leave nothing for the copy. */
static bool may_be_looked_through(pid_t pid)
{
	return lh_status_bytes(pid, "RssAnon") >= WITHOUT_MIN && lh_data_left() == UINT64_MAX;
}

static int open_process(const struct lh_invocation *invocation, pid_t pid, struct lh_target **ret)
{
	struct lh_target_options options = options_of(invocation);

	return lh_invocation_has(invocation, "no-stop")
		       ? lh_target_open_running(invocation->ctx, pid, &options, ret)
		       : lh_target_open_process(invocation->ctx, pid, &options, ret);
}

/* Of the process that is asked about; @whole: a copy of all. */
static int open_asked(struct lh_invocation *invocation, uint64_t number, bool whole, struct lh_target **ret)
{
	const struct lh_command *command = invocation->command;
	struct lh_target_options options = options_of(invocation);
	bool all = whole || reads_all(invocation);
	pid_t pid;
	int r = lh_process_number(invocation->ctx, number, &pid);

	if (r < 0)
		return r;
	r = !all && command->reads_little
		    ? lh_target_open_held(invocation->ctx, pid, &options, ret, &invocation->held_ms)
		    : LH_ABSENT;
	if (r != LH_ABSENT)
		return r;
	return !all && command->reads_no_contents && may_be_looked_through(pid)
		       ? open_without(invocation, pid, ret)
		       : open_process(invocation, pid, ret);
}

static int open_target(struct lh_invocation *invocation, bool whole, struct lh_target **ret)
{
	uint64_t pid;

	if (invocation->target)
		return lh_invocation_open_file(invocation, invocation->target, ret);
	if (lh_invocation_number(invocation, "pid", &pid) != 0)
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: open the target: the caller must resolve --coredumpctl first",
			       invocation->command->name);
	return open_asked(invocation, pid, whole, ret);
}

bool lh_word_is_process(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

/* The file of a moment that the front end keeps as @word; else @word is a file itself. */
static const char *file_of(const struct lh_invocation *invocation, const char *word)
{
	for (size_t i = 0; i < invocation->moment_count; i++)
		if (strcmp(invocation->moments[i].name, word) == 0)
			return invocation->moments[i].path;
	return word;
}

int lh_invocation_open_word(const struct lh_invocation *invocation, const char *word, struct lh_target **ret)
{
	uint64_t number = UINT64_MAX; /* it stays so if @word is more than a number can be */
	pid_t pid;
	int r;

	if (!lh_word_is_process(word))
		return lh_invocation_open_file(invocation, file_of(invocation, word), ret);
	(void)lh_option_number(word, &number);
	r = lh_process_number(invocation->ctx, number, &pid);
	return r == 0 ? open_process(invocation, pid, ret) : r;
}

int lh_invocation_open_other(const struct lh_invocation *invocation, const char *option,
			     struct lh_target **ret)
{
	const char *name = lh_invocation_get(invocation, option);

	return name && *name ? lh_invocation_open_word(invocation, name, ret) : LH_ABSENT;
}

void lh_invocation_take_threads(const struct lh_invocation *invocation)
{
	uint64_t threads = 0;

	lh_invocation_number(invocation, "threads", &threads);
	invocation->ctx->threads = threads > LH_WORKERS_MAX ? LH_WORKERS_MAX : (unsigned)threads;
}

int lh_invocation_let_go(struct lh_invocation *invocation, struct lh_target *target)
{
	lh_target_let_go(target);
	invocation->held_ms = target->pause_ms;
	return LH_ABSENT;
}

static int open_once(struct lh_invocation *invocation, bool whole, struct lh_target **ret_target,
		     struct lh_heap **ret_heap)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	struct lh_heap *heap = NULL;
	int r = open_target(invocation, whole, &target);

	if (r != 0)
		return r;
	r = lh_invocation_open_heap(invocation, target, &heap);
	if (lh_target_missed(target)) {
		lh_heap_free(heap);
		return lh_invocation_let_go(invocation, target);
	}
	if (r != 0)
		return r;
	*ret_target = lh_take(target);
	*ret_heap = heap;
	return 0;
}

/* What CPython must have (lists of the collector that are rings) may only have been changed while it was read. */
int lh_invocation_open_as(struct lh_invocation *invocation, bool whole, struct lh_target **ret_target,
			  struct lh_heap **ret_heap)
{
	int r = open_once(invocation, whole, ret_target, ret_heap);

	for (int try = 1; r == -LH_ELAYOUT && lh_invocation_has(invocation, "no-stop") && try < RUNNING_TRIES;
	     try++)
		r = open_once(invocation, whole, ret_target, ret_heap);
	return r;
}
