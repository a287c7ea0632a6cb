/* SPDX-License-Identifier: Apache-2.0 */
/*
 * py-heap TARGET, without a command: one question after the other about a heap that is opened once.
 *
 * Rows have numbers, and %3 stands for the address in row 3 of the last answer.
 */
#include "cli.h"
#include "line.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct prompt {
	struct cli_session *session;
	struct cli_lines *lines;
	int status; /* of the last question that could not be answered */
};

static const char *const leave[] = {"quit", "exit", "q", NULL};

static bool is_one_of(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

/* ---- words ---- */

/* A word %N becomes an address in @room. Return: the word, NULL: there is none. */
static const char *replace(const struct cli_session *session, const char *word, char *room, size_t size)
{
	uint64_t addr;
	size_t digits = *word == '%' ? strspn(word + 1, "0123456789") : 0;

	if (!digits || word[digits + 1])
		return word;
	if (!session->result || lh_result_address(session->result, strtoul(word + 1, NULL, 10), &addr) != 0) {
		fprintf(stderr, CLI_NAME ": %s: the last answer has no object in that row\n", word);
		return NULL;
	}
	snprintf(room, size, "0x%" PRIx64, addr);
	return room;
}

static int ask(struct prompt *prompt, const struct lh_command *command, int argc, const char *const *argv)
{
	struct cli_session *session = prompt->session;
	int status = cli_session_parse(session, command, argc, argv);

	if (status != CLI_GO_ON)
		return status;
	if (lh_invocation_get(session->invocation, "layout")) {
		fputs(CLI_NAME ": the heap is open already: --layout is an option of '" CLI_NAME " TARGET'\n",
		      stderr);
		return CLI_USAGE;
	}
	status = cli_session_ask(session);
	if (status == CLI_FAILED && lh_invocation_get(session->invocation, "output"))
		fputs(CLI_NAME
		      ": a prompt writes files below the folder where it was started (--no-sandbox: anywhere)\n",
		      stderr);
	return status;
}

/* Words of which some are %N. */
static int ask_words(struct prompt *prompt, const struct lh_command *command, int argc, const char **argv)
{
	const char **words = calloc((size_t)argc + 1, sizeof(*words));
	char(*rooms)[20] = calloc((size_t)argc + 1, sizeof(*rooms));
	bool all = words && rooms;
	int status = CLI_FAILED;

	for (int i = 0; all && i < argc; i++) {
		words[i] = replace(prompt->session, argv[i], rooms[i], sizeof(rooms[i]));
		all = words[i];
	}
	if (all)
		status = ask(prompt, command, argc, words);
	free(words);
	free(rooms);
	return status;
}

static int answer(struct prompt *prompt, int argc, const char **argv)
{
	const struct lh_command *command = lh_command_find(argv[0]);

	if (strcmp(argv[0], "help") == 0)
		return argc > 1 ? cli_help(prompt->session->ctx, argv[1], true) : cli_prompt_overview();
	return command ? ask_words(prompt, command, argc - 1, argv + 1) : cli_unknown(argv[0]);
}

/* Return: false: the user leaves. */
static bool answer_line(struct prompt *prompt, const char *line)
{
	const char **argv;
	int argc, status;

	if (cli_lines_words(prompt->lines, line, &argc, &argv) < 0) {
		fputs(CLI_NAME ": a quote is not closed\n", stderr);
		prompt->status = CLI_USAGE;
		return true;
	}
	if (argc && strcmp(argv[0], CLI_NAME) == 0) { /* as other pages write it */
		argc--;
		argv++;
	}
	if (argc == 0 || *argv[0] == '#')
		return true;
	if (is_one_of(leave, argv[0]))
		return false;
	status = answer(prompt, argc, argv);
	fflush(stdout);
	prompt->status = status == CLI_DONE || status == CLI_FOUND ? prompt->status : status;
	return true;
}

/* ---- completion ---- */

static char *commands(void)
{
	const struct lh_command *command;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && (command = lh_command_at(i)); i++)
		if (lh_command_takes_target(command))
			fprintf(out, "%s\n", lh_command_name(command));
	if (out) {
		fputs("help\nquit\n", out);
		fclose(out);
	}
	return text;
}

