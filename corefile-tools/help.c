/* SPDX-License-Identifier: Apache-2.0 */
/* What py-heap is, what it can do, and what went wrong. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char intro[] = "py-heap examines the heap of a Python process, from a core file or while it\n"
			    "runs. It never runs code in the process and never writes to it.\n"
			    "\n"
			    "  py-heap info core.1234              which Python is this?\n"
			    "  py-heap types -p 1234               what fills the memory of process 1234?\n"
			    "  py-heap garbage core.1234 -f json   what could a collection free? as JSON\n"
			    "  py-heap core.1234                   a prompt: one question after the other\n"
			    "  py-heap browse core.1234            a walk down what keeps memory alive\n"
			    "  py-heap serve core.1234             the same for editors and agents (MCP)\n";

static const char outro[] = "\n"
			    "py-heap help COMMAND explains how to read a command's output.\n"
			    "Exit status: 0 done; 1 not possible, the message says why; 2 wrong usage;\n"
			    "3 found what it looks for (refaudit: suspects); 130 interrupted.\n";

static const char prompt_outro[] =
	"\n"
	"help COMMAND explains how to read a command's output. %3 is the address in row 3\n"
	"of the last answer: object %3. quit, or ^D, ends.\n";

/* @all: those, too, that open files themselves */
static void list(bool all)
{
	const struct lh_command *command;
	const char *group = "";
	char usage[64];

	for (size_t i = 0; (command = lh_command_at(i)); i++) {
		if (!all && !lh_command_takes_target(command))
			continue;
		if (strcmp(group, lh_command_group(command)) != 0)
			printf("\n%s\n", lh_command_group(command));
		group = lh_command_group(command);
		snprintf(usage, sizeof(usage), "%s %s", lh_command_name(command),
			 lh_command_arguments(command));
		printf("  %-16s %s\n", usage, lh_command_summary(command));
	}
}

int cli_overview(void)
{
	fputs(intro, stdout);
	list(true);
	fputs(outro, stdout);
	return CLI_DONE;
}

int cli_prompt_overview(void)
{
	list(false);
	fputs(prompt_outro, stdout);
	return CLI_DONE;
}

/* Of a URL, which may have a password, the beginning. */
static void print_word(const char *word)
{
	const char *url = strstr(word, "://");

	if (url)
		fprintf(stderr, "%.*s://...", (int)(url - word), word);
	else
		fputs(word, stderr);
}

int cli_unknown(const char *name)
{
	const char *meant = lh_command_suggest(name);

	fputs(CLI_NAME ": there is no command '", stderr);
	print_word(name);
	if (meant)
		fprintf(stderr, "', did you mean '%s'?\n", meant);
	else
		fputs("' (" CLI_NAME " help lists them)\n", stderr);
	return CLI_USAGE;
}

/* " word" for each, except for number @without. */
static void print_words(int argc, const char *const *argv, int without)
{
	for (int i = 0; i < argc; i++)
		if (i != without) {
			fputs(" ", stderr);
			print_word(argv[i]);
		}
	fputs("\n", stderr);
}

int cli_misplaced(int argc, const char *const *argv)
{
	for (int i = 1; i < argc && !lh_command_suggest(argv[0]); i++) {
		if (!lh_command_find(argv[i]))
			continue;
		fprintf(stderr, CLI_NAME ": the command comes first: " CLI_NAME " %s", argv[i]);
		print_words(argc, argv, i);
		return CLI_USAGE;
	}
	return cli_unknown(argv[0]);
}

int cli_meant_pid(struct lh_ctx *ctx, const struct lh_command *command, const char *target)
{
	const char *before = lh_command_target_last(command) ? lh_command_arguments(command) : "";

	fprintf(stderr, CLI_NAME ": %s; a process has this id, did you mean '" CLI_NAME " %s %s%s-p %s'?\n",
		lh_ctx_error(ctx)->text, lh_command_name(command), before, *before ? " " : "", target);
	return CLI_FAILED;
}

int cli_help(struct lh_ctx *ctx, const char *name, bool prompting)
{
	const struct lh_command *command = lh_command_find(name);
	char *text;

	if (!command && !prompting && strcmp(name, "browse") == 0)
		return cli_browse(NULL, 1, (const char *const[]){"--help"});
	if (!command)
		return cli_unknown(name);
	if ((prompting ? lh_command_help_in_debugger : lh_command_help)(ctx, command, &text) != 0)
		return cli_failed(ctx);
	fputs(text, stdout);
	free(text);
	return CLI_DONE;
}

int cli_failed(struct lh_ctx *ctx)
{
	const struct lh_error *error = lh_ctx_error(ctx);
	struct rlimit limit;

	if (error->code == LH_EINTR) {
		fputs(CLI_NAME ": interrupted\n", stderr);
		return CLI_INTERRUPTED;
	}
	fprintf(stderr, CLI_NAME ": %s\n", error->text);
	if (error->code == LH_ENOMEM && getrlimit(RLIMIT_DATA, &limit) == 0 &&
	    limit.rlim_cur != RLIM_INFINITY)
		fprintf(stderr, CLI_NAME ": it may take %llu MB (--max-memory)\n",
			(unsigned long long)limit.rlim_cur >> 20);
	return error->code == LH_EUSAGE ? CLI_USAGE : CLI_FAILED;
}
