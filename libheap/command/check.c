/* SPDX-License-Identifier: Apache-2.0 */
/* Whether values and words of an invocation make sense: checked before a core is read for an hour. */
#include "command/check.h"
#include "command/options.h"
#include "export/server_url.h"
#include "result/columns.h"
#include "util/guess.h"
#include "util/string.h"

#include <stdio.h>
#include <string.h>

/* One that ends in :// is how URLs begin. */
static bool is_choice(const char *choice, const char *value)
{
	size_t len = strlen(choice);
	bool url = len > 3 && strcmp(choice + len - 3, "://") == 0;

	return url ? strncmp(choice, value, len) == 0 : strcmp(choice, value) == 0;
}

/* How much of a value a message may show: a URL may have a password, and so may "host=... password=...". */
static int shown_of(const char *value)
{
	size_t len = strcspn(value, ":=");

	return (int)(len + strspn(value + len, ":=/"));
}

/* Messages would quote it, with its password. @option: NULL: it is a word. */
static int fail_url(const struct lh_invocation *invocation, const char *option)
{
	bool takes_url = lh_option_index(invocation->command, "to", 0) >= 0;
	const char *hint = takes_url ? ": give --to URL" : "";

	if (!option)
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: unexpected URL of a server%s",
			       invocation->command->name, hint);
	return lh_fail(invocation->ctx, LH_EUSAGE, "%s: --%s cannot be the URL of a server%s",
		       invocation->command->name, option, hint);
}

static int check_choice(struct lh_invocation *invocation, const struct lh_option *option, const char *value)
{
	struct lh_guess guess = lh_guess_start(value);
	char list[128] = "";
	size_t len = 0;

	for (const char *const *choice = option->choices; *choice; choice++) {
		if (is_choice(*choice, value))
			return 0;
		lh_guess_offer(&guess, *choice);
		if (len < sizeof(list))
			len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
						*choice);
	}
	if (guess.best)
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: --%s cannot be '%.*s', did you mean '%s'?",
			       invocation->command->name, option->name, shown_of(value), value, guess.best);
	return lh_fail(invocation->ctx, LH_EUSAGE, "%s: --%s cannot be '%.*s'; it is one of: %s",
		       invocation->command->name, option->name, shown_of(value), value, list);
}

int lh_check_value(struct lh_invocation *invocation, const struct lh_option *option, const char *value)
{
	uint64_t number;

	if (option->metavar && strcmp(option->metavar, "TIME") == 0 && lh_option_time(value, &number) != 0)
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: --%s needs a time like 60s, 500ms, 2m or 1h, not '%s'",
			       invocation->command->name, option->name, value);
	if (option->shell && !invocation->takes_target)
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: '--%s' names a target; here the target is what is being debugged",
			       invocation->command->name, option->name);
	if (option->choices)
		return check_choice(invocation, option, value);
	if (lh_server_is_url(value))
		return fail_url(invocation, option->name);
	if (lh_option_is_number(option) && lh_option_number(value, &number) != 0)
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: --%s needs a number, not '%s'",
			       invocation->command->name, option->name, value);
	return 0;
}

/* The option that names the target instead of a word, or NULL. */
static const char *naming_option(const struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "pid"))
		return "pid";
	return lh_invocation_has(invocation, "coredumpctl") ? "coredumpctl" : NULL;
}

/* Earlier moments come before the target, what a command asks about after it. */
static void take_target(struct lh_invocation *invocation)
{
	size_t at = invocation->command->target_last ? invocation->arg_count - 1 : 0;

	invocation->target = invocation->args[at];
	invocation->arg_count--;
	memmove(invocation->args + at, invocation->args + at + 1,
		(invocation->arg_count - at) * sizeof(char *));
}

/* A word of the shell is the target, unless an option names one. */
static int split_target(struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "pid") && lh_invocation_has(invocation, "coredumpctl"))
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: --pid and --coredumpctl both name a target, give one of them",
			       invocation->command->name);
	if (lh_invocation_has(invocation, "no-stop") && !lh_invocation_has(invocation, "pid"))
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: --no-stop says how a process is read: give -p PID",
			       invocation->command->name);
	if (!invocation->takes_target || !lh_command_has_heap(invocation->command) ||
	    naming_option(invocation))
		return 0;
	if (invocation->arg_count == 0)
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: no target: give a core file, or -p PID",
			       invocation->command->name);
	take_target(invocation);
	return 0;
}

static int check_urls(const struct lh_invocation *invocation)
{
	for (size_t i = 0; i < invocation->arg_count; i++)
		if (lh_server_is_url(invocation->args[i]))
			return fail_url(invocation, NULL);
	return 0;
}

