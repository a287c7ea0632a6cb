/* SPDX-License-Identifier: Apache-2.0 */
/*
 * py-heap browse TARGET: a walk down what keeps memory alive.
 *
 * All that costs time with the size of the heap is made before the first list is shown: references, the dominator tree, a path to
 * each object, types. After that a key costs a look at each object at most.
 */
#include "browse.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t ended; /* the signal that did it */
static struct lh_ctx *volatile working;

/* For cli_leave_screen(), which a handler calls. */
static struct termios lines_mode;
static char leave_sequence[128];
static volatile sig_atomic_t on_screen;

bool browse_is_over(void)
{
	return ended;
}

static void on_end(int number)
{
	ended = number;
	lh_ctx_interrupt(working);
}

void cli_leave_screen(void)
{
	if (!on_screen)
		return;
	(void)!write(STDOUT_FILENO, leave_sequence, strlen(leave_sequence));
	tcsetattr(STDIN_FILENO, TCSANOW, &lines_mode);
}

static void catch_signals(struct lh_ctx *ctx)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_end};

	working = ctx;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGTSTP, SIG_IGN); /* the sandbox lets us not stop ourselves */
}

/* ---- terminal ---- */

/* Return: an exit status; CLI_GO_ON: lists can be shown. */
static int check_terminal(void)
{
	const char *name = getenv("TERM");
	int found;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		fputs(CLI_NAME ": browse: standard input or output is not a terminal: scripts have '" CLI_NAME
			       " retained TARGET -f json'\n",
		      stderr);
		return CLI_USAGE;
	}
	if (setupterm(NULL, STDOUT_FILENO, &found) != OK || !cursor_address) {
		fprintf(stderr,
			CLI_NAME ": browse: TERM is '%s', which this machine does not know, or which cannot "
				 "move the cursor\n",
			name ? name : "");
		return CLI_FAILED;
	}
	return CLI_GO_ON;
}

/* cli_leave_screen() can say from now on how the terminal was. */
static void remember_terminal(void)
{
	tcgetattr(STDIN_FILENO, &lines_mode);
	snprintf(leave_sequence, sizeof(leave_sequence), "%s%s%s",
		 exit_attribute_mode ? exit_attribute_mode : "", exit_ca_mode ? exit_ca_mode : "",
		 cursor_normal ? cursor_normal : "");
	del_curterm(cur_term); /* newterm() makes another */
}

/* ---- the heap ---- */

static uint64_t summary_of(const struct lh_result *result, const char *key)
{
	struct lh_summary_info entry = {.size = sizeof(entry)};

	for (size_t i = 0; lh_result_summary_at(result, i, &entry) == 0; i++)
		if (strcmp(entry.key, key) == 0)
			return (uint64_t)entry.value.number;
	return 0;
}

/* 'retained --by-type': it has all sums, and makes the tree. */
static int load_types(struct browse *b)
{
	struct cli_session *session = b->session;
	const char *threads = lh_invocation_get(session->invocation, "threads");
	const char *words[] = {"--by-type", "--threads", threads};
	struct lh_invocation *invocation;
	int r = lh_invocation_new(session->ctx, lh_command_find("retained"), threads ? 3 : 1, words, false,
				  &invocation);

	if (r == 0) {
		r = lh_invocation_run(invocation, b->heap, &b->types);
		lh_invocation_free(invocation);
	}
	if (r < 0)
		return r;
	b->objects = summary_of(b->types, "objects");
	b->bytes = summary_of(b->types, "bytes");
	b->dead = summary_of(b->types, "unreachable");
	b->dead_bytes = summary_of(b->types, "unreachable_bytes");
	return lh_result_warnings(b->types, &b->warnings);
}

static int load(struct browse *b)
{
	char *path = NULL;
	int r = load_types(b);

	lh_invocation_hide_values(b->session->invocation, b->heap);
	if (r == 0)
		r = lh_object_path_text(b->heap, 0, &path); /* finds the paths to all objects */
	free(path);
	if (r >= 0)
		r = browse_open(b, BROWSE_BELOW, 0, NULL, 0);
	return r;
}

static void browse_fini(struct browse *b)
{
	while (b->depth)
		browse_close(b);
	free(b->lists);
	free(b->marks);
	free(b->warnings);
	lh_result_free(b->types);
}

/* ---- all ---- */

static void answer_keys(struct browse *b)
{
	while (!ended) {
		int pending = browse_draw(b), key;

		if (pending < 0)
			browse_failed(b, pending);
		timeout(pending > 0 ? 0 : 500);
		key = getch();
		if (key == ERR && pending <= 0 && !isatty(STDIN_FILENO)) /* it was taken away */
			return;
		if (key == ERR)
			continue;
		*b->status = '\0';
		if (!browse_answer(b, key))
			return;
	}
}

static int browse(struct browse *b)
{
	remember_terminal();
	if (!browse_screen_begin()) {
		fputs(CLI_NAME ": browse: the terminal cannot be used\n", stderr);
		return CLI_FAILED;
	}
	on_screen = true;
	answer_keys(b);
	on_screen = false;
	browse_screen_end();
	if (ended == SIGINT)
		return CLI_INTERRUPTED;
	if (ended) {
		signal(ended, SIG_DFL);
		raise(ended);
	}
	return CLI_DONE;
}

static int load_and_browse(struct cli_session *session)
{
	struct browse b = {.session = session, .heap = session->heap};
	int r, status;

	cli_style(session->invocation, b.target, sizeof(b.target));
	r = load(&b);
	cli_unwatch(session->ctx);
	if (r == 0) {
		lh_ctx_set_log(session->ctx, NULL, NULL);
		catch_signals(session->ctx);
		status = browse(&b);
	} else if (r == LH_ABSENT) {
		fputs(CLI_NAME ": browse: no object is kept alive by a root\n", stderr);
		status = CLI_FAILED;
	} else {
		status = cli_failed(session->ctx);
	}
	browse_fini(&b);
	return status;
}

static int show_help(void)
{
	fputs("Usage: " CLI_NAME " browse TARGET [options]\n"
	      "\n"
	      "A walk down what keeps memory alive, on the whole terminal: an object, what only it\n"
	      "keeps alive, what only that keeps alive. The heap is read once. Options are those\n"
	      "of every command that name a target (-p, --exe, ...), and --no-values.\n"
	      "\n",
	      stdout);
	fputs(browse_keys, stdout);
	return CLI_DONE;
}

int cli_browse(struct cli_session *session, int argc, const char *const *argv)
{
	int status;

	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return show_help();
	if (argc == 0) {
		fputs(CLI_NAME ": browse: no target: give a core file, or -p PID\n", stderr);
		return CLI_USAGE;
	}
	status = check_terminal();
	if (status != CLI_GO_ON)
		return status;
	lh_ctx_set_memory(session->ctx, UINT64_MAX); /* what a key needs is kept, whatever it takes */
	status = cli_session_parse(session, lh_command_find("info"), argc, argv);
	if (status == CLI_GO_ON)
		status = cli_session_open(session, true, NULL);
	return status == CLI_GO_ON ? load_and_browse(session) : status;
}
