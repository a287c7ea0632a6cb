/* SPDX-License-Identifier: Apache-2.0 */
/* Running an invocation: its words and options, its target and heap, its result. */
#include "command/findings.h"
#include "command/invocation.h"
#include "command/options.h"
#include "result/result_impl.h"
#include "target/held.h"
#include "util/parallel.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

const char *lh_invocation_get(const struct lh_invocation *invocation, const char *option)
{
	int index = lh_option_index(invocation->command, option, 0);

	if (index >= 0)
		return invocation->values ? invocation->values[index] : NULL;
	return strcmp(option, "target") == 0 ? invocation->target : NULL;
}

bool lh_invocation_has(const struct lh_invocation *invocation, const char *option)
{
	return lh_invocation_get(invocation, option) != NULL;
}

struct lh_ctx *lh_invocation_ctx(const struct lh_invocation *invocation)
{
	return invocation->ctx;
}

const char *lh_invocation_arg(const struct lh_invocation *invocation, size_t index)
{
	return index < invocation->arg_count ? invocation->args[index] : NULL;
}

int lh_invocation_number(const struct lh_invocation *invocation, const char *option, uint64_t *ret)
{
	const char *value = lh_invocation_get(invocation, option);

	return value ? lh_option_number(value, ret) : LH_ABSENT;
}

/* Debuggers print addresses without 0x, so letters mean hexadecimal too. */
static int parse_address(struct lh_ctx *ctx, const struct lh_invocation *invocation, const char *word,
			 uint64_t *ret)
{
	bool hex = word && (strncasecmp(word, "0x", 2) == 0 || strpbrk(word, "abcdefABCDEF"));
	char *end = NULL;
	uint64_t value;

	errno = 0;
	value = word && isxdigit((unsigned char)*word) ? strtoull(word, &end, hex ? 16 : 10) : 0;
	if (!end || *end || errno)
		return lh_fail(ctx, LH_EUSAGE, "%s: '%s' is not an address (0x7f..., or decimal)",
			       invocation->command->name, word ? word : "");
	*ret = value;
	return 0;
}

int lh_invocation_address(struct lh_ctx *ctx, const struct lh_invocation *invocation, size_t index,
			  uint64_t *ret)
{
	return parse_address(ctx, invocation, lh_invocation_arg(invocation, index), ret);
}

int lh_invocation_option_address(struct lh_ctx *ctx, const struct lh_invocation *invocation,
				 const char *option, uint64_t *ret)
{
	const char *word = lh_invocation_get(invocation, option);

	return word ? parse_address(ctx, invocation, word, ret) : 0;
}

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

static int open_process(const struct lh_invocation *invocation, uint64_t pid, struct lh_target **ret)
{
	struct lh_target_options options = options_of(invocation);

	if (pid == 0 || pid > INT32_MAX)
		return lh_fail(invocation->ctx, LH_ESRCH, "no process has the id %" PRIu64, pid);
	return lh_target_open_process(invocation->ctx, (pid_t)pid, &options, ret);
}

static bool reads_little(const struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;

	for (size_t i = 0; command->reads_all[i]; i++)
		if (lh_invocation_has(invocation, command->reads_all[i]))
			return false;
	return command->reads_little;
}

/* Of the process that is asked about; @whole: a copy of all. */
static int open_asked(struct lh_invocation *invocation, uint64_t pid, bool whole, struct lh_target **ret)
{
	struct lh_target_options options = options_of(invocation);
	int r = LH_ABSENT;

	if (!whole && pid <= INT32_MAX && reads_little(invocation))
		r = lh_target_open_held(invocation->ctx, (pid_t)pid, &options, ret, &invocation->held_ms);
	return r == LH_ABSENT ? open_process(invocation, pid, ret) : r;
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

int lh_invocation_open_word(const struct lh_invocation *invocation, const char *word, struct lh_target **ret)
{
	uint64_t pid = UINT64_MAX;

	if (!lh_word_is_process(word))
		return lh_invocation_open_file(invocation, word, ret);
	(void)lh_option_number(word,
			       &pid); /* there are at least that many if it is more than a number can be */
	return open_process(invocation, pid, ret);
}

int lh_invocation_open_other(const struct lh_invocation *invocation, const char *option,
			     struct lh_target **ret)
{
	const char *name = lh_invocation_get(invocation, option);

	return name && *name ? lh_invocation_open_word(invocation, name, ret) : LH_ABSENT;
}

static void take_threads(const struct lh_invocation *invocation)
{
	uint64_t threads = 0;

	lh_invocation_number(invocation, "threads", &threads);
	invocation->ctx->threads = threads > LH_WORKERS_MAX ? LH_WORKERS_MAX : (unsigned)threads;
}

/* Nothing that was found is to be believed. */
static int let_go_early(struct lh_invocation *invocation, struct lh_target *target)
{
	lh_target_let_go(target);
	invocation->held_ms = target->pause_ms;
	return LH_ABSENT;
}

static int open_both(struct lh_invocation *invocation, bool whole, struct lh_target **ret_target,
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
		return let_go_early(invocation, target);
	}
	if (r != 0)
		return r;
	*ret_target = lh_take(target);
	*ret_heap = heap;
	return 0;
}

int lh_invocation_open(struct lh_invocation *invocation, struct lh_target **ret_target,
		       struct lh_heap **ret_heap)
{
	int r;

	take_threads(invocation);
	r = open_both(invocation, invocation->more, ret_target, ret_heap);
	return r == LH_ABSENT ? open_both(invocation, true, ret_target, ret_heap) : r;
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
	result->limited = lh_invocation_number(invocation, "limit", &limit) == 0;
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

	heap->hide_values = heap->target->blanked || hides_values(invocation);
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
		return let_go_early(invocation, heap->target);
	return r == 0 ? note_pause(result, heap->target->pause_ms + invocation->held_ms) : r;
}

static int run_once(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result **ret)
{
	_cleanup_(lh_result_freep) struct lh_result *result = NULL;
	int r = lh_result_new(invocation->ctx, invocation->command->name, &result);

	lh_ctx_begin(invocation->ctx);
	take_threads(invocation);
	if (r == 0)
		r = take_options(result, invocation);
	if (r == 0)
		r = invocation->command->words ? invocation->command->run(invocation, NULL, result)
					       : ask_heap(invocation, heap, result);
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
	int r = open_both(invocation, true, &target, &heap);

	return r == 0 ? run_once(invocation, heap, ret) : r;
}

int lh_invocation_run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result **ret)
{
	int r = run_once(invocation, heap, ret);

	return r == LH_ABSENT && heap ? run_on_copy(invocation, ret) : r;
}
