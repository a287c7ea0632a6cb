/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal can do, and how the user named the target. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

unsigned cli_terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return (unsigned)atoi(columns);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

static bool terminal_has_colors(void)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR"); /* https://no-color.org */

	return !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

/* A word as typed in a shell: quoted if it must be. */
static void quote(const char *word, char *out, size_t size)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
	size_t at = 0;

	if (*word && word[strspn(word, plain)] == '\0') {
		snprintf(out, size, "%s", word);
		return;
	}
	out[at++] = '\'';
	for (; *word && at + 6 < size; word++) {
		if (*word == '\'')
			at += (size_t)sprintf(out + at, "'\\''");
		else
			out[at++] = *word;
	}
	out[at++] = '\'';
	out[at] = '\0';
}

struct lh_style cli_style(const struct lh_invocation *invocation, char *target, size_t size)
{
	struct lh_style style = {.size = sizeof(style), .prefix = CLI_NAME, .target = target};
	const char *pid = lh_invocation_get(invocation, "pid"),
		   *match = lh_invocation_get(invocation, "coredumpctl"),
		   *file = lh_invocation_get(invocation, "target");
	size_t len;

	if (pid) {
		snprintf(target, size, "-p %s", pid);
	} else if (match) {
		len = (size_t)snprintf(target, size, "--coredumpctl ");
		quote(match, target + len, size - len);
	} else if (!file) { /* the command takes no target */
		*target = '\0';
	} else
		quote(file, target, size);
	if (!lh_invocation_get(invocation, "output") && isatty(STDOUT_FILENO)) {
		style.width = cli_terminal_width();
		style.color = terminal_has_colors();
	}
	return style;
}
