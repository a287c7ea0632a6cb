/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the py-heap executable. It knows terminals, files and signals; libheap knows the rest. */
#ifndef CLI_H
#define CLI_H

#include "libheap-command.h"

#define CLI_NAME "py-heap"

/* Exit status, an interface for scripts. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_FOUND = 3, CLI_INTERRUPTED = 130 };

#define CLI_GO_ON (-1) /* nothing has ended the run: not an exit status */

/** struct cli_session - a target, and the question that is asked of it */
struct cli_session {
	struct lh_ctx *ctx;
	const struct lh_command *command;
	struct lh_invocation *invocation;
	struct lh_target *target;
	struct lh_heap *heap;
	struct lh_result *result;
	int coredump;   /* what --coredumpctl found, if it is not a file; -1 */
	bool prompting; /* questions do not name the target */
};

/*
 * session.c: what a question is about, open it, and write the answer.
 * @more: other questions follow; @folder: their answers may be written to files below it; NULL: to none
 * Return: an exit status; of the first two, CLI_GO_ON: it is to be opened, or asked.
 */
int cli_session_parse(struct cli_session *session, const struct lh_command *command, int argc,
		      const char *const *argv);
int cli_session_open(struct cli_session *session, bool more, const char *folder);
int cli_session_ask(struct cli_session *session);
void cli_session_fini(struct cli_session *session);

/* prompt.c: whether words without a command name a target; ask one question after the other of it. Return: exit status. */
bool cli_names_target(int argc, const char *const *argv);
int cli_prompt(struct cli_session *session, int argc, const char *const *argv);
/* serve.c: commands as tools for another program, until standard input ends. Return: exit status. */
int cli_serve(struct cli_session *session, int argc, const char *const *argv);

/* browse.c: lists of what keeps memory alive, on the whole terminal. Return: exit status. */
int cli_browse(struct cli_session *session, int argc, const char *const *argv);
/* browse.c: the terminal as it was, if such a list is shown, before the process ends. Async-signal-safe. */
void cli_leave_screen(void);

/* help.c: overview of all commands on stdout; or the help of one. Return: exit status. */
int cli_overview(void);
int cli_help(struct lh_ctx *ctx, const char *name, bool prompting);
/* help.c: overview of what can be typed at the prompt. Return: exit status. */
int cli_prompt_overview(void);
/* help.c: @name is not a command. Return: exit status. */
int cli_unknown(const char *name);
/* help.c: the first of @argv is not a command: it may be misspelt, or come later. Return: exit status. */
int cli_misplaced(int argc, const char *const *argv);
/* help.c: @target is not a file, but a process has that number. Return: exit status. */
int cli_meant_pid(struct lh_ctx *ctx, const struct lh_command *command, const char *target);
/* help.c: "py-heap: TEXT" of the last failure on stderr. Return: exit status. */
int cli_failed(struct lh_ctx *ctx);

/* complete.c: candidates for the last of @argv, for the shell's completion. Return: exit status. */
int cli_complete(struct lh_ctx *ctx, int argc, const char *const *argv);

/*
 * coredumpctl.c: if --coredumpctl was given, find the core that it names and make it the invocation's target.
 * @ret_fd: to be closed when the target is gone: it may hold the core. Written only if there is one
 * Return: exit status.
 */
int cli_find_coredump(struct lh_ctx *ctx, struct lh_invocation *invocation, int *ret_fd);

/* progress.c: a line on stderr while work takes longer than a second; ^C stops the work. */
void cli_watch(struct lh_ctx *ctx, const struct lh_invocation *invocation);
void cli_unwatch(struct lh_ctx *ctx);
/* Something else is about to be written to stderr. */
void cli_clear_progress(void);
/* From now on ^C does nothing while no work goes on: a prompt waits. */
void cli_survive_interrupts(void);
/* Whether such a line is shown. Async-signal-safe. */
bool cli_progress_shown(void);

/* shrunk.c: a mapped file that is truncated while it is read ends us with a message, not by a signal. */
void cli_expect_shrinking(void);

/* style.c: columns of the terminal. */
unsigned cli_terminal_width(void);
/* style.c: the style of text for where it goes (@path NULL: stdout).
 * @target: room for how a user names the target. */
struct lh_style cli_style(const struct lh_invocation *invocation, char *target, size_t size);

#endif
