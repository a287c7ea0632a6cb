/* SPDX-License-Identifier: Apache-2.0 */
/* In place of fleet*.c in a build without SQLite. */
#include "commands/fleet.h"
#include "result/result.h"

int lh_fleet_run(struct lh_invocation *invocation, struct lh_result *result)
{
	return lh_fail(
		lh_invocation_ctx(invocation), LH_EIO,
		"fleet: this build cannot keep a database: it was made without SQLite (libsqlite3-dev)");
}
