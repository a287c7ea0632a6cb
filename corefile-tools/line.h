/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that a user types, by libedit; or of a file, if standard input is no terminal. */
#ifndef CLI_LINE_H
#define CLI_LINE_H

/**
 * What could complete a word: one candidate per line, or NULL; line.c frees it. "@file" and "@dir" ask for names of files.
 * @argv: the words before it; @typed: what there is of it
 */
typedef char *(*cli_complete_fn)(void *arg, int argc, const char **argv, const char *typed);

struct cli_lines;

/* @history: the file that keeps lines from one run to the next; NULL: none does. Return: NULL without memory. */
struct cli_lines *cli_lines_new(const char *history, cli_complete_fn complete, void *arg);
/* The next line; NULL after the last. It stays until the next call. */
const char *cli_lines_next(struct cli_lines *lines);
/* The words of a line, as a shell has them. @argv stays until the next call. Return: 0; -1: a quote is not closed. */
int cli_lines_words(struct cli_lines *lines, const char *line, int *argc, const char ***argv);
void cli_lines_free(struct cli_lines *lines);

#endif
