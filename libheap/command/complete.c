/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could complete a line that is being typed: one candidate per line. "@file", "@dir" and "@pid" ask the
 * front end to offer those; in a debugger, which remembers its answers itself, "@type" and "@address", too.
 */
#include "command/options.h"
#include "command/remember.h"
#include "util/string.h"

#include <string.h>

/* The option that takes the last of @argv, which is being typed, as its value, or NULL. */
static const struct lh_option *option_before(const struct lh_command *command, int argc,
					     const char *const *argv)
{
	const char *word = argc >= 2 ? argv[argc - 2] : "";
	int index = -1;

	if (strncmp(word, "--", 2) == 0)
		index = lh_option_index(command, word + 2, 0);
	else if (word[0] == '-' && word[1] && !word[2])
		index = lh_option_index(command, NULL, word[1]);
	if (index < 0 || !lh_command_option(command, (size_t)index)->metavar)
		return NULL;
	return lh_command_option(command, (size_t)index);
}

static void offer(struct lh_string *out, const char *typed, const char *dashes, const char *word)
{
	size_t len = strlen(dashes), typed_len = strlen(typed);
	bool fits = typed_len <= len ? strncmp(dashes, typed, typed_len) == 0
				     : strncmp(typed, dashes, len) == 0 &&
					       strncmp(word, typed + len, typed_len - len) == 0;

	if (fits)
		lh_string_addf(out, "%s%s\n", dashes, word);
}

static void offer_columns(struct lh_string *out, const struct lh_command *command, const char *typed)
{
	const char *name;

	for (size_t i = 0; (name = lh_command_column(command, i)); i++)
		offer(out, typed, *typed == '-' ? "-" : "", name);
}

struct line {
	const struct lh_command *command;
	int argc;
	const char *const *argv;
	const char *typed; /* the last word */
	bool takes_target;
};

/* @kind: "type" or "address" */
static void offer_remembered(struct lh_string *out, const struct line *line, const char *kind)
{
	if (line->takes_target)
		lh_remembered(line->argc - 1, line->argv, kind, line->typed, out);
	else
		lh_string_addf(out, "@%s\n", kind);
}

static void offer_values(struct lh_string *out, const struct line *line, const struct lh_option *option)
{
	for (size_t i = 0; option->choices && option->choices[i]; i++)
		offer(out, line->typed, "", option->choices[i]);
	if (strcmp(option->metavar, "COLUMN") == 0)
		offer_columns(out, line->command, line->typed);
	else if (strcmp(option->metavar, "FILE") == 0)
		lh_string_add(out, "@file\n");
	else if (strcmp(option->metavar, "DIR") == 0)
		lh_string_add(out, "@dir\n");
	else if (strcmp(option->metavar, "PID") == 0)
		lh_string_add(out, "@pid\n");
	else if (strncmp(option->metavar, "TYPE", 4) == 0)
		offer_remembered(out, line, "type");
	else if (strcmp(option->metavar, "ADDR") == 0)
		offer_remembered(out, line, "address");
}

static void offer_options(struct lh_string *out, const struct line *line)
{
	const struct lh_option *option;

	for (size_t i = 0; (option = lh_command_option(line->command, i)); i++)
		if (line->takes_target || !option->shell)
			offer(out, line->typed, "--", option->name);
}

static bool names_target(const struct lh_option *option)
{
	return strcmp(option->name, "pid") == 0 || strcmp(option->name, "coredumpctl") == 0;
}

/* Whether a word before the last is the target, or an option that names it. */
static bool has_target(const struct line *line)
{
	for (int i = 0; i + 1 < line->argc; i++) {
		const char *word = line->argv[i];
		const struct lh_option *value_of = option_before(line->command, i + 1, line->argv);

		if (value_of
			    ? names_target(value_of)
			    : *word != '-' || strncmp(word, "--pid=", 6) == 0 ||
				      strncmp(word, "-p", 2) == 0 || strncmp(word, "--coredumpctl=", 14) == 0)
			return true;
	}
	return false;
}

static void offer_arguments(struct lh_string *out, const struct line *line)
{
	const char *const *word = line->command->words;
	bool first = word ? line->argc < 2 : line->takes_target && !has_target(line);

	if (line->command->of_process)
		return;
	if (word && first)
		for (; *word; word++)
			offer(out, line->typed, "", *word);
	else if (word || first || line->command->target_last)
		lh_string_add(out, "@file\n");
	else if (strstr(line->command->arguments, "ADDR"))
		offer_remembered(out, line, "address");
}

int lh_command_complete(struct lh_ctx *ctx, const struct lh_command *command, int argc,
			const char *const *argv, bool takes_target, char **ret)
{
	_cleanup_string_ struct lh_string out = {};
	const struct line line = {command, argc, argv, argc > 0 ? argv[argc - 1] : "", takes_target};
	const struct lh_option *value_of = option_before(command, argc, argv);

	if (value_of)
		offer_values(&out, &line, value_of);
	else if (*line.typed == '-')
		offer_options(&out, &line);
	else
		offer_arguments(&out, &line);
	return lh_string_give(ctx, &out, ret);
}
