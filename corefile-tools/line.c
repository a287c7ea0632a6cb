/* SPDX-License-Identifier: Apache-2.0 */
#include "line.h"
#include "cli.h"

#include <fcntl.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_LINES 1000

struct cli_lines {
	EditLine *edit; /* NULL: lines come from a file */
	History *history;
	Tokenizer *words;
	char *path; /* of the history */
	char *line; /* of a file */
	size_t capacity;
	cli_complete_fn complete;
	void *arg;
};

static char *prompt(EditLine *edit)
{
	static char text[] = "(" CLI_NAME ") ";

	(void)edit;
	return text;
}

static struct cli_lines *lines_of(EditLine *edit)
{
	struct cli_lines *lines = NULL;

	el_get(edit, EL_CLIENTDATA, (void *)&lines);
	return lines;
}

/* ^C gives up the line: it ends, blank. */
static unsigned char on_interrupt(EditLine *edit, int ch)
{
	(void)ch;
	el_replacestr(edit, " ");
	fputs("^C\n", stdout);
	return CC_NEWLINE;
}

/* ---- completion ---- */

/** struct choice - candidates that begin with what was typed */
struct choice {
	const char *first;
	size_t count, common; /* common: bytes that all of them begin with */
	size_t widest;
};

static void choose(const char *candidates, const char *typed, struct choice *choice)
{
	size_t len = strlen(typed);

	*choice = (struct choice){.first = NULL};
	for (const char *p = candidates, *end; (end = strchr(p, '\n')); p = end + 1) {
		size_t size = (size_t)(end - p), same = 0;

		if (*p == '@' || size < len || strncmp(p, typed, len) != 0)
			continue;
		if (!choice->count++) {
			choice->first = p;
			same = size;
		}
		while (choice->first != p && same < size && same < choice->common &&
		       choice->first[same] == p[same])
			same++;
		choice->common = same;
		choice->widest = size > choice->widest ? size : choice->widest;
	}
}

static void list(const char *candidates, const char *typed, const struct choice *choice)
{
	size_t width = cli_terminal_width(), a_line = width / (choice->widest + 2), n = 0;

	for (const char *p = candidates, *end; (end = strchr(p, '\n')); p = end + 1)
		if (*p != '@' && strncmp(p, typed, strlen(typed)) == 0)
			printf("%s%-*.*s", n++ % (a_line ? a_line : 1) ? "" : "\n", (int)choice->widest + 2,
			       (int)(end - p), p);
	putchar('\n');
	fflush(stdout);
}

static void insert(EditLine *edit, const char *text, size_t len)
{
	char *copy = strndup(text, len);

	if (copy)
		el_insertstr(edit, copy);
	free(copy);
}

static unsigned char complete(EditLine *edit, const char *candidates, const char *typed)
{
	struct choice choice;
	size_t len = strlen(typed);

	choose(candidates, typed, &choice);
	if (!choice.count)
		return CC_ERROR;
	insert(edit, choice.first + len, choice.common - len);
	if (choice.count == 1)
		insert(edit, " ", 1);
	if (choice.count == 1 || choice.common > len)
		return CC_REFRESH;
	list(candidates, typed, &choice);
	return CC_REDISPLAY;
}

static unsigned char on_tab(EditLine *edit, int ch)
{
	struct cli_lines *lines = lines_of(edit);
	char *typed, *candidates = NULL;
	int argc, word, offset;
	unsigned char ret = CC_ERROR;
	const char **argv;

	tok_reset(lines->words);
	if (tok_line(lines->words, el_line(edit), &argc, &argv, &word, &offset) != 0)
		return CC_ERROR;
	typed = word < argc ? strndup(argv[word], (size_t)offset) : strdup("");
	if (typed)
		candidates = lines->complete(lines->arg, word, argv, typed);
	if (candidates && (strstr(candidates, "@file\n") || strstr(candidates, "@dir\n")))
		ret = _el_fn_complete(edit, ch);
	else if (candidates)
		ret = complete(edit, candidates, typed);
	free(candidates);
	free(typed);
	return ret;
}

