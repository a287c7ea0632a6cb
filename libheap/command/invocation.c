/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsing a user's words with argp, by tables made from the command's record.
 *
 * argp splits words and knows getopt's rules; it is kept silent, and errors are worded here, since a library
 * does not print (suggest.c). Values and words are checked in check.c.
 */
#include "command/invocation.h"
#include "command/check.h"
#include "command/options.h"
#include "command/suggest.h"
#include "command/watch.h"
#include "util/array.h"

#include <argp.h>
#include <string.h>

#define KEY_BASE 0x1000

struct parse {
	struct lh_invocation *invocation;
	int failed;       /* what lh_fail() returned, 0: nothing failed yet */
	const char *last; /* the word before the one that argp would read next */
};

struct lh_invocation *lh_invocation_free(struct lh_invocation *invocation)
{
	if (!invocation)
		return NULL;
	for (size_t i = 0; invocation->values && i < invocation->value_count; i++)
		free(invocation->values[i]);
	for (size_t i = 0; i < invocation->arg_count; i++)
		free(invocation->args[i]);
	for (size_t i = 0; i < invocation->moment_count; i++) {
		free(invocation->moments[i].name);
		free(invocation->moments[i].path);
	}
	free(invocation->moments);
	free(invocation->values);
	free(invocation->args);
	free(invocation->target);
	free(invocation->folder);
	lh_server_free(invocation->server);
	lh_watch_free(invocation->watch);
	free(invocation);
	return NULL;
}

/* Add the value, after earlier ones if the option may be repeated. */
static char *value_of(const struct lh_option *option, const char *before, const char *value)
{
	char *all;

	if (!before || !lh_option_repeats(option))
		return strdup(value);
	all = malloc(strlen(before) + strlen(value) + 2);
	if (all)
		stpcpy(stpcpy(stpcpy(all, before), "\n"), value);
	return all;
}

static int take_option(struct lh_invocation *invocation, size_t index, const char *value)
{
	const struct lh_option *option = lh_command_option(invocation->command, index);
	int r = lh_check_value(invocation, option, value);
	char *copy;

	if (r != 0)
		return r;
	copy = value_of(option, invocation->values[index], value);
	if (!copy)
		return lh_nomem(invocation->ctx);
	free(invocation->values[index]);
	invocation->values[index] = copy;
	return 0;
}

static int take_word(struct lh_invocation *invocation, const char *word)
{
	_cleanup_free_ char *copy = strdup(word);
	int r;

	if (!copy)
		return lh_nomem(invocation->ctx);
	r = lh_append(invocation->ctx, invocation->args, invocation->arg_count, invocation->arg_capacity,
		      copy);
	if (r == 0)
		copy = NULL;
	return r;
}

static error_t on_key(int key, char *arg, struct argp_state *state)
{
	struct parse *parse = state->input;
	int index;

	switch (key) {
	case ARGP_KEY_ARG:
		parse->failed = take_word(parse->invocation, arg);
		break;
	case ARGP_KEY_ERROR:
		parse->last = state->argv[state->next > 1 ? state->next - 1 : 1];
		return 0;
	default:
		index = key >= KEY_BASE ? key - KEY_BASE
					: lh_option_index(parse->invocation->command, NULL, (char)key);
		if (key >= ARGP_KEY_END || key <= 0 || index < 0)
			return ARGP_ERR_UNKNOWN;
		parse->failed = take_option(parse->invocation, (size_t)index, arg ? arg : "");
		break;
	}
	return parse->failed ? EINVAL : 0;
}

static struct argp_option *argp_options(const struct lh_command *command, size_t *ret_count)
{
	const struct lh_option *option;
	struct argp_option *options;
	size_t count = 0;

	while (lh_command_option(command, count))
		count++;
	options = lh_new0(struct argp_option, count + 1);
	for (size_t i = 0; options && i < count; i++) {
		option = lh_command_option(command, i);
		options[i].name = option->name;
		options[i].key = option->letter ? option->letter : KEY_BASE + (int)i;
		options[i].arg = option->metavar;
	}
	*ret_count = count;
	return options;
}

/* argp expects a program's name first, and reorders words: give it an array of its own. */
static int run_argp(struct lh_invocation *invocation, const struct argp_option *options, int argc,
		    const char *const *argv)
{
	_cleanup_free_ const char **words = lh_new0(const char *, (size_t)argc + 2);
	struct argp argp = {.options = options, .parser = on_key};
	struct parse parse = {.invocation = invocation};
	error_t error;

	if (!words)
		return lh_nomem(invocation->ctx);
	words[0] = invocation->command->name;
	for (int i = 0; i < argc; i++)
		words[i + 1] = argv[i];
	error = argp_parse(&argp, argc + 1, (char **)words, ARGP_NO_EXIT | ARGP_NO_ERRS | ARGP_NO_HELP, NULL,
			   &parse);
	if (parse.failed)
		return parse.failed;
	if (error == ENOMEM)
		return lh_nomem(invocation->ctx);
	if (error)
		return lh_suggest_fail(invocation->ctx, invocation->command, parse.last ? parse.last : "-",
				       invocation->takes_target);
	return 0;
}

static int parse_words(struct lh_invocation *invocation, int argc, const char *const *argv)
{
	_cleanup_free_ struct argp_option *options =
		argp_options(invocation->command, &invocation->value_count);
	int r;

	invocation->values = lh_new0(char *, invocation->value_count + 1);
	if (!options || !invocation->values)
		return lh_nomem(invocation->ctx);
	r = run_argp(invocation, options, argc, argv);
	if (r != 0 || lh_invocation_has(invocation, "help"))
		return r;
	return lh_check_args(invocation);
}

int lh_invocation_new(struct lh_ctx *ctx, const struct lh_command *command, int argc, const char *const *argv,
		      bool takes_target, struct lh_invocation **ret)
{
	_cleanup_(lh_invocation_freep) struct lh_invocation *invocation = lh_new0(struct lh_invocation, 1);
	int r;

	if (!invocation)
		return lh_nomem(ctx);
	if (!lh_command_has_heap(command) && !takes_target)
		return lh_fail(ctx, LH_EUSAGE,
			       "%s is a command of the shell: it %s, and asks nothing of this one",
			       command->name,
			       command->words ? "opens dumps itself" : "asks the system about a process");
	invocation->ctx = ctx;
	invocation->command = command;
	invocation->takes_target = takes_target;
	r = parse_words(invocation, argc, argv);
	if (r != 0)
		return r;
	*ret = lh_take(invocation);
	return 0;
}

int lh_invocation_add_moment(struct lh_invocation *invocation, const char *name, const char *path)
{
	_cleanup_free_ char *name_copy = strdup(name), *path_copy = strdup(path);
	int r;

	if (!name_copy || !path_copy)
		return lh_nomem(invocation->ctx);
	r = lh_append(invocation->ctx, invocation->moments, invocation->moment_count,
		      invocation->moment_capacity, ((struct lh_named_moment){name_copy, path_copy}));
	if (r == 0)
		name_copy = path_copy = NULL;
	return r;
}
