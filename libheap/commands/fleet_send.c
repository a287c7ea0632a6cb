/* SPDX-License-Identifier: Apache-2.0 */
/* "add --to": what the database has and a server lacks. */
#include "commands/fleet.h"
#include "export/server.h"
#include "export/server_url.h"
#include "fleet/send.h"
#include "result/result.h"

static int note_sent(struct lh_result *result, const struct lh_fleet_sent *sent, const char *server)
{
	int r = lh_result_note(result, "%s dump%s with %s leak%s sent to %s.", LH_COUNTED(sent->dumps),
			       sent->dumps == 1 ? "" : "s", LH_COUNTED(sent->leaks),
			       sent->leaks == 1 ? "" : "s", server);

	if (r == 0 && sent->labels)
		r = lh_result_note(result, "The label%s of %s dump%s that it had changed.",
				   sent->labels == 1 ? "" : "s", LH_COUNTED(sent->labels),
				   sent->labels == 1 ? "" : "s");
	return r;
}

int lh_fleet_send_words(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result)
{
	_cleanup_(lh_server_freep) struct lh_server *server = NULL;
	_cleanup_string_ struct lh_string name = {0};
	struct lh_fleet_sent sent;
	int r = lh_invocation_take_server(invocation, &server);

	if (r == 0)
		r = lh_fleet_send(fleet, server, &sent);
	if (r != 0)
		return r;
	lh_server_name(lh_invocation_get(invocation, "to"), &name);
	if (name.failed)
		return lh_nomem(lh_invocation_ctx(invocation));
	r = lh_result_summarize(result, (struct lh_summary[]){
						{"server", NULL, LH_TEXT(name.text)},
						{"sent", NULL, LH_COUNT(sent.dumps)},
						{"sent_leaks", NULL, LH_COUNT(sent.leaks)},
						{"sent_labels", NULL, LH_COUNT(sent.labels)},
						{},
					});
	return r == 0 ? note_sent(result, &sent, name.text) : r;
}