/* ---- lines ---- */

static void start_history(struct cli_lines *lines)
{
	HistEvent event;

	lines->history = history_init();
	if (!lines->history)
		return;
	history(lines->history, &event, H_SETSIZE, HISTORY_LINES);
	history(lines->history, &event, H_SETUNIQUE, 1);
	if (lines->path)
		history(lines->history, &event, H_LOAD, lines->path);
	el_set(lines->edit, EL_HIST, history, lines->history);
}

static void start_editing(struct cli_lines *lines)
{
	lines->edit = el_init(CLI_NAME, stdin, stdout, stderr);
	if (!lines->edit)
		return;
	el_set(lines->edit, EL_CLIENTDATA, lines);
	el_set(lines->edit, EL_PROMPT, prompt);
	el_set(lines->edit, EL_EDITOR, "emacs");
	el_set(lines->edit, EL_SIGNAL, 1);
	el_set(lines->edit, EL_SETTY, "-d", "-isig", NULL); /* ^C and ^Z are keys while a line is typed */
	el_set(lines->edit, EL_ADDFN, "give-up", "give up the line", on_interrupt);
	el_set(lines->edit, EL_ADDFN, "complete", "complete the word", on_tab);
	el_set(lines->edit, EL_BIND, "^C", "give-up", NULL);
	el_set(lines->edit, EL_BIND, "^I", "complete", NULL);
	start_history(lines);
	el_source(lines->edit, NULL);
}

struct cli_lines *cli_lines_new(const char *history, cli_complete_fn complete_word, void *arg)
{
	struct cli_lines *lines = calloc(1, sizeof(*lines));

	if (!lines)
		return NULL;
	lines->complete = complete_word;
	lines->arg = arg;
	lines->words = tok_init(NULL);
	lines->path = history ? strdup(history) : NULL;
	if (!lines->words || (history && !lines->path)) {
		cli_lines_free(lines);
		return NULL;
	}
	if (isatty(STDIN_FILENO))
		start_editing(lines);
	return lines;
}

/* Lines of blanks alone are not worth keeping. */
static void keep(struct cli_lines *lines, const char *line)
{
	HistEvent event;

	if (lines->history && line[strspn(line, " \t\n")])
		history(lines->history, &event, H_ENTER, line);
}

const char *cli_lines_next(struct cli_lines *lines)
{
	const char *line;
	int len;

	if (!lines->edit)
		return getline(&lines->line, &lines->capacity, stdin) < 0 ? NULL : lines->line;
	line = el_gets(lines->edit, &len);
	if (!line || len <= 0)
		return NULL;
	keep(lines, line);
	return line;
}

int cli_lines_words(struct cli_lines *lines, const char *line, int *argc, const char ***argv)
{
	tok_reset(lines->words);
	return tok_str(lines->words, line, argc, argv) == 0 ? 0 : -1;
}

/* All that is not printed as it is by three octal digits, as strvis() would. */
static void save_line(const char *line, FILE *to)
{
	for (const unsigned char *c = (const unsigned char *)line; *c; c++)
		if (*c > ' ' && *c < 0x7f && *c != '\\')
			putc(*c, to);
		else
			fprintf(to, "\\%03o", *c);
	putc('\n', to);
}

/* What H_LOAD reads. H_SAVE sets the file's mode, to which the right was given up (docs/security.md). */
static void save_history(struct cli_lines *lines)
{
	int fd = open(lines->path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
	HistEvent event;

	if (!to && fd >= 0)
		close(fd);
	if (!to)
		return;
	fputs("_HiStOrY_V2_\n", to);
	for (int r = history(lines->history, &event, H_LAST); r >= 0;
	     r = history(lines->history, &event, H_PREV))
		save_line(event.str, to);
	fclose(to);
}

void cli_lines_free(struct cli_lines *lines)
{

	if (lines->edit)
		el_end(lines->edit);
	if (lines->history && lines->path)
		save_history(lines);
	if (lines->history)
		history_end(lines->history);
	if (lines->words)
		tok_end(lines->words);
	free(lines->path);
	free(lines->line);
	free(lines);
}
