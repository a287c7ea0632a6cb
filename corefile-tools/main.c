/* SPDX-License-Identifier: Apache-2.0 */
/* py-heap COMMAND TARGET [options]: find the command, open the target, run, write the answer. */
#include "cli.h"

#include <errno.h>
#include <locale.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

static bool is_option(const char *word, const char *option, const char *letter)
{
	return strcmp(word, option) == 0 || strcmp(word, letter) == 0;
}

/* Arrays of all objects are had and freed again and again: given back to the system, each page of theirs would be zeroed and faulted in
 * once more. Only for one question that does not wait: afterwards all memory goes back anyway. */
static void keep_freed_memory(const struct lh_invocation *invocation)
{
#ifdef __GLIBC__
	if (lh_invocation_get(invocation, "watch"))
		return;
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
#else
	(void)invocation;
#endif
}

static int dispatch(struct cli_session *session, int argc, const char *const *argv)
{
	const char *word = argc > 1 ? argv[1] : "help";
	const struct lh_command *command;
	int status;

	if (strcmp(word, "--complete") == 0)
		return cli_complete(session->ctx, argc - 2, argv + 2);
	if (is_option(word, "--version", "-V")) {
		printf(CLI_NAME " %s\n", lh_version());
		return CLI_DONE;
	}
	if (strcmp(word, "help") == 0 || is_option(word, "--help", "-h"))
		return argc > 2 ? cli_help(session->ctx, argv[2], false) : cli_overview();
	if (strcmp(word, "serve") == 0)
		return cli_serve(session, argc - 2, argv + 2);
	if (strcmp(word, "browse") == 0)
		return cli_browse(session, argc - 2, argv + 2);
	command = lh_command_find(word);
	if (!command && cli_names_target(argc - 1, argv + 1))
		return cli_prompt(session, argc - 1, argv + 1);
	if (!command)
		return cli_misplaced(argc - 1, argv + 1);
	lh_ctx_set_memory(session->ctx, 0); /* the one question is the last */
	status = cli_session_parse(session, command, argc - 2, argv + 2);
	if (status != CLI_GO_ON)
		return status;
	keep_freed_memory(session->invocation);
	status = cli_session_open(session, false, NULL);
	return status == CLI_GO_ON ? cli_session_ask(session) : status;
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
	_cleanup_(cli_session_fini) struct cli_session session = {.coredump = -1};
	int status;

	setlocale(LC_CTYPE, "");
	cli_expect_shrinking();
	if (lh_ctx_new(&session.ctx) != 0) {
		fputs(CLI_NAME ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	lh_ctx_set_hints(session.ctx, hints, sizeof(hints) / sizeof(*hints));
	status = dispatch(&session, argc, (const char *const *)argv);
	if (fflush(stdout) != 0 && errno != EPIPE) {
		fprintf(stderr, CLI_NAME ": write stdout: %s\n", strerror(errno));
		return CLI_FAILED;
	}
	return status;
}
