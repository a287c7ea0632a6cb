/* SPDX-License-Identifier: Apache-2.0 */
/* In place of send.c in a build without libpq, which says so when a server is opened. */
#include "export/server.h"
#include "fleet/send.h"
#include "fleet/statement.h"

int lh_fleet_send(struct lh_fleet *fleet, const char *url, struct lh_fleet_sent *ret)
{
	struct lh_server *server;

	return lh_server_open(fleet->ctx, url, &server);
}
