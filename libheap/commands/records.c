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

const char *lh_command_column(const struct lh_command *command, size_t index)
{
	for (const struct lh_column *column = command->columns; column->name; column++)
		if (index-- == 0)
			return column->name;
	for (const struct lh_column *column = command->variant_columns; column && column->name; column++)
		if (!has_column(command->columns, column->name) && index-- == 0)
			return column->name;
	for (const struct lh_column *column = command->other_columns; column && column->name; column++)
		if (!has_column(command->columns, column->name) &&
		    !has_column(command->variant_columns, column->name) && index-- == 0)
			return column->name;
	return NULL;
}

const char *lh_version(void)
{
	return LH_VERSION;
}
