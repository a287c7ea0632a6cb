/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/records.h"
#include "command/version.h"

#include <string.h>

const struct lh_command *const lh_commands[] = {
#define LH_COMMAND(name) &lh_cmd_##name,
#include "commands/records.def"
#undef LH_COMMAND
	NULL,
};

const struct lh_command *lh_command_at(size_t index)
{
	for (size_t i = 0; lh_commands[i]; i++)
		if (i == index)
			return lh_commands[i];
	return NULL;
}

const struct lh_command *lh_command_find(const char *name)
{
	for (size_t i = 0; lh_commands[i]; i++)
		if (strcmp(lh_commands[i]->name, name) == 0)
			return lh_commands[i];
	return NULL;
}

const char *lh_command_name(const struct lh_command *command)
{
	return command->name;
}

const char *lh_command_summary(const struct lh_command *command)
{
	return command->summary;
}

const char *lh_command_arguments(const struct lh_command *command)
{
	return command->arguments;
}

const char *lh_command_group(const struct lh_command *command)
{
	return command->group;
}

const char *lh_command_description(const struct lh_command *command)
{
	return command->description;
}

const char *lh_command_example(const struct lh_command *command, size_t index)
{
	for (size_t i = 0; command->examples && command->examples[i]; i++)
		if (i == index)
			return command->examples[i];
	return NULL;
}

static bool has_column(const struct lh_column *columns, const char *name)
{
	for (; columns->name; columns++)
		if (strcmp(columns->name, name) == 0)
			return true;
	return false;
}

/* The columns of view @view, 0 for rows without any of those options; NULL after the last. */
static const struct lh_column *view_columns(const struct lh_command *command, size_t view)
{
	return view == 0 ? command->columns : command->views[view - 1].columns;
}

static bool is_new(const struct lh_command *command, size_t view, const char *name)
{
	for (size_t before = 0; before < view; before++)
		if (has_column(view_columns(command, before), name))
			return false;
	return true;
}

bool lh_command_writes_file(const struct lh_command *command)
{
	return command->writes_file;
}

bool lh_command_target_last(const struct lh_command *command)
{
	return command->target_last;
}

bool lh_command_takes_target(const struct lh_command *command)
{
	return lh_command_has_heap(command);
}

const char *lh_command_column(const struct lh_command *command, size_t index)
{
	const struct lh_column *column;

	for (size_t view = 0; (column = view_columns(command, view)); view++)
		for (; column->name; column++)
			if (is_new(command, view, column->name) && index-- == 0)
				return column->name;
	return NULL;
}

const char *lh_version(void)
{
	return LH_VERSION;
}
