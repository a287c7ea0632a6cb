/* SPDX-License-Identifier: Apache-2.0 */
/* py-heap --complete WORDS...: candidates for the last word. The shell's script only passes words on. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void offer(const char *typed, const char *word)
{
	if (strncmp(word, typed, strlen(typed)) == 0)
		puts(word);
}

/* What is no command, but takes a target as one does. */
static const char *const fronts[] = {"browse", "serve", NULL};

static bool is_front(const char *name)
{
	size_t i = 0;

	while (fronts[i] && strcmp(fronts[i], name) != 0)
		i++;
	return fronts[i];
}

static void offer_commands(const char *typed)
{
	const struct lh_command *command;

	for (size_t i = 0; (command = lh_command_at(i)); i++)
		offer(typed, lh_command_name(command));
}

int cli_complete(struct lh_ctx *ctx, int argc, const char *const *argv)
{
	const struct lh_command *command;
	char *text;

	if (argc < 2) {
		offer_commands(argc ? argv[0] : "");
		offer(argc ? argv[0] : "", "help");
		for (size_t i = 0; fronts[i]; i++)
			offer(argc ? argv[0] : "", fronts[i]);
		if (argc && argv[0][0] == '-') {
			offer(argv[0], "--help");
			offer(argv[0], "--version");
		}
		return CLI_DONE;
	}
	if (strcmp(argv[0], "help") == 0) {
		offer_commands(argv[1]);
		return CLI_DONE;
	}
	command = lh_command_find(is_front(argv[0]) ? "info" : argv[0]);
	if (!command || lh_command_complete(ctx, command, argc - 1, argv + 1, true, &text) != 0)
		return CLI_FAILED;
	fputs(text, stdout);
	free(text);
	return CLI_DONE;
}
