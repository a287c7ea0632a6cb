/* SPDX-License-Identifier: Apache-2.0 */
/* py-heap COMMAND TARGET [options]: find the command, open the target, run, write the answer. */
#include "cli.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

struct session {
	struct lh_ctx *ctx;
	struct lh_invocation *invocation;
	struct lh_target *target;
	struct lh_heap *heap;
	struct lh_result *result;
	int coredump; /* what --coredumpctl found, if it is not a file; -1 */
};

static void session_fini(struct session *session)
{
	lh_result_free(session->result);
	lh_heap_free(session->heap);
	lh_target_free(session->target);
	lh_invocation_free(session->invocation);
	lh_ctx_free(session->ctx);
	if (session->coredump >= 0)
		close(session->coredump);
}

static void freep(char **p)
{
	free(*p);
}

static void print_warnings(const struct session *session)
{
	_cleanup_(freep) char *text = NULL;

	if (lh_invocation_get(session->invocation, "quiet") ||
	    lh_result_warnings(session->result, &text) != 0)
		return;
	fputs(text, stderr);
}

/* Return: 0, or -1 with errno set. */
static int print(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -1;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* The file of a command that writes one itself may be standard output. */
static int place_of_answer(const struct lh_command *command, const char *output)
{
	return lh_command_writes_file(command) && output && strcmp(output, "-") == 0 ? STDERR_FILENO
										     : STDOUT_FILENO;
}

static int write_answer(struct session *session, const struct lh_command *command)
{
	const char *output = lh_invocation_get(session->invocation, "output"),
		   *path = lh_command_writes_file(command) ? NULL : output;
	_cleanup_(freep) char *text = NULL;
	char target[4096];
	struct lh_style style = cli_style(session->invocation, target, sizeof(target));
	size_t len;

	if (lh_result_format(session->result, &style, &text, &len) != 0)
		return cli_failed(session->ctx);
	cli_unwatch(session->ctx);
	signal(SIGPIPE, SIG_IGN); /* a reader that left ("| head") is not a failure worth a message */
	if (path && lh_write_file(session->ctx, path, text, len) != 0)
		return cli_failed(session->ctx);
	if (!path && print(place_of_answer(command, output), text, len) != 0 && errno != EPIPE) {
		fprintf(stderr, CLI_NAME ": write stdout: %s\n", strerror(errno));
		return CLI_FAILED;
	}
	print_warnings(session);
	if (lh_command_takes_target(command) &&
	    (isatty(STDOUT_FILENO) || isatty(STDERR_FILENO))) /* somebody is there who may type on */
		lh_invocation_remember(session->invocation, session->result);
	return lh_result_status(session->result);
}

#define LINES_MAX 1024

/* Whether a message was printed before: files are looked for more than once. */
static bool was_said(const char *text)
{
	static uint64_t said[LINES_MAX];
	static size_t count;
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	for (size_t i = 0; i < count; i++)
		if (said[i] == hash)
			return true;
	if (count < LINES_MAX)
		said[count++] = hash;
	return false;
}

static void log_line(int level, const char *text, void *arg)
{
	if (was_said(text))
		return;
	fprintf(stderr, CLI_NAME ": %s\n", text);
}

/* Whether @word, which is not a file, is the number of a process. */
static bool is_pid(const char *word)
{
	size_t digits = word ? strspn(word, "0123456789") : 0;

	return digits && digits < 10 && !word[digits] && access(word, F_OK) < 0 &&
	       (kill((pid_t)atoi(word), 0) == 0 || errno == EPERM);
}

static int run_command(struct session *session, const struct lh_command *command, int argc,
		       const char *const *argv)
{
	int status, r = lh_invocation_new(session->ctx, command, argc, argv, true, &session->invocation);

	if (r != 0)
		return cli_failed(session->ctx);
	if (lh_invocation_get(session->invocation, "help"))
		return cli_help(session->ctx, lh_command_name(command));
	if (lh_invocation_get(session->invocation, "verbose"))
		lh_ctx_set_log(session->ctx, log_line, NULL);
	cli_watch(session->ctx, session->invocation);
	status = cli_find_coredump(session->ctx, session->invocation, &session->coredump);
	if (status != CLI_DONE)
		return status;
	r = lh_invocation_confine(session->invocation);
	if (r == 0 && lh_command_takes_target(command))
		r = lh_invocation_open(session->invocation, &session->target, &session->heap);
	if (r != 0 && is_pid(lh_invocation_get(session->invocation, "target")))
		return cli_meant_pid(session->ctx, argc, argv, lh_command_name(command));
	if (r == 0)
		r = lh_invocation_run(session->invocation, session->heap, &session->result);
	if (r != 0) {
		cli_unwatch(session->ctx);
		return cli_failed(session->ctx);
	}
	return write_answer(session, command);
}

static bool is_option(const char *word, const char *option, const char *letter)
{
	return strcmp(word, option) == 0 || strcmp(word, letter) == 0;
}

static int dispatch(struct session *session, int argc, const char *const *argv)
{
	const char *word = argc > 1 ? argv[1] : "help";
	const struct lh_command *command;

	if (strcmp(word, "--complete") == 0)
		return cli_complete(session->ctx, argc - 2, argv + 2);
	if (is_option(word, "--version", "-V")) {
		printf(CLI_NAME " %s\n", lh_version());
		return CLI_DONE;
	}
	if (strcmp(word, "help") == 0 || is_option(word, "--help", "-h"))
		return argc > 2 ? cli_help(session->ctx, argv[2]) : cli_overview();
	command = lh_command_find(word);
	if (!command)
		return cli_misplaced(argc - 1, argv + 1);
	return run_command(session, command, argc - 2, argv + 2);
}

/* How messages of the library name what a user of the shell can do. */
static const char *const hints[] = {
	[LH_HINT_EXE] = "--exe",
	[LH_HINT_SYSROOT] = "--sysroot",
	[LH_HINT_DEBUG_DIR] = "--debug-dir",
	[LH_HINT_OBJECT] = "'object'",
	[LH_HINT_VALUE] = "--value",
	[LH_HINT_ALL_ROWS] = "--limit 0",
	[LH_HINT_ALL_LINES] = "--no-fold",
	[LH_HINT_ALL_COLUMNS] = "-f json",
};

int main(int argc, char **argv)
{
	_cleanup_(session_fini) struct session session = {.coredump = -1};
	int status;

	setlocale(LC_CTYPE, "");
	cli_expect_shrinking();
	if (lh_ctx_new(&session.ctx) != 0) {
		fputs(CLI_NAME ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	lh_ctx_set_hints(session.ctx, hints, sizeof(hints) / sizeof(*hints));
	lh_ctx_set_memory(session.ctx, 0); /* the one question is the last */
	status = dispatch(&session, argc, (const char *const *)argv);
	if (fflush(stdout) != 0 && errno != EPIPE) {
		fprintf(stderr, CLI_NAME ": write stdout: %s\n", strerror(errno));
		return CLI_FAILED;
	}
	return status;
}
