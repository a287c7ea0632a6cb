/* SPDX-License-Identifier: Apache-2.0 */
/* Where the database is, and which question is asked of it. */
#include "commands/fleet.h"
#include "fleet/place.h"
#include "result/result.h"

#include <string.h>

static const struct {
	const char *word;
	bool write;
	int (*ask)(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
} questions[] = {
	{"add", true, lh_fleet_add_words},
	{"top", false, lh_fleet_top_rows},
	{"new", false, lh_fleet_new_rows},
	{"show", false, lh_fleet_show_rows},
};

int lh_fleet_run(struct lh_invocation *invocation, struct lh_result *result)
{
	_cleanup_(lh_fleet_freep) struct lh_fleet *fleet = NULL;
	_cleanup_string_ struct lh_string path = {0};
	struct lh_ctx *ctx = lh_invocation_ctx(invocation);
	const char *word = lh_invocation_arg(invocation, 0);
	bool write;
	size_t i = 0;
	int r;

	while (strcmp(questions[i].word, word) != 0)
		i++;
	write = questions[i].write && lh_invocation_arg(invocation, 1); /* to send, nothing is added */
	r = lh_fleet_place(ctx, lh_invocation_get(invocation, "db"), write, &path);
	if (r == LH_ABSENT)
		return lh_fail(ctx, LH_EUSAGE,
			       lh_invocation_has(invocation, "db")
				       ? "fleet: --db needs a file"
				       : "fleet: no home folder: give --db FILE, or set PYHEAP_FLEET");
	if (r == 0)
		r = lh_fleet_open(ctx, path.text, write, &fleet);
	return r == 0 ? questions[i].ask(invocation, fleet, result) : r;
}
