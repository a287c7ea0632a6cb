/* SPDX-License-Identifier: Apache-2.0 */
/* The options that every command takes, and finding options by name, letter or likeness. */
#include "command/options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const layouts[] = {"auto", "dwarf", "offsets", "table", "derived", NULL};
static const char *const formats[] = {"text", "json", "csv", NULL};
static const char *const progresses[] = {"auto", "on", "off", NULL};

const struct lh_option lh_common_options[] = {
	{"pid", 'p', "PID", "a running process instead of a core file", NULL, true},
	{"coredumpctl", 0, "MATCH", "the newest core that systemd has of a PID or program", NULL, true},
	{"exe", 0, "FILE", "the program's file (default: the path in the core)", NULL, true},
	{"sysroot", 0, "DIR", "folder put before every path that the core names", NULL, true},
	{"debug-dir", 0, "DIR", "folder of separate debug files, searched first", NULL, true},
	{"layout", 0, "SOURCE", "where struct layouts may come from (default: auto, best first)", layouts},
	{"format", 'f', "FORMAT", "text for people, json or csv for programs", formats},
	{"limit", 'n', "N", "rows shown, 0 for all (default: 20 in text, all in json and csv)"},
	{"sort", 0, "COLUMN", "order of the rows; -COLUMN for the reverse"},
	{"output", 'o', "FILE", "to FILE, which keeps its mode; never to what is read"},
	{"values", 0, NULL, "show contents: strings, keys, reprs"},
	{"quiet", 'q', NULL, "no warnings and no progress on stderr"},
	{"verbose", 'v', NULL, "say on stderr what is being done"},
	{"progress", 0, "WHEN", "progress on stderr (default: auto, on a terminal)", progresses},
	{"threads", 0, "N", "how many processors to use (default: all)"},
	{"help", 'h', NULL, "what the command is for and how to read its answer"},
	{},
};

const struct lh_option *lh_command_option(const struct lh_command *command, size_t index)
{
	const struct lh_option *own = command->options;

	for (; own && own->name; own++, index--)
		if (index == 0)
			return own;
	for (const struct lh_option *common = lh_common_options; common->name; common++, index--)
		if (index == 0)
			return common;
	return NULL;
}

int lh_option_index(const struct lh_command *command, const char *name, char letter)
{
	const struct lh_option *option;

	for (int i = 0; (option = lh_command_option(command, (size_t)i)); i++)
		if (name ? strcmp(option->name, name) == 0 : letter && option->letter == letter)
			return i;
	return -1;
}

bool lh_option_is_number(const struct lh_option *option)
{
	static const char *const numbers[] = {"N", "PID", "BYTES", NULL};

	for (size_t i = 0; option->metavar && numbers[i]; i++)
		if (strcmp(option->metavar, numbers[i]) == 0)
			return true;
	return false;
}

bool lh_option_repeats(const struct lh_option *option)
{
	size_t len = option->metavar ? strlen(option->metavar) : 0;

	return len > 3 && strcmp(option->metavar + len - 3, "...") == 0;
}

int lh_parse_number(const char *text, uint64_t *ret)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned shift = 0;
	uint64_t value;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return LH_ABSENT;
	errno = 0;
	value = strtoull(text, &end, strncasecmp(text, "0x", 2) == 0 ? 16 : 10);
	if (*end && (unit = strchr(units, toupper((unsigned char)*end)))) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (errno || *end || value > UINT64_MAX >> shift)
		return LH_ABSENT;
	*ret = value << shift;
	return 0;
}
