/* SPDX-License-Identifier: Apache-2.0 */
/* The options that every command takes, and finding options by name, letter or likeness. */
#include "command/options.h"
#include "layout/layout.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"text", "json", "csv", NULL};
static const char *const progresses[] = {"auto", "on", "off", NULL};

const struct lh_option lh_common_options[] = {
	{"pid", 'p', "PID", "a running process instead of a core file", NULL, true},
	{"coredumpctl", 0, "MATCH", "the newest core that systemd keeps of a PID or program", NULL, true},
	{"no-stop", 0, NULL, "with -p: read it while it runs; counts may not add up", NULL, true},
	{"exe", 0, "FILE", "the program's file (default: the path in the core)", NULL, true},
	{"sysroot", 0, "DIR", "directory prefixed to every path that the core names", NULL, true},
	{"debug-dir", 0, "DIR", "directory of separate debug files, searched first", NULL, true},
	{"layout", 0, "SOURCE", "where struct layouts come from (default: auto, best first)",
	 lh_layout_source_names},
	{"format", 'f', "FORMAT", "text for people, json or csv for programs", formats},
	{"limit", 'n', "N", "rows to show, 0 for all (default: 20 in text, all in json and csv)"},
	{"sort", 0, "COLUMN", "sort the rows by this column; -COLUMN reverses"},
	{"output", 'o', "FILE", "write to FILE, which keeps its mode; never over a file being read"},
	{"values", 0, NULL, "show contents: strings, numbers, keys (default)"},
	{"no-values", 0, NULL, "hide contents; names of code stay (PYHEAP_VALUES=off)"},
	{"quiet", 'q', NULL, "no warnings and no progress on stderr"},
	{"verbose", 'v', NULL, "report on stderr what is being done"},
	{"progress", 0, "WHEN", "show progress on stderr (default: auto, on a terminal)", progresses},
	{"threads", 0, "N", "how many processors to use (default: all)"},
	{"max-memory", 0, "BYTES", "memory to take at most (default, of cores: what the machine has)", NULL,
	 true},
	{"no-sandbox", 0, NULL, "keep rights that the work does not need (PYHEAP_SANDBOX=off)", NULL, true},
	{"help", 'h', NULL, "what the command is for and how to read its output"},
	{},
};

#define TIME_MAX ((uint64_t)366 * 24 * 3600 * 1000)

#define NAMING 3 /* the first of them name the target, and say how it is read */

const struct lh_option *lh_command_options(const struct lh_command *command)
{
	return lh_common_options + (lh_command_has_heap(command) ? 0 : NAMING);
}

const struct lh_option *lh_command_option(const struct lh_command *command, size_t index)
{
	const struct lh_option *own = command->options;

	for (; own && own->name; own++, index--)
		if (index == 0)
			return own;
	for (const struct lh_option *common = lh_command_options(command); common->name; common++, index--)
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
	static const char *const numbers[] = {"N", "PID", "BYTES", "PERCENT", NULL};

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

/* "K", "KB", "KiB": all 2^10. Return: where it ends, and the shift; @text if there is none. */
static const char *unit(const char *text, unsigned *ret_shift)
{
	static const char units[] = "KMGT";
	const char *found = *text ? strchr(units, toupper((unsigned char)*text)) : NULL;

	*ret_shift = found ? 10 * (unsigned)(found - units + 1) : 0;
	if (found)
		text += strncasecmp(text + 1, "ib", 2) == 0 ? 2 : 1;
	return toupper((unsigned char)*text) == 'B' ? text + 1 : text;
}

/* Digits after a point, in parts of 2^@shift. */
static const char *fraction(const char *text, uint64_t *ret_parts, uint64_t *ret_of)
{
	*ret_parts = 0;
	*ret_of = 1;
	for (; isdigit((unsigned char)*text); text++)
		if (*ret_of < 1000000) {
			*ret_parts = *ret_parts * 10 + (uint64_t)(*text - '0');
			*ret_of *= 10;
		}
	return text;
}

int lh_option_time(const char *text, uint64_t *ret_ms)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"m", 60000}, {"h", 3600000}};
	uint64_t value;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return LH_ABSENT;
	errno = 0;
	value = strtoull(text, &end, 10);
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(end, units[i].name) == 0 && !errno && value && value <= TIME_MAX / units[i].ms) {
			*ret_ms = value * units[i].ms;
			return 0;
		}
	return LH_ABSENT;
}

int lh_option_number(const char *text, uint64_t *ret)
{
	bool hex = strncasecmp(text, "0x", 2) == 0;
	uint64_t value, parts = 0, of = 1;
	const char *rest;
	unsigned shift;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return LH_ABSENT;
	errno = 0;
	value = strtoull(text, &end, hex ? 16 : 10);
	rest = *end == '.' && !hex ? fraction(end + 1, &parts, &of) : end;
	rest = unit(rest, &shift);
	if (errno || *rest || value > UINT64_MAX >> shift || (parts && !shift))
		return LH_ABSENT;
	*ret = (value << shift) + (parts << shift) / of;
	return 0;
}
