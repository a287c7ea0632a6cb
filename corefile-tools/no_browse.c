/* SPDX-License-Identifier: Apache-2.0 */
/* In place of browse.c, in a build without ncursesw. */
#include "cli.h"

#include <stdio.h>

int cli_browse(struct cli_session *session, int argc, const char *const *argv)
{
	(void)session, (void)argc, (void)argv;
	fputs(CLI_NAME
	      ": browse: this py-heap was built without ncursesw: install libncurses-dev and build again, or "
	      "use '" CLI_NAME " retained'\n",
	      stderr);
	return CLI_USAGE;
}

void cli_leave_screen(void)
{
}
