/* SPDX-License-Identifier: Apache-2.0 */
/* The help text of a command, made from its record: question, usage, reading, options, examples. */
#include "command/options.h"
#include "util/cleanup.h"
#include "util/string.h"

#include <string.h>

#define OPTION_WIDTH 22

static void add_usage(struct lh_string *out, const struct lh_command *command, bool takes_target)
{
	const char *arguments = !takes_target && command->arguments_in_debugger
					? command->arguments_in_debugger
					: command->arguments,
		   *gap = *arguments ? " " : "",
		   *margin = takes_target && lh_command_has_heap(command) ? " (gdb) " : "Usage: ";

	/* GDB's list of commands has the name and the first line of this. */
	lh_string_addf(out, "%s%s%s\n\n", takes_target ? command->name : "", takes_target ? ": " : "",
		       command->summary);
	if (takes_target && command->target_last) {
		lh_string_addf(out, "Usage: py-heap %s %s CORE [options]\n", command->name,
			       command->arguments);
		lh_string_addf(out, "       py-heap %s %s -p PID [options]\n", command->name,
			       command->arguments);
	} else if (takes_target && lh_command_has_heap(command)) {
		lh_string_addf(out, "Usage: py-heap %s CORE%s%s [options]\n", command->name, gap,
			       command->arguments);
		lh_string_addf(out, "       py-heap %s -p PID%s%s [options]\n", command->name, gap,
			       command->arguments);
	}
	lh_string_addf(out, "%spy-heap %s%s%s [options]\n", margin, command->name, gap, arguments);
	if (!takes_target && strstr(command->arguments, "ADDR"))
		lh_string_add(out, "ADDR may be any GDB expression: self, *args, &PyDict_Type, $rdi.\n");
}

/* Whether a debugger has no such option: the command's own options say so. */
static bool is_of_shell(const struct lh_command *command, const char *name)
{
	int i = lh_option_index(command, name, 0);

	return i >= 0 && lh_command_option(command, (size_t)i)->shell;
}

static void add_columns(struct lh_string *out, const struct lh_column *columns)
{
	for (const char *before = " "; columns->name; columns++, before = ", ")
		lh_string_addf(out, "%s%s", before, columns->name);
	lh_string_add(out, "\n");
}

static void add_all_columns(struct lh_string *out, const struct lh_command *command, bool takes_target)
{
	lh_string_add(out, "\nColumns (--sort takes any):");
	add_columns(out, command->columns);
	for (const struct lh_command_view *view = command->views; view->option; view++) {
		if (!takes_target && is_of_shell(command, view->option))
			continue;
		lh_string_addf(out, "Columns with %s%s:", command->words || lh_view_is_word(view) ? "" : "--",
			       view->option);
		add_columns(out, view->columns);
	}
}

static void add_option(struct lh_string *out, const struct lh_option *option)
{
	size_t start = out->len, width;

	if (option->letter)
		lh_string_addf(out, "  -%c, --%s", option->letter, option->name);
	else
		lh_string_addf(out, "      --%s", option->name);
	if (option->metavar)
		lh_string_addf(out, " %s", option->metavar);
	width = out->len - start;
	if (width > OPTION_WIDTH + 2)
		lh_string_addf(out, "\n%*s", OPTION_WIDTH + 4, "");
	else
		lh_string_addf(out, "%*s", (int)(OPTION_WIDTH + 4 - width), "");
	lh_string_addf(out, "%s", option->help);
	for (size_t i = 0; option->choices && option->choices[i]; i++)
		lh_string_addf(out, "%s%s", i ? ", " : ": ", option->choices[i]);
	lh_string_add(out, "\n");
}

static void add_options(struct lh_string *out, const char *title, const struct lh_option *options,
			bool takes_target)
{
	lh_string_addf(out, "\n%s\n", title);
	for (; options->name; options++)
		if (takes_target || !options->shell)
			add_option(out, options);
}

/* "diff --watch 60s -p 1234": its first word is an option that debuggers do not have. */
static bool is_example_of_shell(const struct lh_command *command, const char *example)
{
	const char *option = strstr(example, " --");
	_cleanup_free_ char *name = option ? strndup(option + 3, strcspn(option + 3, " ")) : NULL;

	return name && is_of_shell(command, name);
}

/* "types -p 1234 --tracked" without the words that name the target, which come first. */
static void add_example_in_debugger(struct lh_string *out, const char *example)
{
	size_t name = strcspn(example, " ");
	const char *rest = example + name;

	lh_string_add_bytes(out, example, name);
	for (unsigned words = strncmp(rest, " -p ", 4) == 0 ? 2 : 1; words && *rest; words--)
		rest += 1 + strcspn(rest + 1, " ");
	lh_string_add(out, rest);
}

/* "diff before.core -p 1234" without the words that name the target, which come last. */
static void add_earlier_example_in_debugger(struct lh_string *out, const char *example)
{
	size_t len = (size_t)(strrchr(example, ' ') - example);

	if (len > 3 && strncmp(example + len - 3, " -p", 3) == 0)
		len -= 3;
	lh_string_add_bytes(out, example, len);
}

static void add_examples(struct lh_string *out, const struct lh_command *command, bool takes_target)
{
	lh_string_add(out, "\nExamples\n");
	for (size_t i = 0; command->examples && command->examples[i]; i++) {
		if (!takes_target && is_example_of_shell(command, command->examples[i]))
			continue;
		lh_string_add(out, "  py-heap ");
		if (takes_target)
			lh_string_add(out, command->examples[i]);
		else
			(command->target_last ? add_earlier_example_in_debugger
					      : add_example_in_debugger)(out, command->examples[i]);
		lh_string_add(out, "\n");
	}
}

static void add_related(struct lh_string *out, const struct lh_command *command)
{
	const char *before = "\nSee also: ";

	for (size_t i = 0; lh_commands[i]; i++) {
		if (lh_commands[i] == command || strcmp(lh_commands[i]->group, command->group) != 0)
			continue;
		lh_string_addf(out, "%s%s", before, lh_commands[i]->name);
		before = ", ";
	}
	lh_string_add(out, "\n");
}

static int help(struct lh_ctx *ctx, const struct lh_command *command, bool takes_target, char **ret)
{
	_cleanup_string_ struct lh_string out = {};

	add_usage(&out, command, takes_target);
	lh_string_addf(&out, "\n%s\n", command->description);
	if (!takes_target && command->description_in_debugger)
		lh_string_addf(&out, "\n%s\n", command->description_in_debugger);
	add_all_columns(&out, command, takes_target);
	if (command->options && command->options->name)
		add_options(&out, "Options", command->options, takes_target);
	add_options(&out, "Options of every command", lh_command_options(command), takes_target);
	add_examples(&out, command, takes_target);
	add_related(&out, command);
	return lh_string_give(ctx, &out, ret);
}

int lh_command_help(struct lh_ctx *ctx, const struct lh_command *command, char **ret)
{
	return help(ctx, command, true, ret);
}

int lh_command_help_in_debugger(struct lh_ctx *ctx, const struct lh_command *command, char **ret)
{
	return help(ctx, command, false, ret);
}
