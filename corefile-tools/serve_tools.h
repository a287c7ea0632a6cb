/* SPDX-License-Identifier: Apache-2.0 */
/* Commands as tools of the Model Context Protocol: how they are described, and calls of them as words of a shell. */
#ifndef CLI_SERVE_TOOLS_H
#define CLI_SERVE_TOOLS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct lh_command;

struct serve_words {
	char **all; /* NULL after the last */
	size_t count;
	bool failed; /* memory ran out */
};

/** serve_has() - whether a command is a tool */
bool serve_has(const struct lh_command *command);
/** serve_list() - the answer to tools/list. Return: a new reference; NULL: memory ran out. */
json_t *serve_list(void);

/** serve_add_word() - a word made of two texts by @format */
void serve_add_word(struct serve_words *words, const char *format, const char *name, const char *value);
/** serve_add_arguments() - those of a call of @command. Return: NULL; the name of one that is none of its, or of another type. */
const char *serve_add_arguments(struct serve_words *words, const struct lh_command *command,
				json_t *arguments, size_t *page);
void serve_words_fini(struct serve_words *words);

#endif
