/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could complete a line that is being typed: one candidate per line. "@file", "@dir" and "@pid" ask the
 * front end to offer those.
 */
#include "command/options.h"
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

static void offer_values(struct lh_string *out, const struct lh_command *command,
			 const struct lh_option *option, const char *typed)
{
	for (size_t i = 0; option->choices && option->choices[i]; i++)
		offer(out, typed, "", option->choices[i]);
	if (strcmp(option->metavar, "COLUMN") == 0)
		offer_columns(out, command, typed);
	else if (strcmp(option->metavar, "FILE") == 0)
		lh_string_add(out, "@file\n");
	else if (strcmp(option->metavar, "DIR") == 0)
		lh_string_add(out, "@dir\n");
	else if (strcmp(option->metavar, "PID") == 0)
		lh_string_add(out, "@pid\n");
}

int lh_command_complete(struct lh_ctx *ctx, const struct lh_command *command, int argc,
			const char *const *argv, bool takes_target, char **ret)
{
	_cleanup_string_ struct lh_string out = {};
	const char *typed = argc > 0 ? argv[argc - 1] : "";
	const struct lh_option *value_of = option_before(command, argc, argv), *option;

	if (value_of)
		offer_values(&out, command, value_of, typed);
	else if (*typed == '-')
		for (size_t i = 0; (option = lh_command_option(command, i)); i++)
			if (takes_target || !option->target)
				offer(&out, typed, "--", option->name);
	if (!value_of && *typed != '-' && takes_target)
		lh_string_add(&out, "@file\n");
	return lh_string_give(ctx, &out, ret);
}
