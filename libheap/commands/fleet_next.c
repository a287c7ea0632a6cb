/* SPDX-License-Identifier: Apache-2.0 */
/* Commands worth typing next, which name files. */
#include "commands/fleet.h"
#include "result/result.h"
#include "util/shell.h"

int lh_fleet_next(const struct lh_invocation *invocation, struct lh_result *result, const char *why,
		  const char *words)
{
	const char *given = lh_invocation_get(invocation, "db");
	_cleanup_string_ struct lh_string text = {0};

	lh_string_addf(&text, "fleet %s", words);
	if (given) {
		lh_string_add(&text, " --db ");
		lh_shell_word(&text, given);
	}
	if (text.failed)
		return lh_nomem(lh_invocation_ctx(invocation));
	return lh_result_next(result, why, "%s", text.text);
}

int lh_fleet_warn(struct lh_result *result, uint64_t dumps)
{
	if (!dumps)
		return 0;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "dumps-incomplete", NULL,
		"%s of the dumps lack memory, or are damaged: their leaks may be others ('leaks' says of a dump "
		"what it lacks)",
		LH_COUNTED(dumps));
}