static int fail_extra(const struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;
	const char *word = invocation->args[command->max_args];

	if (*command->arguments)
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: unexpected argument '%s', it takes only %s",
			       command->name, word, command->arguments);
	if (naming_option(invocation))
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: unexpected argument '%s', --%s already names the target", command->name,
			       word, naming_option(invocation));
	return lh_fail(invocation->ctx, LH_EUSAGE, "%s: unexpected argument '%s'", command->name, word);
}

/* The first word of a command that has a list of them. */
static int check_first(struct lh_invocation *invocation)
{
	const char *word = lh_invocation_arg(invocation, 0), *const *choice = invocation->command->words;
	struct lh_guess guess = lh_guess_start(word ? word : "");
	_cleanup_string_ struct lh_string list = {0};

	for (; *choice; choice++) {
		if (word && strcmp(*choice, word) == 0)
			return 0;
		lh_guess_offer(&guess, *choice);
		lh_string_addf(&list, "%s%s", list.len ? ", " : "", *choice);
	}
	if (list.failed)
		return lh_nomem(invocation->ctx);
	if (word && guess.best)
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: its first word cannot be '%s', did you mean '%s'?",
			       invocation->command->name, word, guess.best);
	return lh_fail(invocation->ctx, LH_EUSAGE, "%s: its first word is one of: %s",
		       invocation->command->name, list.text);
}

static int check_words(struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;

	if (command->words)
		return check_first(invocation);
	if (invocation->arg_count < command->min_args && !lh_invocation_has(invocation, "watch"))
		return lh_fail(invocation->ctx, LH_EUSAGE, "%s: %s is missing", command->name,
			       command->arguments);
	if (invocation->arg_count > command->max_args)
		return fail_extra(invocation);
	return 0;
}

static const struct lh_column *columns_of(const struct lh_invocation *invocation)
{
	for (const struct lh_command_view *view = invocation->command->views; view->option; view++)
		if (invocation->command->words ? strcmp(invocation->args[0], view->option) == 0
		    : lh_view_is_word(view)    ? invocation->arg_count > invocation->command->min_args
					       : lh_invocation_has(invocation, view->option))
			return view->columns;
	return invocation->command->columns;
}

static int check_sort(struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;
	const struct lh_column *columns = columns_of(invocation);
	const char *name = lh_invocation_get(invocation, "sort");

	if (!name || !columns)
		return 0;
	name += *name == '-';
	if (lh_column_named(columns, name))
		return 0;
	return lh_column_fail(invocation->ctx, command->name, columns, name);
}

static int check_loudness(const struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "quiet") && lh_invocation_has(invocation, "verbose"))
		return lh_fail(invocation->ctx, LH_EUSAGE,
			       "%s: --quiet and --verbose contradict each other: give one of them",
			       invocation->command->name);
	return 0;
}

/* Where a command writes the answer, "-" is what it writes to anyway. */
static int check_output(const struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;
	const char *output = lh_invocation_get(invocation, "output");

	if (!command->writes_file || command->streams || !output || strcmp(output, "-") != 0)
		return 0;
	return lh_fail(invocation->ctx, LH_EUSAGE,
		       "%s: writes a file, not to standard output: give its name (./- if it is '-')",
		       command->name);
}

/* They are read when the command runs; whether they can be is checked here. */
static int check_addresses(const struct lh_invocation *invocation)
{
	const struct lh_command *command = invocation->command;
	bool takes_addresses = strstr(command->arguments, "ADDR") != NULL;
	uint64_t addr;
	int r = 0;

	for (size_t i = 0; takes_addresses && i < invocation->arg_count && r == 0; i++)
		r = lh_invocation_address(invocation->ctx, invocation, i, &addr);
	for (const struct lh_option *own = command->options; own && own->name && r == 0; own++)
		if (own->metavar && strcmp(own->metavar, "ADDR") == 0)
			r = lh_invocation_option_address(invocation->ctx, invocation, own->name, &addr);
	return r;
}

int lh_check_args(struct lh_invocation *invocation)
{
	int r = check_urls(invocation);

	if (r == 0)
		r = split_target(invocation);
	if (r == 0)
		r = check_loudness(invocation);
	if (r == 0)
		r = check_output(invocation);
	if (r == 0)
		r = check_words(invocation);
	if (r == 0 && invocation->command->check)
		r = invocation->command->check(invocation->ctx, invocation);
	if (r == 0)
		r = check_addresses(invocation);
	return r ? r : check_sort(invocation);
}