/* Lines of @offered, those that ask for what the last answer had replaced by it. */
static void offer(FILE *out, const struct cli_session *session, const char *offered)
{
	bool types = strstr(offered, "@type\n"), addresses = strstr(offered, "@address\n");
	char *last = NULL;

	fputs(offered, out);
	if ((types || addresses) && session->result && lh_result_candidates(session->result, &last) == 0)
		for (char *p = last, *end; (end = strchr(p, '\n')); p = end + 1)
			if (strncmp(p, "type ", 5) == 0 ? types : addresses)
				fprintf(out, "%.*s\n", (int)(end - strchr(p, ' ') - 1), strchr(p, ' ') + 1);
	free(last);
}

static char *complete(void *arg, int argc, const char **argv, const char *typed)
{
	struct prompt *prompt = arg;
	struct lh_ctx *ctx = prompt->session->ctx;
	const struct lh_command *command = argc ? lh_command_find(argv[0]) : NULL;
	const char **words = calloc((size_t)argc + 1, sizeof(*words));
	char *offered = NULL, *text = NULL;
	size_t size;
	FILE *out;

	if (argc == 0 || strcmp(argv[0], "help") == 0) {
		free(words);
		return argc < 2 ? commands() : NULL;
	}
	for (int i = 1; words && i < argc; i++)
		words[i - 1] = argv[i];
	if (words)
		words[argc - 1] = typed;
	if (command && words && lh_command_complete(ctx, command, argc, words, false, &offered) == 0 &&
	    (out = open_memstream(&text, &size))) {
		offer(out, prompt->session, offered);
		fclose(out);
	}
	free(offered);
	free(words);
	return text;
}

/* ---- all ---- */

/* The path of the history; NULL: there is no place for it. The caller frees it. */
static char *history_path(struct lh_ctx *ctx)
{
	char *folder, *path;

	if (lh_cache_folder(ctx, &folder) != 0)
		return NULL;
	if (asprintf(&path, "%s/history", folder) < 0)
		path = NULL;
	free(folder);
	return path;
}

static int ask_all(struct cli_session *session)
{
	struct prompt prompt = {.session = session};
	char *path = isatty(STDIN_FILENO) ? history_path(session->ctx) : NULL;
	const char *line = NULL;

	prompt.lines = cli_lines_new(path, complete, &prompt);
	free(path);
	if (!prompt.lines) {
		fputs(CLI_NAME ": out of memory\n", stderr);
		return CLI_FAILED;
	}
	do
		line = cli_lines_next(prompt.lines);
	while (line && answer_line(&prompt, line));
	if (!line && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		putchar('\n');
	cli_lines_free(prompt.lines);
	return prompt.status;
}

bool cli_names_target(int argc, const char *const *argv)
{
	for (int i = 1; i < argc; i++)
		if (lh_command_find(argv[i])) /* it is to come first */
			return false;
	return strncmp(argv[0], "-p", 2) == 0 || strncmp(argv[0], "--pid", 5) == 0 ||
	       strncmp(argv[0], "--coredumpctl", 13) == 0 || access(argv[0], F_OK) == 0;
}

int cli_prompt(struct cli_session *session, int argc, const char *const *argv)
{
	int status = cli_session_parse(session, lh_command_find("info"), argc, argv);

	if (status == CLI_GO_ON)
		status = cli_session_open(session, true, ".");
	if (status != CLI_GO_ON)
		return status;
	cli_unwatch(session->ctx);
	session->prompting = true;
	if (isatty(STDIN_FILENO))
		cli_survive_interrupts();
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		cli_session_ask(session);
		fputs("\nType a command, as 'types' or 'leaks'; 'help' lists them, 'quit' ends.\n", stdout);
		fflush(stdout);
	}
	return ask_all(session);
}
