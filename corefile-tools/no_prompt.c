/* SPDX-License-Identifier: Apache-2.0 */
/* In place of prompt.c, in a build without libedit. */
#include "cli.h"

#include <stdio.h>
#include <unistd.h>

bool cli_names_target(int argc, const char *const *argv)
{
	return argc == 1 && access(argv[0], F_OK) == 0;
}

int cli_prompt(struct cli_session *session, int argc, const char *const *argv)
{
	(void)session, (void)argc;
	fprintf(stderr,
		CLI_NAME
		": this py-heap was built without libedit, so it has no prompt: a command comes first: " CLI_NAME
		" info %s\n",
		argv[0]);
	return CLI_USAGE;
}
