/* SPDX-License-Identifier: Apache-2.0 */
/* A question from its words to its answer: parse, open what they name, run, write. */
#include "cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

void cli_session_fini(struct cli_session *session)
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

static void print_warnings(const struct cli_session *session)
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

static struct lh_style style_of(const struct cli_session *session, char *target, size_t size)
{
	struct lh_style style = cli_style(session->invocation, target, size);

	if (session->prompting) {
		style.prefix = style.target = "";
		style.numbers = true;
	}
	return style;
}

/* The file of a command that writes one itself may be standard output. */
static int place_of_answer(const struct lh_command *command, const char *output)
{
	return lh_command_writes_file(command) && output && strcmp(output, "-") == 0 ? STDERR_FILENO
										     : STDOUT_FILENO;
}

static int write_answer(struct cli_session *session)
{
	const struct lh_command *command = session->command;
	const char *output = lh_invocation_get(session->invocation, "output"),
		   *path = lh_command_writes_file(command) ? NULL : output;
	_cleanup_(freep) char *text = NULL;
	char target[4096];
	struct lh_style style = style_of(session, target, sizeof(target));
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

#define LEVEL_NOTICE 5 /* what somebody waits for */

static bool verbose; /* all else is printed, too */

static void log_line(int level, const char *text, void *arg)
{
	if ((level != LEVEL_NOTICE && !verbose) || was_said(text))
		return;
	cli_clear_progress();
	fprintf(stderr, CLI_NAME ": %s\n", text);
}

int cli_session_parse(struct cli_session *session, const struct lh_command *command, int argc,
		      const char *const *argv)
{
	session->invocation = lh_invocation_free(session->invocation);
	session->command = command;
	if (lh_invocation_new(session->ctx, command, argc, argv, !session->prompting, &session->invocation) !=
	    0)
		return cli_failed(session->ctx);
	if (lh_invocation_get(session->invocation, "help"))
		return cli_help(session->ctx, lh_command_name(command), session->prompting);
	verbose = lh_invocation_get(session->invocation, "verbose");
	lh_ctx_set_log(session->ctx, lh_invocation_get(session->invocation, "quiet") ? NULL : log_line, NULL);
	return CLI_GO_ON;
}

/* Whether @word, which is not a file, is the number of a process. */
static bool is_pid(const char *word)
{
	size_t digits = word ? strspn(word, "0123456789") : 0;

	return digits && digits < 10 && !word[digits] && access(word, F_OK) < 0 &&
	       (kill((pid_t)atoi(word), 0) == 0 || errno == EPERM);
}

int cli_session_open(struct cli_session *session, bool more, const char *folder)
{
	const char *target;
	int r, status;

	cli_watch(session->ctx, session->invocation);
	status = cli_find_coredump(session->ctx, session->invocation, &session->coredump);
	if (status != CLI_DONE)
		return status;
	r = more ? lh_invocation_expect_more(session->invocation, folder) : 0;
	if (r == 0)
		r = lh_invocation_confine(session->invocation);
	if (r == 0 && lh_command_takes_target(session->command))
		r = lh_invocation_open(session->invocation, &session->target, &session->heap);
	if (r == 0)
		return CLI_GO_ON;
	cli_unwatch(session->ctx);
	target = lh_invocation_get(session->invocation, "target");
	return is_pid(target) ? cli_meant_pid(session->ctx, session->command, target)
			      : cli_failed(session->ctx);
}

int cli_session_ask(struct cli_session *session)
{
	session->result = lh_result_free(session->result);
	cli_watch(session->ctx, session->invocation);
	if (lh_invocation_run(session->invocation, session->heap, &session->result) == 0)
		return write_answer(session);
	cli_unwatch(session->ctx);
	return cli_failed(session->ctx);
}
