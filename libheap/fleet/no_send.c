/* SPDX-License-Identifier: Apache-2.0 */
/* In place of send.c in a build without libpq, which says so when a server is opened. */
#include "fleet/send.h"

int lh_fleet_send(struct lh_fleet *fleet, struct lh_server *server, struct lh_fleet_sent *ret)
{
	return -LH_EIO; /* nothing opens one */
}
